"""How a model describes its fields: one descriptor for each, from which everything else follows; and its three ids."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload
from urllib.parse import quote

from RPA.Planhat.errors import PlanhatNotReadError
from RPA.Planhat.text.parsing import CONTROL_CHARACTERS
from RPA.Planhat.types.records import Record, TrackedRecord, UnreadRecord, UnsetRecord, as_records

if TYPE_CHECKING:
    from collections.abc import Callable


class PlanhatIdType(Enum):
    """Which of its ids addresses a record; the value is the prefix that Planhat expects in front of it."""

    PLANHAT_ID = ""
    SOURCE_ID = "srcid-"
    EXTERNAL_ID = "extid-"

    @property
    def label(self) -> str:
        """The kind of id in words."""
        return "Planhat id" if self is PlanhatIdType.PLANHAT_ID else self.field.replace("_", " ")

    @property
    def field(self) -> str:
        """The name of the field that has it."""
        return "id" if self is PlanhatIdType.PLANHAT_ID else self.name.lower()

    def written(self, value: object) -> str:
        """Returns an id of this kind as a reference: `extid-A1`, `srcid-A1`, or a plain Planhat id."""
        return f"{self.value}{value}"


_ARTICLES = {PlanhatIdType.PLANHAT_ID: "a", PlanhatIdType.SOURCE_ID: "a", PlanhatIdType.EXTERNAL_ID: "an"}


def split_reference(reference: str) -> tuple[PlanhatIdType, str]:
    """Splits `extid-A1`, `srcid-A1` or a plain Planhat id into the kind of id and the id itself."""
    for kind in (PlanhatIdType.SOURCE_ID, PlanhatIdType.EXTERNAL_ID):
        if reference.startswith(kind.value):
            return kind, reference[len(kind.value) :]
    return PlanhatIdType.PLANHAT_ID, reference


def is_planhat_id(reference: str) -> bool:
    """Returns whether a reference is a plain Planhat id, as far as its prefix shows."""
    return split_reference(reference)[0] is PlanhatIdType.PLANHAT_ID


def path_segment(value: str, id_type: PlanhatIdType = PlanhatIdType.PLANHAT_ID) -> str:
    """Returns an id as one segment of a path, percent-encoded so that it cannot reach another route.

    Args:
        value: The id, without prefix.
        id_type: The kind of id, which decides the prefix.

    Raises:
        ValueError: If the id is empty, `.` or `..`, or holds control characters.
    """
    problem = _problem_of(value)
    if problem:
        raise ValueError(f"{value!r} cannot be {_ARTICLES[id_type]} {id_type.label}: {problem}.")
    return id_type.value + quote(value, safe="")


def _problem_of(value: str) -> str:
    if not value.strip():
        return "it is empty"
    if value in (".", ".."):
        return "it would address another route"
    if CONTROL_CHARACTERS.search(value):
        return "it holds control characters"
    try:
        value.encode()
    except UnicodeEncodeError:
        return "it holds half of a character (a lone surrogate)"
    return ""


T = TypeVar("T")


BETWEEN_OPTIONS = ("\n", ";", "|", ",")
"""The separators of the options of a custom field: an option can hold a comma."""


class Kind(Enum):
    """What a field holds on the wire."""

    TEXT = "a string"
    NUMBER = "a number"
    INTEGER = "a whole number"
    BOOLEAN = "true or false"
    DATE = "a date and time, ISO 8601"
    DAY = "a day, as YYYY-MM-DD or days since 1970-01-01"
    ID = "a Planhat id"
    IDS = "a list of Planhat ids"
    TEXTS = "a list of strings"
    OBJECT = "an object"
    OBJECTS = "a list of objects"
    ANY = "any value"

    __hash__ = object.__hash__
    """That of `Enum` is written in Python, and kinds are looked up for each cell."""


class Verb(Enum):
    """What Planhat lets one do with a model."""

    LIST = "list"
    GET = "get"
    CREATE = "create"
    UPDATE = "update"
    UPSERT = "upsert"
    DELETE = "delete"


@dataclass(frozen=True)
class Page:
    """Page sizes of a list.

    Attributes:
        default: Rows that Planhat sends when no `limit` is given.
        largest: Rows that Planhat sends at most.
        ask: Rows that this library asks for; less than `largest` where sources disagree.
    """

    default: int = 100
    largest: int = 2000
    ask: int = 0

    @property
    def size(self) -> int:
        """Rows to ask for."""
        return self.ask or self.largest


@dataclass(frozen=True)
class Parameter:
    """A filter that Planhat applies itself when it lists a model.

    Attributes:
        name: The name in the query.
        argument: The name as keyword argument.
        doc: What it does.
        kind: What it holds.
        options: The values that Planhat takes, when these are few.
        default: Makes the value that is sent when the caller gives none.
        includes: Planhat adds the rows that fit to the others, so that the others are left out after reading.
        shows: The key of records that shows whether they fit, in Planhat's spelling. Default: the name.
    """

    name: str
    argument: str
    doc: str
    kind: Kind = Kind.TEXT
    options: tuple[str, ...] = ()
    default: Callable[[], Any] | None = None
    includes: bool = False
    shows: str = ""


@dataclass(frozen=True)
class Form:
    """A form that a record can have: one value decides what else it needs, and what it cannot have.

    Attributes:
        name: How a message describes a record of this form, such as `it is open-ended`.
        key: The field that decides, in Planhat's spelling.
        value: Its value.
        needs: What a new record then needs.
        excludes: What it then cannot have.
    """

    name: str
    key: str
    value: Any
    needs: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()


class Field(Generic[T]):
    """A field of a model: a documented, typed property over Planhat's own key.

    An unset or null field reads as `empty`; setting it puts the value under Planhat's key.

    Attributes:
        name: The name in Python and as keyword argument, in snake_case.
        key: Planhat's own spelling.
        kind: What it holds.
        doc: One line of documentation.
        required: Planhat refuses to create a record without it.
        read_only: Planhat sets it; it is never sent.
        options: The values that Planhat takes, when these are few.
        least: The smallest number that Planhat takes.
        most: The largest number that Planhat takes.
        between: The separators of a list that is written as text; the first that occurs does.
        confidence: How sure the source is: A official or several sources, B one good source, C thin.
    """

    name: str

    def __init__(  # noqa: PLR0913 - a description with few defaults, all named
        self,
        kind: Kind,
        doc: str,
        *,
        empty: T,
        key: str = "",
        required: bool = False,
        read_only: bool = False,
        options: tuple[str, ...] = (),
        least: float | None = None,
        most: float | None = None,
        between: tuple[str, ...] = (",",),
        confidence: str = "A",
    ) -> None:
        self.kind = kind
        self.doc = doc
        self.empty = empty
        self.key = key
        self.required = required
        self.read_only = read_only
        self.options = options
        self.least = least
        self.most = most
        self.between = between
        self.confidence = confidence

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.key = self.key or camel_case(name)

    @overload
    def __get__(self, record: None, owner: type) -> Field[T]: ...
    @overload
    def __get__(self, record: dict[str, Any], owner: type) -> T: ...
    def __get__(self, record: dict[str, Any] | None, owner: type) -> Any:
        """Returns the value in a record, or the field itself when asked of the class."""
        return self if record is None else self.read(record)

    def read(self, record: dict[str, Any]) -> Any:
        """Returns the value that a record holds, or the empty value of this kind."""
        value = dict.get(record, self.key)
        if isinstance(value, (dict, list)):
            return as_records(record, self.key)
        if value is not None:
            return value
        if isinstance(record, TrackedRecord) and record.is_unread(self.key):
            why = record.why_unread(self.key)
            if self.kind is Kind.OBJECT and not self.read_only:
                return UnreadRecord(record, self.key, why)
            raise PlanhatNotReadError(why)
        if self.kind is Kind.OBJECT and not self.read_only:
            return UnsetRecord(record, self.key)
        return self.empty.copy() if isinstance(self.empty, (dict, list)) else self.empty

    def __set__(self, record: dict[str, Any], value: T | None) -> None:
        if self.kind is Kind.OBJECT and not isinstance(value, (dict, type(None))):
            raise TypeError(f"{self.name} must be a dictionary, not {type(value).__name__}.")
        record[self.key] = value

    def __delete__(self, record: dict[str, Any]) -> None:
        record.pop(self.key, None)

    def __repr__(self) -> str:
        return f"<Field {self.key}: {self.kind.value}>"


def camel_case(name: str) -> str:
    """Returns a snake_case name in Planhat's usual spelling: `customer_from` becomes `customerFrom`."""
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)


def text(doc: str, **more: Any) -> Field[str]:
    """A string."""
    return Field(Kind.TEXT, doc, empty="", **more)


def number(doc: str, **more: Any) -> Field[float | None]:
    """A number, money among them; the currency has a field of its own."""
    return Field(Kind.NUMBER, doc, empty=None, **more)


def integer(doc: str, **more: Any) -> Field[int | None]:
    """A whole number."""
    return Field(Kind.INTEGER, doc, empty=None, **more)


def boolean(doc: str, **more: Any) -> Field[bool | None]:
    """True or false."""
    return Field(Kind.BOOLEAN, doc, empty=None, **more)


def moment(doc: str, **more: Any) -> Field[str]:
    """A point in time: ISO 8601, in UTC with milliseconds when Planhat sends it."""
    return Field(Kind.DATE, doc, empty="", **more)


def day_number(doc: str, **more: Any) -> Field[int | None]:
    """A day: whole days since 1970-01-01."""
    return Field(Kind.DAY, doc, empty=None, **more)


def ref(doc: str, **more: Any) -> Field[str]:
    """The Planhat id of another record."""
    return Field(Kind.ID, doc, empty="", **more)


def refs(doc: str, **more: Any) -> Field[list[str]]:
    """Planhat ids of other records."""
    return Field(Kind.IDS, doc, empty=[], **more)


def texts(doc: str, **more: Any) -> Field[list[str]]:
    """A list of strings."""
    return Field(Kind.TEXTS, doc, empty=[], **more)


def mapping(doc: str, **more: Any) -> Field[dict[str, Any]]:
    """An object with keys of its own."""
    return Field(Kind.OBJECT, doc, empty=Record(), **more)


def mappings(doc: str, **more: Any) -> Field[list[dict[str, Any]]]:
    """A list of objects."""
    return Field(Kind.OBJECTS, doc, empty=[], **more)


def anything(doc: str, **more: Any) -> Field[Any]:
    """A value whose form varies."""
    return Field(Kind.ANY, doc, empty=None, **more)
