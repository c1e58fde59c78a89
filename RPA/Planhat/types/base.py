"""What all records of Planhat have in common, and the registry of models."""

from __future__ import annotations

import json
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from urllib.parse import urlsplit

from RPA.Planhat.text.parsing import normalize_name, visible_name
from RPA.Planhat.types import fields
from RPA.Planhat.types.encoding import encode_json
from RPA.Planhat.types.fields import Field, Form, Page, Parameter, PlanhatIdType, Verb, path_segment
from RPA.Planhat.types.records import TrackedRecord, as_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import requests
    from typing_extensions import Self

    from RPA.Planhat.types.lists import PlanhatObjectList

P = TypeVar("P", bound="PlanhatObject")

ALL_VERBS = frozenset(Verb)
ALL_IDS = (PlanhatIdType.PLANHAT_ID, PlanhatIdType.SOURCE_ID, PlanhatIdType.EXTERNAL_ID)

MODELS: dict[str, type[PlanhatObject]] = {}
"""Every model by the name of its class, in the order in which they are defined."""

LABELS = ("name", "title", "subject", "email")
"""Keys by which people tell records apart, the most telling first."""


class PlanhatObject(TrackedRecord):
    """A record of Planhat: a dictionary with Planhat's own keys, and a property for each known field.

    Args:
        data: The record as Planhat's JSON, when there is one already.
        id: The Planhat id, 24 hexadecimal digits.
        source_id: The id in the connected CRM.
        external_id: The id in your own system.
        custom: Values of custom fields, by the name of the field.
        **values: Further fields by their names in Python or in Planhat's spelling.

    Raises:
        TypeError: If the model has no field of such a name.
    """

    __slots__ = ()

    API_NAME: ClassVar[str | None] = None
    """The path of the model, without slash."""
    SINGULAR: ClassVar[str | None] = None
    PLURAL: ClassVar[str | None] = None
    VERBS: ClassVar[frozenset[Verb]] = ALL_VERBS
    KEYS: ClassVar[tuple[str, ...]] = ("_id", "sourceId", "externalId")
    """What Planhat matches rows of a bulk upsert by, the strongest first."""
    SHARED_KEYS: ClassVar[frozenset[str]] = frozenset({"email"})
    """Keys that several records may have, so that they do not identify one."""
    READ_BY: ClassVar[tuple[PlanhatIdType, ...]] = ALL_IDS
    """Kinds of id that Planhat documents for reading one record."""
    WRITE_BY: ClassVar[tuple[PlanhatIdType, ...]] = ALL_IDS
    """Kinds of id that Planhat documents for updating one record."""
    PAGE: ClassVar[Page] = Page()
    COMPANY_PARAMETER: ClassVar[str | None] = "companyId"
    """The query parameter that filters a list by company, if there is one."""
    MANY_COMPANIES: ClassVar[bool] = False
    """Whether that parameter takes several ids, separated by commas."""
    PARAMETERS: ClassVar[tuple[Parameter, ...]] = ()
    """Further filters that Planhat applies itself."""
    LIST_FIELDS: ClassVar[tuple[str, ...]] = ()
    """The keys of a list row without `select`; empty when these are all."""
    ONE_OF: ClassVar[tuple[str, ...]] = ()
    """Keys of which a new record needs at least one."""
    FORMS: ClassVar[tuple[Form, ...]] = ()
    """Forms of which a record has one at most."""
    PERIOD: ClassVar[tuple[str, str] | None] = None
    """Two dates of which the first must not be after the second."""
    BULK_REQUIRED: ClassVar[tuple[str, ...]] = ()
    """Keys that a new record needs only in a bulk upsert."""
    NEVER_WITHOUT: ClassVar[tuple[str, ...]] = ()
    """Keys without which Planhat drops a row of a bulk upsert silently."""
    FIXED: ClassVar[Mapping[str, Any]] = {}
    """Values that make a record one of this model, where several models share a path."""
    SENT_WHEN_NEW: ClassVar[Mapping[str, Any]] = {}
    """Values that a new record is sent with unless others are given."""
    WITHOUT: ClassVar[frozenset[str]] = frozenset()
    """Names of inherited fields that this model does not have."""

    id = fields.text("The id that Planhat gave: 24 hexadecimal digits.", key="_id", read_only=True)
    source_id = fields.text("The id in the connected CRM; unique for the model.")
    external_id = fields.text("The id in your own system.")
    custom = fields.mapping("Values of custom fields, by the name of the field.")
    created_at = fields.moment("When the record was made.", read_only=True)
    updated_at = fields.moment("When the record was written last, even if nothing changed.", read_only=True)

    OPEN: ClassVar[bool] = False
    """Whether any field is taken as it is, since the fields of the model are not known."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "SINGULAR" in cls.__dict__ and not cls.OPEN:
            MODELS[cls.__name__] = cls

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        id: str | None = None,  # noqa: A002 - Planhat's own name
        source_id: str | None = None,
        external_id: str | None = None,
        custom: dict[str, Any] | None = None,
        **values: Any,
    ) -> None:
        super().__init__(data or {})
        given = {"id": id, "source_id": source_id, "external_id": external_id, "custom": custom}
        for name, value in {**given, **values}.items():
            if value is not None:
                setattr(self, self._known(name).name, value)

    @classmethod
    def known_fields(cls) -> dict[str, Field[Any]]:
        """Returns the fields of the model by their Python names, keys first."""
        return _fields_of(cls)

    @classmethod
    def field(cls, name: str) -> Field[Any] | None:
        """Returns a field by its Python name or Planhat's spelling, also with characters that nobody can see."""
        known = _fields_by_spelling(cls)
        return known.get(name) if name in known or name.isascii() else known.get(visible_name(name))

    @classmethod
    def near_matches(cls, name: str, more: Iterable[str] = ()) -> list[str]:
        """Returns names of fields, or of what else could be meant, that resemble a misspelled one, the best first."""
        fields = cls.known_fields().values()
        names = {spelling.lower(): each.name for each in fields for spelling in (each.key, each.name)}
        names |= {each: each for each in more}
        close = get_close_matches(name.lower(), names, n=4, cutoff=0.6)
        return list(dict.fromkeys(names[match] for match in close))[:3]

    @classmethod
    def required(cls) -> list[Field[Any]]:
        """Returns the fields that a new record needs."""
        return [field for field in cls.known_fields().values() if field.required]

    @classmethod
    def writable(cls) -> list[Field[Any]]:
        """Returns the fields that can be sent, the required ones first."""
        some = [field for field in cls.known_fields().values() if not field.read_only]
        return sorted(some, key=lambda field: not field.required)

    @classmethod
    def has_unique_key(cls, row: Mapping[str, Any]) -> bool:
        """Returns whether sending a row twice meets the same record: it has a key that no other record may have."""
        return any(row.get(key) for key in cls.KEYS if key not in cls.SHARED_KEYS)

    @classmethod
    @cache
    def external_key(cls) -> str:
        """Returns Planhat's spelling of the external id: `extId` for invoices, else `externalId`."""
        return cls.external_id.key

    @classmethod
    def key_of(cls, id_type: PlanhatIdType) -> str:
        """Returns the key under which a record holds an id of a kind."""
        return {
            PlanhatIdType.PLANHAT_ID: "_id",
            PlanhatIdType.SOURCE_ID: "sourceId",
            PlanhatIdType.EXTERNAL_ID: cls.external_key(),
        }[id_type]

    @classmethod
    def from_list(cls, data: Iterable[Mapping[str, Any]]) -> PlanhatObjectList[Self]:
        """Returns a list of such records made from a list of dictionaries."""
        from RPA.Planhat.types.lists import PlanhatObjectList  # noqa: PLC0415 - the list knows the record

        return PlanhatObjectList.of(cls, (cls(row) for row in data))

    @classmethod
    def from_response(cls, response: requests.Response) -> Self | PlanhatObjectList[Self]:
        """Returns the record or the list of records that an answer holds.

        Args:
            response: An answer of Planhat. On `PlanhatObject` itself its path tells the model.

        Raises:
            TypeError: If the answer is neither an object nor a list, or its path belongs to no model.
        """
        model: Any = cls if cls is not PlanhatObject else _model_of_path(response.request.url or "")
        data = response.json()
        if isinstance(data, (list, dict)):
            found = model.from_list(data if isinstance(data, list) else [data])
            for record in found:
                record.mark_as_read()
            one_or_all: Self | PlanhatObjectList[Self] = found if isinstance(data, list) else found[0]
            return one_or_all
        raise TypeError(f"The answer is neither an object nor a list, but {type(data).__name__}.")

    @property
    def response(self) -> None:
        """Nothing: records keep no answer alive. The property remains for programs that read it."""
        return

    def get_type_urlpath(self) -> str:
        """Returns the path of the model, such as `/companies`."""
        return f"/{self.API_NAME}"

    def get_urlpath(self, id_type: PlanhatIdType = PlanhatIdType.PLANHAT_ID) -> str:
        """Returns the path of this record, percent-encoded.

        Args:
            id_type: The id to use; when the record has none of this kind, any other that it has.

        Raises:
            ValueError: If the record has no id at all.
        """
        for kind in (id_type, *ALL_IDS):
            value = self.get(self.key_of(kind))
            if value:
                return f"{self.get_type_urlpath()}/{path_segment(str(value), kind)}"
        raise ValueError(
            f"This {self.SINGULAR or 'record'} has no id: neither _id, sourceId nor {self.external_key()}."
        )

    def is_same_object(self, other: object) -> bool:
        """Returns whether both are the same record of the same model: any id that both have is equal."""
        if not isinstance(other, PlanhatObject) or self.API_NAME != other.API_NAME:
            return False
        keys = [self.key_of(kind) for kind in ALL_IDS]
        return any(self.get(key) and self.get(key) == other.get(key) for key in keys)

    def encode(self) -> bytes:
        """Returns the record as JSON in UTF-8.

        Raises:
            PlanhatValidationError: If JSON cannot hold it, as a number that is NaN or infinite.
        """
        return encode_json(self)

    def to_serializable_json(self) -> dict[str, Any]:
        """Returns plain dictionaries and lists; dates and durations as text and seconds."""
        plain: dict[str, Any] = json.loads(self.encode())
        return plain

    def is_unread(self, key: str) -> bool:
        """Returns whether the value is unknown of a field, since it was not among those that were asked for."""
        return super().is_unread(key) and type(self).field(key) is not None

    def why_unread(self, key: str) -> str:
        """Returns the sentence on a field that was not read."""
        field = type(self).field(key)
        name = field.name if field else key
        return (
            f"{name} of this {self.SINGULAR} was not read, so its value is not known. Name it in properties= of the "
            f"list, for example properties=name,{name}, or leave properties= out to read all fields."
        )

    def _known(self, name: str) -> Field[Any]:
        own = getattr(type(self), name, None)
        field = own if isinstance(own, Field) else self.field(name)
        if field is None:
            raise TypeError(self._no_field(name))
        return field

    def _no_field(self, name: str) -> str:
        near = self.near_matches(name)
        hint = f" Did you mean {', '.join(near)}?" if near else ""
        return f"{type(self).__name__} has no field {name!r}.{hint}"

    if not TYPE_CHECKING:  # so that checkers find names that no model has

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            if name in self:
                return as_records(self, name)
            field = self.field(name)
            if field is not None:
                return field.read(self)
            raise AttributeError(self._no_field(name))

        def __setattr__(self, name: str, value: Any) -> None:
            descriptor = getattr(type(self), name, None)
            if isinstance(descriptor, Field):
                descriptor.__set__(self, value)
            else:
                self[name] = value

        def __delattr__(self, name: str) -> None:
            descriptor = getattr(type(self), name, None)
            super().__delattr__(descriptor.key if isinstance(descriptor, Field) else name)

    def __repr__(self) -> str:
        label = label_of(self)
        known = _read(self, "_id") or _read(self, "sourceId") or _read(self, self.external_key())
        return f"<{type(self).__name__}{f' {label!r}' if label else ''}{f' {known}' if known else ''}>"

    __str__ = __repr__


class NamedObjectMixin(PlanhatObject):
    """A record that has a name."""

    __slots__ = ()

    name = fields.text("The name.", required=True)


class PlanhatCompanyOwnedObject(PlanhatObject):
    """A record that belongs to a company."""

    __slots__ = ()

    company_id = fields.ref("The company.", required=True)
    company_name = fields.text("The name of the company.", read_only=True)


@cache
def _fields_of(model: type[PlanhatObject]) -> dict[str, Field[Any]]:
    found: dict[str, Field[Any]] = {}
    for owner in reversed(model.__mro__):
        found.update({name: field for name, field in vars(owner).items() if isinstance(field, Field)})
    return {name: field for name, field in found.items() if name not in model.WITHOUT}


@cache
def _fields_by_spelling(model: type[PlanhatObject]) -> dict[str, Field[Any]]:
    known = model.known_fields()
    return {**{field.key: field for field in reversed(known.values())}, **known}


_read = dict.get
"""What reads a value without noting that it may be changed."""


def find_model(name: Any) -> type[PlanhatObject] | None:
    """Returns a model by its class, class name, singular, plural or path; case, spaces and `_` do not matter."""
    if isinstance(name, type):
        return name if issubclass(name, PlanhatObject) else None
    if not isinstance(name, str):
        return None
    wanted = normalize_name(name)
    for model in MODELS.values():
        names = (model.__name__, model.SINGULAR, model.PLURAL, model.API_NAME)
        if wanted in (normalize_name(each) for each in names if each):
            return model
    return None


@cache
def model_at_path(path: str) -> type[PlanhatObject]:
    """Returns a model for a path that is not in the registry; its records take any field."""
    names = {"API_NAME": path, "SINGULAR": f"record of /{path}", "PLURAL": f"records of /{path}"}
    found_by_pickle = {"__module__": __name__, "__qualname__": f"{_AT}{path}"}
    return type("PlanhatRecord", (PlanhatObject,), {**names, **found_by_pickle, "OPEN": True, "__slots__": ()})


_AT = "/"


def __getattr__(name: str) -> Any:
    """Finds the class of a model that is not in the registry, when one of its records is unpickled."""
    if name.startswith(_AT):
        return model_at_path(name[len(_AT) :])
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _model_of_path(url: str) -> type[PlanhatObject]:
    first = urlsplit(url).path.strip("/").split("/")[0]
    for model in MODELS.values():
        if first == model.API_NAME:
            return model
    raise TypeError(f"No model has the path /{first}. Known are: {', '.join(sorted(MODELS))}.")


def label_of(record: dict[str, Any]) -> str:
    """Returns what people call a record; nothing if it has no such field."""
    return next((str(value) for key in LABELS if (value := dict.get(record, key))), "")


def in_words(record: PlanhatObject) -> str:
    """Returns a record as messages name it: `company 'Acme' 61f…`."""
    label = label_of(record)
    return " ".join(filter(None, [record.SINGULAR, repr(label) if label else "", record.id]))
