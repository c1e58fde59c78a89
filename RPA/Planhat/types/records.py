"""Dictionaries whose keys are attributes as well, and that keep track of what was changed since they were read."""

from __future__ import annotations

from collections import deque
from copy import copy, deepcopy
from enum import Enum
from itertools import repeat
from typing import TYPE_CHECKING, Any, TypeVar

from RPA.Planhat.errors import PlanhatNotReadError

if TYPE_CHECKING:
    from _collections_abc import dict_items, dict_values

    from typing_extensions import Self

T = TypeVar("T", bound="TrackedRecord")


class _Absent(Enum):
    """Marks a value that is not there; unlike a bare object, its copy is itself."""

    absent = "absent"


_ABSENT = _Absent.absent
_NESTED = (dict, list)


class Selection(frozenset[str]):
    """The keys that were asked for when a page of records was read; all records of the page share it."""

    __slots__ = ()

    def __copy__(self) -> Selection:
        return self

    def __deepcopy__(self, memo: Any) -> Selection:
        return self


class _Touched(dict[str, Any]):
    """First values of what was touched in a record of which only some keys were read."""

    __slots__ = ("selection",)

    def __init__(self, values: dict[str, Any], selection: Selection) -> None:
        super().__init__(values)
        self.selection = selection

    def __reduce_ex__(self, protocol: Any) -> Any:
        return type(self), (dict(self), self.selection)


class Record(dict[str, Any]):
    """A JSON object whose keys can also be read and set as attributes, at every depth."""

    __slots__ = ("_origin",)

    if not TYPE_CHECKING:  # so that checkers find names that no model has

        def __getattr__(self, name: str) -> Any:
            if name in self and not name.startswith("__"):
                return as_records(self, name)
            raise AttributeError(f"There is no {name!r} here. There is: {', '.join(map(str, self)) or 'nothing'}.")

        def __setattr__(self, name: str, value: Any) -> None:
            self[name] = value

        def __delattr__(self, name: str) -> None:
            if name not in self:
                raise AttributeError(f"There is no {name!r} here.")
            del self[name]

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)
        # A part that was replaced as a whole has no note, so that this tells removing from leaving out.
        object.__setattr__(self, "_origin", (origin_of(self) or frozenset()) | {key})

    def pop(self, key: str, *default: Any) -> Any:
        """Removes a key and returns its value, or the default."""
        if key not in self:
            return super().pop(key, *default)
        value = dict.__getitem__(self, key)
        del self[key]
        return value

    def popitem(self) -> tuple[str, Any]:
        """Removes the last key and returns it with its value."""
        if not self:
            return super().popitem()
        key = next(reversed(self))
        return key, self.pop(key)

    def clear(self) -> None:
        """Removes all keys."""
        for key in list(self):
            del self[key]

    def copy(self) -> Self:
        """Returns a copy that remembers what was read, as `copy.copy` does; `dict(record)` is a plain dictionary."""
        return copy(self)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return _rebuilt, (type(self), dict(self), origin_of(self))


class UnsetRecord(Record):
    """The empty value of an object that a record does not have; setting a key in it puts it into the record."""

    __slots__ = ("_home",)

    def __init__(self, record: dict[str, Any], key: str) -> None:
        super().__init__()
        object.__setattr__(self, "_home", (record, key))

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, value)
        record, home = object.__getattribute__(self, "_home")
        if dict.get(record, home) is None:
            record[home] = self

    def update(self, *others: Any, **values: Any) -> None:
        """Sets several keys, as a dictionary does."""
        for key, value in dict(*others, **values).items():
            self[key] = value

    def __ior__(self, other: Any) -> Any:  # type: ignore[misc]
        self.update(other)
        record, home = object.__getattribute__(self, "_home")
        return dict.get(record, home, self)  # what `record.custom |= ...` puts into the record

    def __reduce_ex__(self, protocol: Any) -> Any:
        return Record, (dict(self),)


def _unread_method(name: str) -> Any:
    def method(self: UnreadRecord, *_arguments: Any) -> Any:
        raise PlanhatNotReadError(object.__getattribute__(self, "_why"))

    method.__name__ = name
    return method


class UnreadRecord(UnsetRecord):
    """An object of a record that was not read: keys of it can be set, and nothing of it is known."""

    __slots__ = ("_why",)

    def __init__(self, record: dict[str, Any], key: str, why: str) -> None:
        super().__init__(record, key)
        object.__setattr__(self, "_why", why)
        # Encoders of JSON look at what the dictionary holds, past its methods, and would write an empty object.
        dict.__setitem__(self, why, PlanhatNotReadError(why))

    def __setitem__(self, key: str, value: Any) -> None:
        record, home = object.__getattribute__(self, "_home")
        record[home] = {**(dict.get(record, home) or {}), key: value}

    def __repr__(self) -> str:
        return "<not read>"

    __getattr__ = _unread_method("__getattr__")
    __eq__ = _unread_method("__eq__")
    __ne__ = _unread_method("__ne__")
    __hash__ = None  # type: ignore[assignment]
    __getitem__ = _unread_method("__getitem__")
    __contains__ = _unread_method("__contains__")
    __iter__ = _unread_method("__iter__")
    __len__ = _unread_method("__len__")
    __delitem__ = _unread_method("__delitem__")
    __reversed__ = _unread_method("__reversed__")
    __or__ = _unread_method("__or__")
    __ror__ = _unread_method("__ror__")
    get = _unread_method("get")
    pop = _unread_method("pop")
    popitem = _unread_method("popitem")
    clear = _unread_method("clear")
    copy = _unread_method("copy")
    setdefault = _unread_method("setdefault")
    keys = _unread_method("keys")
    values = _unread_method("values")
    items = _unread_method("items")


class TrackedRecord(Record):
    """A record that remembers, once it is marked as read, the first value of what is touched.

    Objects in it may be plain dictionaries until they are handed out; most never are.
    """

    __slots__ = ()

    def mark_as_read(self) -> None:
        """Makes what the record holds now the state that `changes` compares with."""
        object.__setattr__(self, "_origin", True)

    def is_unread(self, key: str) -> bool:
        """Returns whether the value is unknown of a key, since it was not among those that were asked for."""
        origin = origin_of(self)
        selection = origin if isinstance(origin, Selection) else getattr(origin, "selection", None)
        is_touched = isinstance(origin, dict) and key in origin
        return selection is not None and key not in selection and key not in self and not is_touched

    def changes(self) -> dict[str, Any]:
        """Returns what was set since the record was read; everything, when it was made by hand.

        Of custom values only the changed ones are returned.
        """
        origin = origin_of(self)
        if origin is None:
            return dict(self)
        touched = origin if isinstance(origin, dict) else {}
        return {
            key: _changed_part(key, first, dict.get(self, key))
            for key, first in touched.items()
            if key in self and dict.get(self, key) != first
        }

    def added(self) -> list[str]:
        """Returns the keys that were set since the record was read and that it did not have then."""
        origin = origin_of(self)
        touched = origin if isinstance(origin, dict) else {}
        return [key for key, first in touched.items() if first is _ABSENT and key in self]

    def removed_keys(self) -> list[str]:
        """Returns the keys that the record had when it was read and that were removed since, `custom.<Name>` too."""
        origin = origin_of(self)
        touched = origin if isinstance(origin, dict) else {}
        gone = [key for key, first in touched.items() if first is not _ABSENT and key not in self]
        first, now = touched.get("custom"), dict.get(self, "custom")
        if isinstance(first, dict) and isinstance(now, Record):
            gone += [f"custom.{name}" for name in first if name not in now and name in (origin_of(now) or ())]
        elif isinstance(first, dict) and "custom" in self and not now:
            gone += [f"custom.{name}" for name in first]
        return gone

    def _touch(self, key: str) -> None:
        origin = origin_of(self)
        if origin is None:
            return
        if not isinstance(origin, dict):
            origin = {} if origin is True else _Touched({}, origin)
            object.__setattr__(self, "_origin", origin)
        if key not in origin:
            value = dict.get(self, key, _ABSENT)
            origin[key] = deepcopy(value)
            if isinstance(value, _NESTED):
                dict.__setitem__(self, key, records_in(value))

    def __missing__(self, key: str) -> Any:
        if self.is_unread(key):
            raise PlanhatNotReadError(self.why_unread(key))
        raise KeyError(key)

    def require_read(self, key: str) -> None:
        """Refuses to go on with a key that was not read.

        Raises:
            PlanhatNotReadError: If it was not.
        """
        if self.is_unread(key):
            raise PlanhatNotReadError(self.why_unread(key))

    def why_unread(self, key: str) -> str:
        """Returns the sentence on a key that was not read."""
        return f"{key} was not read, so its value is not known."

    def __getitem__(self, key: str) -> Any:
        value = _value_of(self, key)
        if isinstance(value, _NESTED):
            self._touch(key)
            return _value_of(self, key)
        return value

    def get(self, key: str, default: Any = _ABSENT) -> Any:
        """Returns the value of a key, or the default.

        Raises:
            PlanhatNotReadError: If the field was not read, and there is no default.
        """
        value = _value_or(self, key, _ABSENT)
        if value is _ABSENT:
            if default is not _ABSENT:
                return default
            if self.is_unread(key):
                raise PlanhatNotReadError(self.why_unread(key))
            return None
        return self[key] if isinstance(value, _NESTED) else value

    def items(self) -> dict_items[str, Any]:
        """Returns keys and values, as a dictionary does."""
        self._touch_nested()
        return super().items()

    def values(self) -> dict_values[str, Any]:
        """Returns the values, as a dictionary does."""
        self._touch_nested()
        return super().values()

    def _touch_nested(self) -> None:
        if origin_of(self) is not None:
            for key, value in dict.items(self):
                if isinstance(value, _NESTED):
                    self._touch(key)

    def __setitem__(self, key: str, value: Any) -> None:
        self._touch(key)
        super().__setitem__(key, value)

    def update(self, *others: Any, **values: Any) -> None:
        """Sets several keys, as a dictionary does."""
        for key, value in dict(*others, **values).items():
            self[key] = value

    def __ior__(self, other: Any) -> Any:  # type: ignore[misc]
        self.update(other)
        return self

    def __delitem__(self, key: str) -> None:
        if key in self:
            self._touch(key)
        else:
            self.require_read(key)
        dict.__delitem__(self, key)

    def pop(self, key: str, *default: Any) -> Any:
        """Removes a key and returns its value, or the default."""
        if key not in self and not default:
            self.require_read(key)
        return super().pop(key, *default)

    def setdefault(self, key: str, default: Any = None) -> Any:
        """Returns the value of a key, which is set to the default if it is not there.

        Raises:
            PlanhatNotReadError: If the field was not read: the default would take the place of what Planhat has.
        """
        if key not in self:
            self.require_read(key)
            self[key] = default
        return self[key]


def read_records(rows: list[dict[str, Any]], model: type[T], selection: Selection | None = None) -> list[T]:
    """Returns records of a model with what plain dictionaries hold, marked as read; none of it runs row by row here.

    Args:
        rows: The dictionaries.
        model: The model.
        selection: The keys that were asked for, when not all were.
    """
    origin = True if selection is None else selection
    records = list(map(_new, repeat(model, len(rows))))
    for each in (map(_fill, records, rows), map(_set_origin, records, repeat(origin))):
        deque(each, maxlen=0)
    return records


def as_model(row: dict[str, Any], model: type[T]) -> T:
    """Turns a decoded object into a record of a model that remembers what is changed from now on."""
    record: Any = row if isinstance(row, Record) else Record(row)
    object.__setattr__(record, "__class__", model)
    record.mark_as_read()
    made: T = record
    return made


def as_models(value: Any, model: type[T], selection: Selection | None = None) -> Any:
    """Turns a decoded list of objects into records of a model; anything else stays as it is.

    Args:
        value: What was decoded.
        model: The model.
        selection: The keys that were asked for, when not all were.
    """
    if not isinstance(value, list) or set(map(type, value)) != {dict}:
        return value
    return read_records(value, model, selection)


def origin_of(record: Record) -> Any:
    """Returns first values of touched keys; else the selection, or true if all was read, or `None` if nothing was."""
    try:
        return object.__getattribute__(record, "_origin")
    except AttributeError:
        return None


def as_records(record: dict[str, Any], key: str) -> Any:
    """Returns a value of a record; plain dictionaries in it are first replaced by `Record`s, in place."""
    value = record.get(key)
    made = records_in(value)
    if made is not value:
        dict.__setitem__(record, key, made)
    return made


def records_in(value: Any) -> Any:
    """Returns a JSON value with `Record`s for plain dictionaries, at every depth; lists are changed in place."""
    if type(value) is dict:
        # Most values hold nothing; a call for each of them would take longer than all else here.
        return Record({key: records_in(item) if isinstance(item, _HOLDERS) else item for key, item in value.items()})
    if isinstance(value, list):
        value[:] = [records_in(item) if isinstance(item, _HOLDERS) else item for item in value]
    return value


_HOLDERS = (dict, list)


def _changed_part(key: str, first: Any, now: Any) -> Any:
    if key != "custom" or not isinstance(first, dict) or not isinstance(now, dict):
        return now
    return {name: value for name, value in now.items() if name not in first or first[name] != value}


def _rebuilt(cls: type[Record], items: dict[str, Any], origin: Any) -> Record:
    made = cls.__new__(cls)
    dict.update(made, items)
    if origin is not None:
        object.__setattr__(made, "_origin", origin)
    return made


_value_of = dict.__getitem__
_value_or = dict.get
_new: Any = dict.__new__
_fill: Any = dict.update
_set_origin: Any = vars(Record)["_origin"].__set__
