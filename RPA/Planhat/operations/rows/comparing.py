"""Whether a record holds the values of a row, in whatever way Planhat has written it down.

A sync, a dry run, reading back, and the search for a record whose answer was lost all ask it here.
"""

from __future__ import annotations

from datetime import datetime, timezone
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from RPA.Planhat.operations.rows.identity import CASE_INSENSITIVE, OTHER_IDS, comparable_name
from RPA.Planhat.operations.rows.payloads import ABSENT, CUSTOM
from RPA.Planhat.types import Field, Kind, PlanhatObject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


SHOWN_AS = {"tickets": {"type": "subType"}}
"""Fields, by the path of their model, that lists show under another key."""

LISTS = (Kind.TEXTS, Kind.IDS)
"""Kinds of fields whose values may be written with commas."""

Change = tuple[Any, Any]
"""A value as it is, and as it shall be."""


def shown_keys(model: type[PlanhatObject], keys: Iterable[str]) -> list[str]:
    """Returns keys, and those under which Planhat shows the same fields."""
    shown = SHOWN_AS.get(str(model.API_NAME), {})
    return list(dict.fromkeys(name for key in keys for name in (key, shown.get(key, key))))


def differences(model: type[PlanhatObject], payload: Mapping[str, Any], record: dict[str, Any]) -> list[str]:
    """Returns the fields of a record that hold something else than was sent.

    A reference by an id of another system comes back as Planhat's own id; it is taken for the same.
    """
    return [key for key, (_, sent) in changes_of(model, payload, record).items() if not _is_other_id(model, key, sent)]


def _is_other_id(model: type[PlanhatObject], key: str, sent: Any) -> bool:
    field = model.field(key)
    if key.startswith(CUSTOM) or (field is not None and field.kind not in (Kind.ID, Kind.IDS)):
        return False
    return any(str(each).startswith(OTHER_IDS) for each in (sent if isinstance(sent, list) else [sent]))


def changes_of(
    model: type[PlanhatObject], payload: Mapping[str, Any], record: dict[str, Any], *, exact: bool = False
) -> dict[str, Change]:
    """Returns what a payload would change in a record: by field, the value that it has and the new one.

    Args:
        model: The model.
        payload: The fields of a row, by Planhat's keys.
        record: The record as Planhat has it.
        exact: Whether another case of a name, and spaces around a string, are changes.
    """
    return changes_of_all(model, [dict(payload)], [record], exact=exact)[0]


def changes_of_all(
    model: type[PlanhatObject],
    payloads: Sequence[dict[str, Any]],
    records: Sequence[dict[str, Any]],
    *,
    exact: bool = False,
) -> list[dict[str, Change]]:
    """Returns the same for many payloads, each with its record: field by field, since most values are equal.

    Args:
        model: The model.
        payloads: The fields of rows, by Planhat's keys.
        records: As many records, as Planhat has them.
        exact: Whether another case of a name, and spaces around a string, are changes: where rows are sent whole, they
            are stored; a sync would send them each time if Planhat writes names in a case of its own.
    """
    found: list[dict[str, Change]] = [{} for _ in payloads]
    shown = SHOWN_AS.get(str(model.API_NAME), {})
    for key, news, olds in _columns(payloads, records):
        field, others = model.field(key), olds
        if key in shown:
            others = list(map(dict.get, records, repeat(shown[key])))
        for place in _unlike(news, olds) if key != "custom" else ():
            new, old, other = news[place], olds[place], others[place]
            is_same = same(field, key, new, old, exact=exact)
            if not (is_same or (key in shown and same(field, key, new, other, exact=exact))):
                found[place][key] = (other, new)
    custom, stored = ([dict.get(each, "custom") or {} for each in rows] for rows in (payloads, records))
    for name, news, olds in _columns(custom, stored):
        for place in _unlike(news, olds):
            if not same(None, name, news[place], olds[place], exact=exact):
                found[place][CUSTOM + name] = (olds[place], news[place])
    return found


def _columns(
    payloads: Sequence[dict[str, Any]], records: Sequence[dict[str, Any]]
) -> Iterator[tuple[str, list[Any], list[Any]]]:
    """Yields the keys of payloads with the values that payloads and records have, `ABSENT` where a payload has none."""
    for key in dict.fromkeys(chain.from_iterable(payloads)):
        yield key, list(map(dict.get, payloads, repeat(key), repeat(ABSENT))), list(map(dict.get, records, repeat(key)))


def _unlike(news: list[Any], olds: list[Any]) -> list[int]:
    """Returns the places of values that differ, in their types too: to Python, `True` equals 1."""
    if news == olds and list(map(type, news)) == list(map(type, olds)):
        return []
    return [
        place
        for place, (new, old) in enumerate(zip(news, olds, strict=True))
        if (new != old or type(new) is not type(old)) and new is not ABSENT
    ]


def same(field: Field[Any] | None, key: str, new: Any, old: Any, *, exact: bool = False) -> bool:
    """Returns whether two values are one to Planhat; exactly, with case and spaces, if asked."""
    if isinstance(new, str) and isinstance(old, str) and (field is None or field.kind not in LISTS):
        may_be_date = field is None or field.kind is Kind.DATE
        if exact:
            return new == old or (may_be_date and _moment(new) is not None and _moment(new) == _moment(old))
        return _same_text(new, old, any_case=field is not None and key in CASE_INSENSITIVE, dates=may_be_date)
    if field is not None and field.kind is Kind.OBJECTS and isinstance(new, list) and isinstance(old, list):
        new, old = _as_linked(new, old)
    new, old = _as_stored(new, field), _as_stored(old, field)
    if new == old or (_is_empty(new) and _is_empty(old)):
        return not (isinstance(new, bool) ^ isinstance(old, bool))
    if isinstance(new, list) and isinstance(old, list) and len(new) == len(old):
        return all(same(None, "", one, other) for one, other in zip(new, old, strict=True))
    return False


def _as_linked(new: list[Any], old: list[Any]) -> tuple[list[Any], list[Any]]:
    """Returns two lists of objects; if the new ones are links, the old ones without what Planhat adds to these."""
    if new and all(isinstance(each, dict) and each.keys() == {"id"} for each in new):
        return new, [{"id": each.get("id")} if isinstance(each, dict) else each for each in old]
    return new, old


def _same_text(new: str, old: str, *, any_case: bool, dates: bool) -> bool:
    if new.strip() == old.strip() or (any_case and comparable_name(new) == comparable_name(old)):
        return True
    return dates and _moment(new) is not None and _moment(new) == _moment(old)


def _as_stored(value: Any, field: Field[Any] | None) -> Any:
    """Returns the ids of records that are a value, and a list for one that is written with commas."""
    kind = field.kind if field is not None else None
    if kind in (Kind.ID, Kind.IDS) and isinstance(value, dict):
        return value.get("_id")
    if kind in LISTS and isinstance(value, str):
        return [part for part in value.split(",") if part]
    if kind is Kind.IDS and isinstance(value, list):
        return [item.get("_id") if isinstance(item, dict) else item for item in value]
    return value


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _moment(text: str) -> datetime | None:
    if not text[:4].isdigit() or text[4:5] != "-":
        return None
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)
