"""Conditions such as `to_date <= today+90d and (nps < 7 or nps is empty)`: their grammar and its parser.

Grammar, from the loosest to the closest: `or`, `and`, `not`, parentheses, and comparisons `field operator value` with
`= == != < <= > >=`, `in (…)`, `not in (…)`, `contains`, `is empty`, `is not empty`. Names and values with spaces or
signs are in quotation marks. Values are read by the kind of the field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, NoReturn

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.conditions import (
    LISTS,
    ORDER,
    All,
    Comparison,
    Node,
    Not,
    Some,
    Test,
    comparisons,
    compile_test,
)
from RPA.Planhat.operations.rows.kinds import convert
from RPA.Planhat.operations.rows.payloads import CUSTOM, of_another_record, option_of, undeclared_field
from RPA.Planhat.text.messages import suggestion
from RPA.Planhat.text.parsing import trim
from RPA.Planhat.types import Field, Kind, PlanhatObject

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN = re.compile(
    r"""\s*(?:
        (?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<sign>==|!=|<>|<=|>=|=|<|>|\(|\)|,)
      | (?P<word>(?:[^\s()<>=!,"']|(?<=\.)(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))+)
      | (?P<other>\S)
    )""",
    re.VERBOSE,
)
"""A part of a condition. A word goes on through quotation marks behind a point, as in `custom."Contract Type"`."""

RELATIVE = re.compile(r"(today|now)(?:([+-])(\d+)([dwmyh]))?", re.IGNORECASE)
SHIFT = re.compile(r"[+-]\d+[dwmyh]", re.IGNORECASE)
SIGNS = ("=", "==", "!=", "<>", *ORDER)
WORDS = frozenset({"and", "or", "not", "in", "contains", "is", "empty"})
DAY = len("2026-12-31")
PART = ("contains", Kind.TEXT)
EXAMPLE = "A condition is written as phase = live and renewal_date <= today+90d."
QUOTE = "Put names and values with spaces into quotation marks, such as custom.'Go Live' or 'at risk'"
DEEPEST = 100
"""Parentheses in each other at most; nobody writes more, and Python's own stack has an end."""


@dataclass(frozen=True)
class Token:
    """A part of a condition: a `word`, a `name` in part quoted, `quoted`, a `sign`, or the `end`."""

    text: str
    place: int
    kind: str

    def is_word(self, *words: str) -> bool:
        """Returns whether it is one of these words, in any case, without quotation marks."""
        return self.kind == "word" and self.text.lower() in words

    def is_sign(self, *signs: str) -> bool:
        """Returns whether it is one of these signs."""
        return self.kind == "sign" and self.text in signs


class Condition:
    """A condition on records.

    Args:
        text: The condition.
        find_field: Returns a field by the name that is written; raises `PlanhatValidationError` if there is none.
        resolve: Returns the value that is meant by one that is written, such as the Planhat id for an external id.

    Attributes:
        node: The meaning of the text.
        text: The text.

    Raises:
        PlanhatValidationError: If it cannot be read; the message points at the place.
    """

    def __init__(
        self,
        text: str,
        find_field: Callable[[str], Field[Any]],
        resolve: Callable[[Field[Any], Any], Any] = lambda _field, value: value,
    ) -> None:
        self.text = text
        self.node = _Parser(text, find_field, resolve).parse()
        self.matches: Test = compile_test(self.node)

    @property
    def keys(self) -> list[str]:
        """The keys that it needs."""
        return list(dict.fromkeys(each.field.key for each in comparisons(self.node)))

    @property
    def required(self) -> list[Comparison]:
        """The comparisons that each record has to fit: those that are joined by `and`."""
        parts = self.node.parts if isinstance(self.node, All) else (self.node,)
        return [each for each in parts if isinstance(each, Comparison)]


def field_of(model: type[PlanhatObject], name: str, custom: Kind = Kind.ANY) -> Field[Any]:
    """Returns a field by its name, Planhat's spelling, or `custom.<Name>`, which then is of the given kind.

    Raises:
        PlanhatValidationError: If the model has no such field; the message names near ones.
    """
    known = model.field(name)
    if known is not None:
        return known
    if said := of_another_record(model, name):
        raise PlanhatValidationError(f"names {name}, which {said}")
    first = model.field(name.partition(".")[0])
    if name.startswith(CUSTOM) and name != CUSTOM:
        kind = custom
    elif model.OPEN or (first is not None and first.kind is Kind.OBJECT):
        kind = Kind.ANY
    else:
        hint = suggestion(model.near_matches(name))
        raise PlanhatValidationError(f"The model {model.SINGULAR} has no field {name!r}.{hint}")
    return undeclared_field(kind, name)


def _tokens(text: str) -> list[Token]:
    found = []
    for match in TOKEN.finditer(text):
        kind = str(match.lastgroup)
        word, place = match[kind], match.start(kind)
        if kind == "other":
            _fail(text, place, f"cannot be read from {word!r} on")
        if kind == "quoted":
            word = re.sub(r"\\(.)", r"\1", word[1:-1])
        elif kind == "word" and re.search(r"\.[\"']", word):
            word = re.sub(r"\.([\"'])((?:[^\\]|\\.)*?)\1", lambda part: "." + re.sub(r"\\(.)", r"\1", part[2]), word)
            kind = "name"
        found.append(Token(word, place, kind))
    return [*found, Token("", len(text), "end")]


def _fail(text: str, place: int, problem: str) -> NoReturn:
    start = max(place - 60, 0)
    shown = " ".join(text[start : place + 40].splitlines())
    stop = "" if problem.endswith("?") else "."
    raise PlanhatValidationError(f"where= {problem}{stop}\n  {shown}\n  {' ' * (place - start)}^\n{EXAMPLE}")


class _Parser:
    """Reads a condition, token by token."""

    def __init__(
        self, text: str, find_field: Callable[[str], Field[Any]], resolve: Callable[[Field[Any], Any], Any]
    ) -> None:
        self._text = text
        self._find_field = find_field
        self._resolve = resolve
        self._tokens = _tokens(text)
        self._next = 0
        self._depth = 0

    def parse(self) -> Node:
        if self._token.kind == "end":
            self._fail("is empty")
        node = self._any()
        if self._token.kind != "end":
            self._fail(f"continues after its end with {self._token.text!r}; join conditions with and, or. {QUOTE}")
        return node

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._token
        self._next += token.kind != "end"
        return token

    def _fail(self, problem: str, token: Token | None = None) -> NoReturn:
        _fail(self._text, (token or self._token).place, problem)

    def _any(self) -> Node:
        parts = [self._all()]
        while self._token.is_word("or"):
            self._take()
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def _all(self) -> Node:
        parts = [self._not()]
        while self._token.is_word("and"):
            self._take()
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _not(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            self._fail(f"has more than {DEEPEST} parentheses or not in each other")
        try:
            if self._token.is_word("not"):
                self._take()
                return Not(self._not())
            if not self._token.is_sign("("):
                return self._comparison()
            opening = self._take()
            node = self._any()
            if not self._take().is_sign(")"):
                self._fail("has a parenthesis that is not closed", opening)
            return node
        finally:
            self._depth -= 1

    def _comparison(self) -> Node:
        name = self._take()
        if name.kind in ("sign", "end") or name.is_word(*WORDS):
            self._fail(f"needs the name of a field here, not {name.text or 'the end'!r}", name)
        try:
            field = self._find_field(trim(name.text))
        except PlanhatValidationError as problem:
            said = str(problem).rstrip(".")
            unknown = f"names a field that does not exist: {said[:1].lower()}{said[1:]}"
            if self._token.kind not in ("sign", "end") and not self._token.is_word("in", "contains", "is", "not"):
                unknown = f"{unknown}. {QUOTE}"
            self._fail(said if said.startswith("names ") else unknown, name)
        operator = self._operator(field)
        if operator in ("is empty", "is not empty"):
            return Comparison(field, operator)
        if operator in ("in", "not in"):
            return Comparison(field, operator, self._list(field, operator))
        return Comparison(field, operator, (self._value(field, operator),))

    def _operator(self, field: Field[Any]) -> str:
        token = self._take()
        found = token.text.lower() if token.is_sign(*SIGNS) or token.is_word("in", "contains") else ""
        if token.is_word("not") and self._token.is_word("in"):
            self._take()
            found = "not in"
        if token.is_word("is"):
            found = "is not empty" if self._token.is_word("not") else "is empty"
            self._next += self._token.is_word("not")
            found = found if self._take().is_word("empty") else ""
        if not found:
            self._fail(
                f"needs an operator behind {field.name}: = == != < <= > >= in contains, is empty, is not empty", token
            )
        if found in ORDER and field.kind in (*LISTS, Kind.BOOLEAN, Kind.OBJECT):
            self._fail(f"cannot compare {field.name} with {found}: it holds {field.kind.value}", token)
        return "!=" if found == "<>" else found

    def _list(self, field: Field[Any], operator: str) -> tuple[Any, ...]:
        opening = self._take()
        if not opening.is_sign("("):
            self._fail(f"needs a list in parentheses behind {operator}, such as (onboarding, adoption)", opening)
        values = [self._value(field, operator)]
        while self._token.is_sign(","):
            self._take()
            values.append(self._value(field, operator))
        if not self._take().is_sign(")"):
            self._fail(f"has a list that is not closed. {QUOTE}", opening)
        return tuple(values)

    def _value(self, field: Field[Any], operator: str) -> Any:
        token = self._take()
        if token.kind in ("sign", "end"):
            self._fail(f"needs a value behind {operator}, not {token.text or 'the end'!r}", token)
        text = token.text
        if token.kind == "word" and RELATIVE.fullmatch(text) and self._token.kind == "word":
            text += self._shift()
        try:
            value = read_value(field, text, is_word=token.kind == "word")
            if field.name.startswith(CUSTOM) and operator not in ORDER and (operator, field.kind) != PART:
                value = option_of(field, value, may_be_former=operator == "contains")
            elif field.options and value and operator not in ("contains", *ORDER):
                value = convert(field, value)
            return self._resolve(field, value)
        except (ValueError, OverflowError) as problem:
            why = str(problem) if isinstance(problem, PlanhatValidationError) else f"{text!r} is not valid"
            self._fail(f"compares {field.name} with something else than it holds: {why.rstrip('.')}", token)

    def _shift(self) -> str:
        """Takes `+ 90d` or `+90d` that is separate from `today`."""
        if SHIFT.fullmatch(self._token.text):
            return self._take().text
        following = self._tokens[self._next + 1]
        if self._token.text in ("+", "-") and SHIFT.fullmatch(self._token.text + following.text):
            return self._take().text + self._take().text
        return ""


_NUMBER = undeclared_field(Kind.NUMBER, "it")


def read_value(field: Field[Any], text: str, *, is_word: bool) -> Any:
    """Returns a value by the kind of a field.

    Args:
        field: The field.
        text: What is written.
        is_word: Whether it is without quotation marks, so that `today` may be meant.

    Raises:
        ValueError: If the field cannot hold it.
    """
    relative = RELATIVE.fullmatch(text) if is_word and field.kind in (Kind.DATE, Kind.DAY, Kind.ANY) else None
    if relative:
        text = _moment_of(relative)
        return convert(field, text[:DAY]) if field.kind is Kind.DAY else text
    if field.kind in (Kind.NUMBER, Kind.INTEGER):
        return convert(_NUMBER, text)
    if field.kind in (Kind.BOOLEAN, Kind.DATE, Kind.DAY):
        return convert(field, text)
    return text


def _moment_of(relative: re.Match[str]) -> str:
    """Returns the day or the time, in UTC, that is meant by words such as `today+90d`."""
    word, sign, count, unit = relative[1].lower(), relative[2], int(relative[3] or 0), (relative[4] or "").lower()
    now = datetime.now(timezone.utc)
    moment = now if word == "now" else now.replace(hour=0, minute=0, second=0, microsecond=0)
    count = -count if sign == "-" else count
    if unit in ("m", "y"):
        moment = _months_later(moment, count * (12 if unit == "y" else 1))
    elif unit:
        moment += timedelta(hours=count) if unit == "h" else timedelta(days=count * (7 if unit == "w" else 1))
    text = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return text[:DAY] if word == "today" and unit != "h" else text


def _months_later(moment: datetime, count: int) -> datetime:
    """Returns the same day of another month, or its last day if it is shorter."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + count, 12)
    first = date(year, month + 1, 1)
    last = ((first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)).day
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))
