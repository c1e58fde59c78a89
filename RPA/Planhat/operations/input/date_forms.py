"""Dates as people write them, such as `DD.MM.YYYY HH:mm`, and as ISO 8601 has them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError

if TYPE_CHECKING:
    from collections.abc import Sequence

TOKENS = {"YYYY": "%Y", "YY": "%y", "MM": "%m", "DD": "%d", "HH": "%H", "mm": "%M", "SS": "%S"}
"""What dates are made of, and Python's names for it."""

IN_FORM = re.compile("|".join(TOKENS))
BEFORE_TIME = re.compile(r"(?<=DD)T(?=HH)")

LIKELY = {"JJJJ": "YYYY", "AAAA": "YYYY", "TT": "DD", "JJ": "DD", "HH:MM": "HH:mm"}
"""What people write for parts of a form, once its letters are capital ones."""

TIMESTAMP = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:([T ])([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)? ?(?:([Zz])|([+-][0-9]{2}):?([0-9]{2})?)?)?"
)
"""A date or a time in ISO 8601, as far as all versions of Python and the large CRMs write it.

A month or a day of one digit has one meaning only, since the year comes first.
"""

EARLIEST, FARTHEST = "1700", "2243"
"""The years from and before which a date is one."""

SAMPLE = datetime(2024, 11, 22, 13, 14, 15, tzinfo=timezone.utc)
"""A moment that a form has to bring back, once written in it: each of its parts is another number."""


@dataclass(frozen=True)
class DateForm:
    """A form of dates.

    Attributes:
        form: As it was given.
        pattern: The same in Python's words.
    """

    form: str
    pattern: str

    @property
    def is_compact(self) -> bool:
        """Whether there is nothing between the numbers."""
        return self.pattern.replace("%", "").isalnum()

    def read(self, text: str) -> str | None:
        """Returns a date, with its time if the form has one, in ISO 8601; nothing if it is not in this form."""
        if self.is_compact and len(text) != len(SAMPLE.strftime(self.pattern)):
            return None  # without separators, a missing digit would move all others
        try:
            found = datetime.strptime(text, self.pattern)  # noqa: DTZ007 - a time without offset is UTC
        except ValueError:
            return None
        has_time = "%H" in self.pattern or "%I" in self.pattern
        return found.isoformat() if has_time else found.date().isoformat()

    def looks_like(self, text: str) -> bool:
        """Returns whether a string has numbers and signs as a date in this form, though there may be no such day."""
        digits = re.sub("%[A-Za-z]", r"\\d{1,2}", re.escape(self.pattern).replace("%Y", r"\d{4}"))
        return bool(re.fullmatch(digits, text, re.ASCII))


def read_in(forms: Sequence[DateForm], text: str) -> str | None:
    """Returns a date in ISO 8601 that is in one of several forms; nothing if it is in none.

    Raises:
        PlanhatValidationError: If it is another day in one form than in another, a day that does not exist in a form
            that looks like ISO 8601, or a number that is in no form although one of them is a number.
    """
    found = {form.form: moment for form in forms if (moment := form.read(text))}
    if len({moment[:10] for moment in found.values()}) > 1:
        days = " and ".join(f"{moment[:10]} in {form}" for form, moment in found.items())
        raise PlanhatValidationError(f"{text!r} is {days}: leave one of these formats out of dates=.")
    if not found and ISO.looks_like(text) and any(form.looks_like(text) for form in forms):
        raise PlanhatValidationError(f"{text!r} is not a day in the format {forms[0].form}.")
    compact = [form.form for form in forms if form.is_compact]
    if not found and compact and text.isdecimal():
        raise PlanhatValidationError(
            f"{text!r} is not a date in the format {' or '.join(compact)}: did its first zero get lost?"
        )
    return next(iter(found.values()), None)


ISO = DateForm("YYYY-MM-DD", "%Y-%m-%d")


def unread(forms: Sequence[DateForm], text: str) -> str:
    """Returns a hint for a string that is not a date in any of these formats.

    Args:
        forms: The forms that the table was said to have.
        text: The text.
    """
    if any(form.looks_like(text) and form.read(text) is None for form in (ISO, *forms)):
        return "There is no such day or time."
    if forms:
        return f"It is in no format of dates=: {', '.join(form.form for form in forms)}."
    return "For dates in another format, set dates=, such as dates=DD.MM.YYYY."


def date_form(form: str) -> DateForm:
    """Returns a form of dates, which brings back every day that is written in it.

    Args:
        form: Such as `DD.MM.YYYY`, or `%d.%m.%Y`.

    Raises:
        PlanhatValidationError: If it has no day, month or year, has one twice, or has letters that mean nothing.
    """
    problem = _problem(form)
    if problem:
        likely = _likely(form)
        hint = "Write it as DD.MM.YYYY or DD/MM/YYYY HH:mm." if _problem(likely) else f"Did you mean {likely}?"
        raise PlanhatValidationError(f"{form!r} is not a valid date format: {problem}. {hint}")
    return DateForm(form, _pattern(form))


def _pattern(form: str) -> str:
    return form if "%" in form else IN_FORM.sub(lambda found: TOKENS[found.group()], form)


def _problem(form: str) -> str:
    """Returns what is wrong with a form, or nothing."""
    if "%" not in form:
        parts = IN_FORM.findall(form)
        rest = re.search(r"[^\W\d_]+", IN_FORM.sub(" ", BEFORE_TIME.sub(" ", form)))
        repeated = next((each for each in parts if parts.count(each) > 1), "")
        if rest or repeated:
            return f"{rest.group()!r} in it means nothing" if rest else f"it has {repeated} twice"
    return "" if _brings_back_a_day(_pattern(form)) else "it needs a day, a month and a year"


def _brings_back_a_day(pattern: str) -> bool:
    try:
        return datetime.strptime(SAMPLE.strftime(pattern), pattern).date() == SAMPLE.date()  # noqa: DTZ007 - the day counts
    except (ValueError, re.error):
        return False


def _likely(form: str) -> str:
    """Returns the form that was probably meant."""
    text = form.upper()
    for written, meant in LIKELY.items():
        text = text.replace(written, meant)
    return re.sub(r"(?<![A-Z])[DM](?![A-Za-z])", lambda found: found.group() * 2, text)


def iso_text(text: str) -> str:
    """Returns a date or a time as Planhat reads it: with a point before parts of a second, and `+01:00` or `Z`.

    Raises:
        ValueError: If it is not one in ISO 8601.
    """
    moment_of(text)
    year, month, day, between, hour, minute, second, part, utc, offset, minutes = _match(text)
    if between is None:
        return f"{year}-{month}-{day}"
    seconds = f":{second}" if second else ""
    zone = "Z" if utc else f"{offset}:{minutes or '00'}" if offset else ""
    return f"{year}-{month}-{day}{between}{hour}:{minute}{seconds}{f'.{part}' if part else ''}{zone}"


def require_possible(name: str, text: str, given: Any) -> None:
    """Refuses a date that no record can have: programs write 0001-01-01 or 9999-12-31 where there is none.

    Days that Planhat counts, from 1696 to 2243, have nearly the same limits.

    Args:
        name: The field, for the message.
        text: The date or time in ISO 8601.
        given: What was given for it.

    Raises:
        PlanhatValidationError: If it is before 1700, or after 2242.
    """
    if not EARLIEST <= text[:4] < FARTHEST:
        raise PlanhatValidationError(
            f"{name} takes a date from 1700 to 2242, not {text!r}, which programs write for no date. Leave it empty; "
            f"in a table, empty={given.strip() if isinstance(given, str) else text} does so."
        )


def _match(text: str) -> tuple[Any, ...]:
    found = TIMESTAMP.fullmatch(text)
    if found is None:
        raise ValueError
    year, month, day, *time = found.groups()
    return year, month.zfill(2), day.zfill(2), *time


def moment_of(text: str) -> datetime:
    """Returns a moment in ISO 8601, without time zone if the text has none; all versions of Python read the same.

    Raises:
        ValueError: If the text is not one.
    """
    year, month, day, _, hour, minute, second, part, utc, offset, minutes = _match(text)
    zone = "+00:00" if utc else f"{offset}:{minutes or '00'}" if offset else ""
    microseconds = (part or "0").ljust(6, "0")[:6]
    clock = f"{hour or '00'}:{minute or '00'}:{second or '00'}.{microseconds}"
    if hour == "24":
        raise ValueError
    return datetime.fromisoformat(f"{year}-{month}-{day}T{clock}{zone}")


def in_utc(text: str) -> str:
    """Returns a date or a time in Planhat's own spelling: UTC with milliseconds; one without offset is UTC.

    Raises:
        ValueError: If it is not one.
    """
    try:
        moment = moment_of(text)
        moment = moment.astimezone(timezone.utc) if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    except OverflowError as problem:
        raise ValueError(f"{text} is not a date") from problem
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def comparable_moments(value: str, wanted: str) -> tuple[str, str] | None:
    """Returns two dates or times as they compare: in UTC, and by day if a day is wanted; nothing if one is neither.

    Args:
        value: What a record has.
        wanted: What it is compared with.
    """
    try:
        there, other = in_utc(value), in_utc(wanted)
    except ValueError:
        return None
    day = len("2026-12-31")
    return (there[:day], other[:day]) if len(wanted) <= day else (there, other)
