"""What is known of the rows of a bulk write: a list of facts, from which the report follows.

A fact is a small dictionary. Facts are kept in memory, and in a journal file if one is given; there they outlive the
program, and reading them again leads to the same state. They hold row numbers, keys and digests, never what is in a
row:

| fact | what it says |
| --- | --- |
| `head` | whose rows these are: model, host, tenant, digest of the input |
| `sent` | these rows are about to be sent; from now on they are in doubt |
| `done` | Planhat answered: its account of the rows, or that it stored none of them |
| `again` | they were sent twice in that call, since the first answer was lost |
| `doubt` | no answer came, for this reason |
| `resolved` | outcomes of rows, found out by other means than Planhat's response |
| `verified` | what was found when the rows were read back |
| `end` | every row is settled |

Planhat's answer to a call, the envelope, counts, and names some records by their keys, in no promised order; failures
have no index. So rows are matched by the keys that they share with the answer, and what is left is settled by the
counts where these leave no choice.
"""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256
from itertools import repeat
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatError, PlanhatValidationError
from RPA.Planhat.operations.input.formats import well_formed
from RPA.Planhat.operations.rows import plan as bulk_plan
from RPA.Planhat.operations.rows.identity import LOWER_CASE, is_unique
from RPA.Planhat.operations.rows.journal_file import (
    DAMAGED,
    SAME,
    Fact,
    JournalFile,
    head_of,
    now,
    numbers_in,
    ranges_of,
    require_fitting,
)
from RPA.Planhat.operations.rows.outcomes import TO_SEND, Outcome, Resolution

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from RPA.Planhat.operations.rows.plan import Plan
    from RPA.Planhat.operations.rows.report import Report, UploadVerification
    from RPA.Planhat.session import PlanhatSession
    from RPA.Planhat.types import PlanhatObject

INTERRUPTED = "the upload was interrupted after it was sent"
STORED_BEFORE = "stored by an earlier call whose answer was lost, or unchanged"

ENVELOPE = frozenset({"created", "updated", "nonupdates", "createdErrors", "updatedErrors", "permissionErrors"})

LONGEST_REASON = 500
"""Characters of Planhat's words on one row that are kept."""


class EventLog:
    """The facts on the rows of one upload.

    Args:
        plan: The rows.
        file: The journal; without one the facts are in memory only.
        report: The account of the rows.

    Attributes:
        doubt: Why rows are in doubt that were sent, by number.
        has_answer: Whether Planhat has accounted for a call.
        total: How many rows are to be sent.
    """

    def __init__(self, plan: Plan, report: Report, file: JournalFile | None = None) -> None:
        self.plan = plan
        self.doubt: dict[int, str] = {}
        self.report = report
        self.has_answer = False
        self.total = plan.states.count(*TO_SEND)
        self._file = file
        self._under_way: dict[int, Sequence[int]] = {}
        self._sent_again: set[int] = set()
        self._finished = False

    def resume(self, session: PlanhatSession, told: str = "") -> None:
        """Takes the facts of the journal, or begins it.

        Args:
            session: The connection.
            told: The options that decide which records rows are, in words.

        Raises:
            PlanhatValidationError: If it is the journal of other rows, or of another tenant.
        """
        if self._file is None:
            return
        try:
            for fact in self._file.resume(self._head(session, told), SAME, "upload"):
                require_fitting(fact, self.plan)
                self._take(fact)
        except PlanhatError:
            raise
        except DAMAGED as problem:
            damaged = f"The journal {self._file.path} is damaged: it does not fit the rows. Nothing was sent."
            raise PlanhatValidationError(damaged) from problem
        self.doubt_what_is_under_way()
        stored = [number for number in self.doubt if self.plan.states[number] == Outcome.UNCHANGED.value]
        self.report.resent += len(stored)
        self._settle(Resolution(stored, Outcome.UNCHANGED, STORED_BEFORE))

    def _head(self, session: PlanhatSession, told: str) -> Fact:
        return head_of(
            session.base_url,
            session.credentials.api_key,
            model=self.plan.model.API_NAME,
            rows=len(self.plan),
            input=self.plan.digest(),
            keys=told,
            chunking=[bulk_plan.MOST_ROWS, bulk_plan.MOST_BYTES],
            t=now(),
        )

    def sent(self, numbers: Sequence[int], body: bytes) -> int:
        """Notes that rows are about to be sent, and returns the number of the call."""
        chunk = self.report.calls + 1
        if self._file is not None:
            digest, again = sha256(body).hexdigest(), any(number in self.doubt for number in numbers)
            kept = {"rows": ranges_of(numbers), "sha256": digest, "again": again, "t": now()}
            self._file.append({"fact": "sent", "chunk": chunk, **kept})
        self._take_sent(chunk, numbers)
        return chunk

    def answered(self, chunk: int, status: int, envelope: Mapping[str, Any], doubt: str = "") -> None:
        """Notes Planhat's account of a call, and whether the response to an earlier attempt of it was lost."""
        if doubt:
            self._note({"fact": "again", "chunk": chunk})
        if self._file is not None:
            kept = without_contents(self.plan.model, envelope)
            self._file.append({"fact": "done", "chunk": chunk, "status": status, "answer": kept})
        self._take_answer(chunk, status, envelope)

    def refused(self, chunk: int, why: str) -> None:
        """Notes that Planhat stored nothing of a call."""
        self._note({"fact": "done", "chunk": chunk, "why": why})

    def left_open(self, chunk: int, why: str) -> None:
        """Notes that a call may or may not have been carried out."""
        self._note({"fact": "doubt", "chunk": chunk, "why": why})

    def resolved(self, settled: Resolution, how: str) -> None:
        """Notes the outcome of rows for one and the same reason."""
        self._note(
            {
                "fact": "resolved",
                "how": how,
                "rows": ranges_of(settled.numbers),
                "outcome": settled.outcome.value,
                "reason": settled.reason,
                "ids": list(settled.ids),
                "retryable": settled.retryable,
            }
        )

    def verified(self, proof: UploadVerification) -> None:
        """Notes what was found when the rows were read back."""
        differing = {str(number): names for number, names in proof.differing.items()}
        missing = ranges_of(proof.missing)
        found = {"count": proof.count, "sha256": proof.digest, "missing": missing, "differing": differing}
        self._note({"fact": "verified", **found, "t": now()})

    def ended(self) -> None:
        """Notes in the journal that every row is settled, once."""
        if self._file is not None and not self._finished and self.settled == self.total:
            self._note({"fact": "end", **self.full_report().counts, "t": now()})

    @property
    def settled(self) -> int:
        """How many rows that were to be sent are settled."""
        return self.total - self.plan.states.count(*TO_SEND)

    def full_report(self, stopped: str = "") -> Report:
        """Returns the report on all rows. Nothing is sent after it.

        Args:
            stopped: Why the upload stopped before the end.
        """
        if self._under_way:
            self.doubt_what_is_under_way()
        states = self.plan.states
        if self.settled < self.total:
            reason = f"it was not sent, since the upload stopped: {stopped}"
            left = [number for number in self.plan.open_rows() if number not in self.doubt]
            states.set(left, Outcome.FAILED.value, reason, retryable=True)
        for number, why in self.doubt.items():
            states.set([number], Outcome.UNKNOWN.value, why, retryable=bool(self.plan.keyed[number]))
        if self.plan.sent_by:
            self.plan.settle_repeated()
        self.report.stopped = stopped
        return self.report

    def _note(self, fact: Fact) -> None:
        if self._file is not None:
            self._file.append(fact)
        self._take(fact)

    def _take(self, fact: Fact) -> None:
        kind = fact["fact"]
        if kind == "sent":
            self._take_sent(fact["chunk"], list(numbers_in(fact["rows"])))
        elif kind == "done" and "answer" in fact:
            self._take_answer(fact["chunk"], fact["status"], fact["answer"])
        elif kind == "done":
            self._under_way.pop(fact["chunk"])
        elif kind == "again":
            self._sent_again.update(self._under_way[fact["chunk"]])
        elif kind == "doubt":
            self.doubt |= dict.fromkeys(self._under_way.pop(fact["chunk"]), str(fact["why"]))
        elif kind == "resolved":
            self.doubt_what_is_under_way()
            ids, retryable = fact["ids"], fact["retryable"]
            numbers = list(numbers_in(fact["rows"]))
            self._settle(Resolution(numbers, Outcome(fact["outcome"]), fact["reason"], ids, retryable))
        elif kind == "end":
            self._finished = True

    def _take_sent(self, chunk: int, numbers: Sequence[int]) -> None:
        if self._under_way:
            self.doubt_what_is_under_way()
        self._under_way[chunk] = numbers
        if self.doubt:
            self._sent_again.update(number for number in numbers if number in self.doubt)
        self.report.calls += 1

    def doubt_what_is_under_way(self) -> None:
        """An upload that ended after it sent rows, and before it noted what came of it, leaves them in doubt."""
        for numbers in self._under_way.values():
            self.doubt.update(dict.fromkeys(numbers, INTERRUPTED))
        self._under_way.clear()

    def _take_answer(self, chunk: int, status: int, envelope: Mapping[str, Any]) -> None:
        numbers = self._under_way.pop(chunk)
        self.has_answer = True
        self.report.merge(envelope)
        certain, unclear = account(self.plan, numbers, envelope, refused=status >= 400)
        for settled in certain:
            self._settle(settled)
        if unclear:
            reasons = "; ".join(dict.fromkeys(error_texts(envelope))) or "Planhat did not account for it"
            self.doubt |= dict.fromkeys(unclear, f"it may be stored: {reasons}")

    def _settle(self, settled: Resolution) -> None:
        states, outcome = self.plan.states, settled.outcome
        states.set(settled.numbers, outcome.value, settled.reason, settled.ids, retryable=settled.retryable)
        if self.doubt:
            for number in settled.numbers:
                self.doubt.pop(number, None)
        if outcome is Outcome.UNCHANGED and not settled.reason and self._sent_again:
            again = [number for number in settled.numbers if number in self._sent_again]
            states.set(again, outcome.value, STORED_BEFORE)
            self.report.resent += len(again)


def is_envelope(answer: Any) -> bool:
    """Tells whether an answer is Planhat's account of a bulk write."""
    return isinstance(answer, dict) and bool(ENVELOPE & set(answer))


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
        What is certain, and the rows that the answer does not settle.
    """
    in_order = _named_in_order(plan, numbers, envelope)
    if in_order is not None:
        return [in_order], []
    left = _Left(plan, numbers)
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
            own = list(map(dict.get, payloads, repeat(key)))
            theirs = list(map(dict.get, named, repeat(key))) if any(own) else []
            if any(theirs):
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
        payloads = plan.payloads(numbers)
        for key in plan.model.KEYS:
            self._by_key[key] = self._index(key, payloads)

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
        return Resolution(numbers, Outcome.UPDATED, "updated or unchanged: Planhat did not say which")
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
