"""From Planhat's answer to a bulk write to what became of each row.

The answer counts, and names some records by their keys, in no promised order; failures have no index. So rows are
matched by the keys that they share with the answer, and what is left is settled by the counts where these leave no
choice.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from RPA.Planhat.operations.bulk.report import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from RPA.Planhat.operations.bulk.plan import Item
    from RPA.Planhat.operations.bulk.report import RowResult
    from RPA.Planhat.types import PlanhatObject

ENVELOPE = frozenset({"created", "updated", "nonupdates", "createdErrors", "updatedErrors", "permissionErrors"})

LONGEST_REASON = 500
"""Characters of Planhat's words on one row that are kept."""


def is_envelope(answer: Any) -> bool:
    """Tells whether an answer is Planhat's account of a bulk write."""
    return isinstance(answer, dict) and bool(ENVELOPE & set(answer))


def errors_in(envelope: Mapping[str, Any]) -> list[Any]:
    """Returns the items of all lists whose name ends in `Errors`, those of the future too."""
    return [
        item for key, value in envelope.items() if key.endswith("Errors") and isinstance(value, list) for item in value
    ]


def error_texts(envelope: Mapping[str, Any]) -> list[str]:
    """Returns the failures of an answer in words."""
    return [_words(item) for item in errors_in(envelope)]


def account(
    model: type[PlanhatObject], chunk: list[Item], envelope: Mapping[str, Any], *, refused: bool = False
) -> tuple[list[RowResult], list[Item]]:
    """Tells what became of the rows of one call.

    Args:
        model: The model.
        chunk: The rows that were sent.
        envelope: Planhat's answer.
        refused: Whether the answer came with 400 or 403, so that rows that it does not name were not stored.

    Returns:
        The results that are certain, and the rows that the answer does not settle.
    """
    left = _Left(model, chunk)
    results = left.take_named(envelope.get("insertsKeys"), Outcome.CREATED)
    results += left.take_named(envelope.get("updatesKeys"), Outcome.UPDATED)
    results += left.take_errors(errors_in(envelope))
    counts = _open_counts(envelope, results)
    if refused and counts[Outcome.FAILED] > 0:
        counts[Outcome.FAILED] += max(0, len(left.items) - sum(counts.values()))
    settled = _settle(left.items, counts, error_texts(envelope))
    return (results + settled, []) if settled is not None else (results, left.items)


class _Left:
    """The rows of a call that are not accounted for yet, found by any of their keys."""

    def __init__(self, model: type[PlanhatObject], chunk: list[Item]) -> None:
        self._model = model
        self._open = {item.number: item for item in chunk}
        self._by_key: dict[tuple[str, str], list[int]] = {}
        for item in chunk:
            for key in _keys_in(model, item.payload):
                self._by_key.setdefault(key, []).append(item.number)

    @property
    def items(self) -> list[Item]:
        return list(self._open.values())

    def _take(self, named: Mapping[str, Any]) -> Item | None:
        for key in _keys_in(self._model, named):
            for number in self._by_key.get(key, []):
                if number in self._open:
                    return self._open.pop(number)
        return None

    def take_named(self, named: Any, outcome: Outcome) -> list[RowResult]:
        """Returns the rows that a list of keys names."""
        results = []
        for each in named if isinstance(named, list) else []:
            item = self._take(each) if isinstance(each, dict) else None
            if item is not None:
                results.append(item.result(outcome, planhat_id=str(each.get("_id") or "")))
        return results

    def take_errors(self, errors: Iterable[Any]) -> list[RowResult]:
        """Returns the rows that failures name, by the keys in them."""
        results = []
        for error in errors:
            for named in _objects_in(error):
                item = self._take(named)
                if item is not None:
                    results.append(item.result(Outcome.FAILED, _words(error)))
                    break
        return results


def _keys_in(model: type[PlanhatObject], row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Returns the keys of a row. Capitals do not matter in addresses, but tell ids of some CRMs apart."""
    keys = ((key, str(row[key])) for key in model.KEYS if row.get(key))
    return [(key, value.lower() if key == "email" else value) for key, value in keys]


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
    named = next((each for each in _objects_in(item) if _keys_in(model, each)), {})
    keys = {key: named[key] for key in ("_id", *model.KEYS) if named.get(key)}
    return {"message": _said(item)[:LONGEST_REASON], **keys} if with_reason else keys


def _open_counts(envelope: Mapping[str, Any], results: list[RowResult]) -> dict[Outcome, int]:
    """Returns how many rows of each outcome the answer counts beyond those that it names."""
    named = Counter(result.outcome for result in results)
    counted = {
        Outcome.CREATED: _count(envelope, "created"),
        Outcome.UPDATED: _count(envelope, "updated"),
        Outcome.UNCHANGED: _count(envelope, "nonupdates"),
        Outcome.FAILED: len(errors_in(envelope)),
    }
    return {outcome: count - named[outcome] for outcome, count in counted.items()}


def _settle(items: list[Item], counts: Mapping[Outcome, int], reasons: list[str]) -> list[RowResult] | None:
    """Returns the results of the remaining rows when the counts leave no choice, else nothing."""
    if not items:
        return []
    present = [outcome for outcome, count in counts.items() if count > 0]
    if min(counts.values()) < 0 or sum(counts.values()) != len(items):
        return None
    if len(present) == 1:
        reason = "; ".join(dict.fromkeys(reasons)) if present[0] is Outcome.FAILED else ""
        return [item.result(present[0], reason) for item in items]
    if set(present) == {Outcome.UPDATED, Outcome.UNCHANGED}:
        reason = "updated or unchanged: Planhat did not say which"
        return [item.result(Outcome.UPDATED, reason) for item in items]
    return None


def _count(envelope: Mapping[str, Any], key: str) -> int:
    value = envelope.get(key)
    return value if isinstance(value, int) else 0


def _objects_in(error: Any) -> list[dict[str, Any]]:
    if not isinstance(error, dict):
        return []
    return [error, *(value for value in error.values() if isinstance(value, dict))]


def _words(error: Any) -> str:
    if isinstance(error, str):
        return error
    return _said(error) or json.dumps(error, ensure_ascii=False)


def _said(error: Any) -> str:
    known = ("message", "error", "errmsg", "reason")
    texts = (error[key] for key in known if isinstance(error, dict) and isinstance(error.get(key), str))
    return str(next(texts, ""))
