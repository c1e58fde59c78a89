"""Planhat's answer to a bulk upsert, the envelope, and its outcome for each row of the call.

It counts, and names some records by their keys, in no promised order; failures have no index. So rows are matched by
the keys that they share with the answer, and what is left is settled by the counts where these leave no choice.
"""

from __future__ import annotations

import json
from collections import Counter
from itertools import repeat
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatError, PlanhatHTTPError, PlanhatUnexpectedContentError
from RPA.Planhat.operations.input.formats import well_formed
from RPA.Planhat.operations.rows.identity import LOWER_CASE, comparable_name, is_unique
from RPA.Planhat.operations.rows.outcomes import Outcome, Resolution
from RPA.Planhat.types.encoding import read_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import requests

    from RPA.Planhat.operations.rows.plan import Plan
    from RPA.Planhat.types import PlanhatObject

ENVELOPE = frozenset({"created", "updated", "nonupdates", "createdErrors", "updatedErrors", "permissionErrors"})
"""Keys of an envelope; any one of them makes an answer one."""

LONGEST_REASON = 500
"""Characters of Planhat's words on one row that are kept."""


def envelope_of(response: requests.Response) -> dict[str, Any]:
    """Returns the envelope that a response holds.

    Raises:
        PlanhatUnexpectedContentError: If it holds something else.
    """
    answer = read_json(response, None)
    if not isinstance(answer, dict) or ENVELOPE.isdisjoint(answer):
        raise PlanhatUnexpectedContentError.of(
            response, "The answer lacks the results of the rows, which may be stored."
        )
    return answer


def envelope_in(problem: PlanhatHTTPError) -> dict[str, Any] | None:
    """Returns the envelope that came with an error, or nothing."""
    if problem.response is None or problem.status not in (400, 403):
        return None
    try:
        return envelope_of(problem.response)
    except PlanhatError:
        return None


def errors_in(envelope: Mapping[str, Any]) -> list[Any]:
    """Returns the items of all lists whose name ends in `Errors`, those of the future too."""
    found: list[Any] = []
    for key, value in envelope.items():
        if key.endswith("Errors") and isinstance(value, list):
            found += value
    return found


def error_texts(envelope: Mapping[str, Any]) -> list[str]:
    """Returns the failures of an answer in words."""
    return [_words(item) for item in errors_in(envelope)]


def account(
    plan: Plan, numbers: Sequence[int], envelope: Mapping[str, Any], *, refused: bool = False
) -> tuple[list[Resolution], list[int]]:
    """Returns the outcomes of the rows of one call.

    Args:
        plan: The rows.
        numbers: Those that were sent.
        envelope: Planhat's answer.
        refused: Whether the answer came with 400 or 403, so that rows that it does not name were not stored.

    Returns:
        What is certain, and the rows that the answer does not settle: all if it names others, as an answer that came
        late or too often does.
    """
    in_order = _named_in_order(plan, numbers, envelope)
    if in_order is not None:
        return [in_order], []
    left = _Left(plan, numbers)
    if left.is_of_others(envelope):
        return [], list(numbers)
    certain = [
        left.take_named(envelope.get("insertsKeys"), Outcome.CREATED),
        left.take_named(envelope.get("updatesKeys"), Outcome.UPDATED),
        *left.take_errors(errors_in(envelope)),
    ]
    counts = _open_counts(envelope, certain)
    open_rows = left.numbers
    if refused and counts[Outcome.FAILED] > 0:
        counts[Outcome.FAILED] += max(0, len(open_rows) - sum(counts.values()))
    rest = _settle(open_rows, counts, error_texts(envelope))
    return (certain, open_rows) if rest is None else ([*certain, rest], [])


def _named_in_order(plan: Plan, numbers: Sequence[int], envelope: Mapping[str, Any]) -> Resolution | None:
    """Returns the rows of a call that all have one outcome, if the answer names all of them in their order.

    That is how most calls end; nothing has to be looked up then.
    """
    if errors_in(envelope):
        return None
    for name, count, outcome in (
        ("insertsKeys", "created", Outcome.CREATED),
        ("updatesKeys", "updated", Outcome.UPDATED),
    ):
        named = envelope.get(name)
        if type(named) is not list or len(named) != len(numbers) or envelope.get(count) != len(numbers):
            continue
        ids: list[Any] = list(map(dict.get, named, repeat("_id"))) if set(map(type, named)) == {dict} else []
        if set(map(type, ids)) != {str}:
            return None
        payloads = plan.payloads(numbers)
        shared = 0
        for key in plan.model.KEYS:
            theirs = list(map(dict.get, named, repeat(key)))
            own = list(map(dict.get, payloads, repeat(key))) if any(theirs) else []
            if any(own):
                if own != theirs or set(map(type, own)) != {str} or len(set(own)) < len(own):
                    return None
                shared += 1
        return Resolution(numbers, outcome, ids=ids) if shared else None
    return None


class _Left:
    """The rows of a call that are not accounted for yet, found by any of their keys."""

    def __init__(self, plan: Plan, numbers: Sequence[int]) -> None:
        self._numbers = numbers
        self._open = set(numbers)
        self._by_key: dict[str, dict[str, int]] = {}
        self._payloads = plan.payloads(numbers)
        for key in plan.model.KEYS:
            self._by_key[key] = self._index(key, self._payloads)

    def _index(self, key: str, payloads: list[dict[str, Any]]) -> dict[str, int]:
        """Returns the rows by their values of a key, without those that share one: it does not tell them apart."""
        values: list[Any] = [payload.get(key) for payload in payloads]
        if not any(values):
            return {}
        if is_unique(key) and set(map(type, values)) == {str} and all(values):
            alone: dict[str, int] = dict(zip(values, self._numbers, strict=True))
            if len(alone) == len(values):
                return alone
        texts = [_text(key, value) if value else "" for value in values]
        counts = Counter(texts)
        return {text: number for text, number in zip(texts, self._numbers, strict=True) if text and counts[text] == 1}

    @property
    def numbers(self) -> list[int]:
        return [number for number in self._numbers if number in self._open] if self._open else []

    def _take(self, named: Mapping[str, Any]) -> int:
        """Returns the row that a keyed object means; 0 for none that is open."""
        for key, index in self._by_key.items():
            value = named.get(key) if index else None
            number = index.get(_text(key, value), 0) if value else 0
            if number in self._open:
                self._open.remove(number)
                return number
        return 0

    def is_of_others(self, envelope: Mapping[str, Any]) -> bool:
        """Returns whether an answer names rows by keys that this call has sent, and none of these rows."""
        lists = [envelope[name] for name in ("insertsKeys", "updatesKeys") if isinstance(envelope.get(name), list)]
        named = [each for items in lists for each in items if isinstance(each, dict)]
        compared = False
        for key in self._by_key:
            theirs = {comparable_name(each[key]) for each in named if each.get(key)}
            own = {comparable_name(each[key]) for each in self._payloads if each.get(key)} if theirs else set()
            if own & theirs:
                return False
            compared = compared or (bool(own) and key != "_id")
        return compared

    def take_named(self, named: Any, outcome: Outcome) -> Resolution:
        """Returns the rows that a list of keys names."""
        if not isinstance(named, list) or not named:
            return Resolution([], outcome)
        return self._take_all(named, outcome) or self._take_each(named, outcome)

    def _take_all(self, named: list[Any], outcome: Outcome) -> Resolution | None:
        """Returns the rows when all are named by the same single key, each once, as they mostly are."""
        ((key, index), *others) = [each for each in self._by_key.items() if each[1]] or [("", {})]
        if others or not is_unique(key) or set(map(type, named)) != {dict}:
            return None
        numbers = [index.get(each.get(key), 0) for each in named]
        taken = set(numbers)
        ids = [each.get("_id") for each in named]
        if len(taken) < len(numbers) or not taken <= self._open or set(map(type, ids)) != {str}:
            return None
        self._open -= taken
        return Resolution(numbers, outcome, ids=ids)

    def _take_each(self, named: list[Any], outcome: Outcome) -> Resolution:
        numbers, ids = [], []
        for each in named:
            number = self._take(each) if isinstance(each, dict) else 0
            if number:
                numbers.append(number)
                ids.append(str(each.get("_id") or ""))
        return Resolution(numbers, outcome, ids=ids)

    def take_errors(self, errors: Iterable[Any]) -> list[Resolution]:
        """Returns the rows that failures name, by the keys in them."""
        failed = []
        for error in errors:
            number = next(filter(None, map(self._take, _objects_in(error))), 0)
            if number:
                failed.append(Resolution([number], Outcome.FAILED, _words(error)))
        return failed


def _text(key: str, value: Any) -> str:
    return str(value).lower() if key in LOWER_CASE else str(value)


def without_contents(model: type[PlanhatObject], envelope: Mapping[str, Any]) -> dict[str, Any]:
    """Returns an answer with its counts, keys and reasons only, so that it can be kept. It accounts for the same."""
    kept: dict[str, Any] = {}
    for key, value in envelope.items():
        if isinstance(value, list):
            with_reason = key.endswith("Errors")
            kept[key] = [_without_contents(model, each, with_reason=with_reason) for each in value]
        elif isinstance(value, int):
            kept[key] = value
    return kept


def _without_contents(model: type[PlanhatObject], item: Any, *, with_reason: bool) -> Any:
    if not isinstance(item, dict):
        return _words(item)[:LONGEST_REASON]
    named = next((each for each in _objects_in(item) if any(map(each.get, model.KEYS))), {})
    keys = {key: named[key] for key in ("_id", *model.KEYS) if named.get(key)}
    return {"message": _message_of(item)[:LONGEST_REASON], **keys} if with_reason else keys


def _open_counts(envelope: Mapping[str, Any], certain: list[Resolution]) -> dict[Outcome, int]:
    """Returns how many rows of each outcome the answer counts beyond those that it names."""
    counts = {
        Outcome.CREATED: _count(envelope, "created"),
        Outcome.UPDATED: _count(envelope, "updated"),
        Outcome.UNCHANGED: _count(envelope, "nonupdates"),
        Outcome.FAILED: len(errors_in(envelope)),
    }
    for settled in certain:
        counts[settled.outcome] -= len(settled.numbers)
    return counts


def _settle(numbers: list[int], counts: Mapping[Outcome, int], reasons: list[str]) -> Resolution | None:
    """Returns the outcome of the remaining rows when the counts leave no choice, else nothing."""
    if not numbers:
        return Resolution([], Outcome.UNCHANGED)
    present = [outcome for outcome, count in counts.items() if count > 0]
    if min(counts.values()) < 0 or sum(counts.values()) != len(numbers):
        return None
    if len(present) == 1:
        return Resolution(
            numbers, present[0], "; ".join(dict.fromkeys(reasons)) if present[0] is Outcome.FAILED else ""
        )
    if set(present) == {Outcome.UPDATED, Outcome.UNCHANGED}:
        return Resolution(numbers, Outcome.UPDATED, "updated or unchanged: Planhat did not report which")
    return None


def _count(envelope: Mapping[str, Any], key: str) -> int:
    value = envelope.get(key)
    return value if isinstance(value, int) else 0


def _objects_in(error: Any) -> list[dict[str, Any]]:
    if not isinstance(error, dict):
        return []
    return [error, *(value for value in error.values() if isinstance(value, dict))]


def _words(error: Any) -> str:
    return well_formed(error if isinstance(error, str) else _message_of(error) or json.dumps(error, ensure_ascii=False))


def _message_of(error: Any) -> str:
    known = ("message", "error", "errmsg", "reason")
    texts = (error[key] for key in known if isinstance(error, dict) and isinstance(error.get(key), str))
    return str(next(texts, ""))
