"""Values as tests write them: text that means a number, fields of records, settings of faults."""

from __future__ import annotations

from typing import Any

_WORDS = {"true": True, "false": False, "none": None}
_NUMBERS = frozenset({"probability", "seed", "times", "status", "seconds", "rows", "process"})


def fits(row: dict[str, Any], fields: dict[str, Any]) -> bool:
    """Tells whether a record has some values; `custom.X` names a custom field."""
    return all(_same(_field(row, name), value) for name, value in fields.items())


def _field(row: dict[str, Any], name: str) -> Any:
    if name.startswith("custom."):
        return (row.get("custom") or {}).get(name.removeprefix("custom."))
    return row.get(name)


def _same(stored: Any, wanted: Any) -> bool:
    if isinstance(wanted, str) and not isinstance(stored, str):
        return bool(plain(wanted) == stored)
    return bool(stored == wanted)


def plain(value: Any) -> Any:
    """Returns what a text means: true, false, nothing, a number; anything else as it is."""
    if not isinstance(value, str):
        return value
    return _WORDS[value.lower()] if value.lower() in _WORDS else _number(value)


def _number(text: str) -> Any:
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def as_setting(name: str, value: Any) -> Any:
    """Returns a setting of a fault, which may come as text."""
    if name != "calls":
        return plain(value) if name in _NUMBERS else value
    several = value.split(",") if isinstance(value, str) else value
    return [int(each) for each in (several if isinstance(several, (list, tuple)) else [several])]


def said(fields: dict[str, Any]) -> str:
    """Returns some values in words."""
    return ", ".join(f"{name}={value!r}" for name, value in fields.items()) or "any values"
