"""What is known of the rows of a bulk write: a list of facts, from which the report follows.

A fact is a small dictionary. Facts are kept in memory, and in a journal file if one is given; there they outlive the
program, and reading them again leads to the same state. They hold row numbers, keys and digests, never what is in a
row:

| fact | what it says |
| --- | --- |
| `head` | whose rows these are: model, host, tenant, digest of the input |
| `sent` | these rows are about to be sent; from now on they are in doubt |
| `done` | Planhat answered: its account of the rows, or that it stored none of them |
| `doubt` | no answer came, for this reason |
| `resolved` | what became of rows, found out by other means than Planhat's account |
| `verified` | what was found when the rows were read back |
| `end` | every row is settled |
"""

from __future__ import annotations

from datetime import datetime, timezone
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.bulk.accounting import account, error_texts, without_contents
from RPA.Planhat.operations.bulk.report import BulkReport, Outcome, Proof, RowResult
from RPA.Planhat.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from RPA.Planhat.operations.bulk.journal_file import JournalFile
    from RPA.Planhat.operations.bulk.plan import Item, Plan
    from RPA.Planhat.session import PlanhatSession

VERSION = 1
SAME = {"model": "model", "host": "host", "tenant": "API token", "rows": "number of rows", "input": "input"}
"""What has to be the same when a journal goes on, and how a message calls it."""

INTERRUPTED = "the upload was interrupted after it was sent"
STORED_BEFORE = "stored by an earlier call whose answer was lost, or unchanged"
REPEATS = "repeats row {}"

Fact = dict[str, Any]


class Facts:
    """The facts on the rows of one upload.

    Args:
        plan: The rows.
        file: The journal; without one the facts are in memory only.

    Attributes:
        results: What became of rows, by number, where that is settled.
        doubt: Why rows are in doubt that were sent, by number.
        report: Planhat's answers so far.
    """

    def __init__(self, plan: Plan, file: JournalFile | None = None) -> None:
        self.plan = plan
        self.results: dict[int, RowResult] = {}
        self.doubt: dict[int, str] = {}
        self.report = BulkReport()
        self._file = file
        self._sent: dict[int, list[int]] = {}
        self._sent_again: set[int] = set()
        self._finished = False

    def resume(self, session: PlanhatSession) -> None:
        """Takes the facts of the journal, or begins it.

        Raises:
            PlanhatValidationError: If it is the journal of other rows, or of another tenant.
        """
        head = self._head(session)
        if self._file is None:
            return
        facts = self._file.facts()
        first = next(facts, None)
        if first is None:
            self._file.append(head)
            return
        _refuse_other(self._file, first, head)
        for fact in facts:
            self._take(fact)

    def _head(self, session: PlanhatSession) -> Fact:
        parts = urlsplit(session.base_url)
        return {
            "fact": "head",
            "v": VERSION,
            "tool": f"rpaframework-planhat {__version__}",
            "model": self.plan.model.API_NAME,
            "host": parts.netloc + parts.path,
            "tenant": _fingerprint(session) if self._file else "",
            "rows": len(self.plan.items),
            "input": self.plan.digest,
            "t": _now(),
        }

    def sent(self, items: list[Item], body: bytes) -> int:
        """Notes that rows are about to be sent, and returns the number of the call."""
        chunk = self.report.calls + 1
        rows = _ranges(item.number for item in items)
        self._note({"fact": "sent", "chunk": chunk, "rows": rows, "sha256": sha256(body).hexdigest(), "t": _now()})
        return chunk

    def answered(self, chunk: int, status: int, envelope: Mapping[str, Any]) -> None:
        """Notes Planhat's account of a call."""
        done = {"fact": "done", "chunk": chunk, "status": status}
        kept = {**done, "answer": without_contents(self.plan.model, envelope)} if self._file else {}
        self._note({**done, "answer": envelope}, kept)

    def refused(self, chunk: int, why: str) -> None:
        """Notes that Planhat stored nothing of a call."""
        self._note({"fact": "done", "chunk": chunk, "why": why})

    def left_open(self, chunk: int, why: str) -> None:
        """Notes that a call may or may not have been carried out."""
        self._note({"fact": "doubt", "chunk": chunk, "why": why})

    def resolved(self, results: list[RowResult], how: str) -> None:
        """Notes what became of rows for one and the same reason."""
        first = results[0]
        self._note(
            {
                "fact": "resolved",
                "how": how,
                "rows": _ranges(result.number for result in results),
                "outcome": first.outcome.value,
                "reason": first.reason,
                "id": first.id,
                "retryable": first.retryable,
            }
        )

    def verified(self, proof: Proof) -> None:
        """Notes what was found when the rows were read back."""
        differing = {str(number): names for number, names in proof.differing.items()}
        missing = _ranges(proof.missing)
        found = {"count": proof.count, "sha256": proof.digest, "missing": missing, "differing": differing}
        self._note({"fact": "verified", **found, "t": _now()})
        self.report.proof = proof

    def ended(self) -> None:
        """Notes that every row is settled, once."""
        if not self._finished and not self.open_items():
            self._note({"fact": "end", **self.full_report().counts, "t": _now()})

    def open_items(self) -> list[Item]:
        """Returns the rows that are not settled, those in doubt among them."""
        return [
            item for item in self.plan.items if item.number not in self.results and item.number not in self.plan.sent_by
        ]

    def full_report(self, stopped: str = "") -> BulkReport:
        """Returns the report on all rows.

        Args:
            stopped: Why the upload stopped before the end.
        """
        self.report.stopped = stopped
        self.report.results = [self._result(item, stopped) for item in self.plan.items]
        return self.report

    def _result(self, item: Item, stopped: str) -> RowResult:
        number = self.plan.sender(item.number)
        if number != item.number:
            return _repeated(self._result(self.plan.item(number), stopped), item)
        if number in self.results:
            return self.results[number]
        if number in self.doubt:
            return item.result(Outcome.UNKNOWN, self.doubt[number], retryable=item.keyed)
        return item.result(Outcome.FAILED, f"it was not sent, since the upload stopped: {stopped}", retryable=True)

    def _note(self, fact: Fact, kept: Fact | None = None) -> None:
        if self._file is not None:
            self._file.append(kept or fact)
        self._take(fact)

    def _take(self, fact: Fact) -> None:
        kind = fact["fact"]
        if kind == "sent":
            self._take_sent(fact)
        elif kind == "done":
            self._take_done(fact)
        elif kind == "doubt":
            self.doubt |= {number: fact["why"] for number in self._sent[fact["chunk"]] if number in self.doubt}
        elif kind == "resolved":
            self._take_resolved(fact)
        elif kind == "end":
            self._finished = True

    def _take_sent(self, fact: Fact) -> None:
        rows = list(_numbers(fact["rows"]))
        self._sent = {fact["chunk"]: rows}
        self._sent_again.update(number for number in rows if number in self.doubt)
        self.doubt.update(dict.fromkeys(rows, INTERRUPTED))
        self.report.calls += 1

    def _take_done(self, fact: Fact) -> None:
        numbers = self._sent[fact["chunk"]]
        if "answer" not in fact:
            for number in set(numbers) - self._sent_again:
                self.doubt.pop(number, None)
            return
        self.report.merge(fact["answer"])
        items = [self.plan.item(number) for number in numbers]
        results, unclear = account(self.plan.model, items, fact["answer"], refused=fact["status"] >= 400)
        for result in results:
            self._settle(result)
        reasons = "; ".join(dict.fromkeys(error_texts(fact["answer"]))) or "Planhat did not account for it"
        self.doubt |= {item.number: f"it may be stored: {reasons}" for item in unclear}

    def _take_resolved(self, fact: Fact) -> None:
        outcome = Outcome(fact["outcome"])
        for number in _numbers(fact["rows"]):
            item = self.plan.item(number)
            self._settle(item.result(outcome, fact["reason"], fact["id"], retryable=fact["retryable"]))

    def _settle(self, result: RowResult) -> None:
        self.doubt.pop(result.number, None)
        if result.outcome is Outcome.UNCHANGED and result.number in self._sent_again and not result.reason:
            result = self.plan.item(result.number).result(Outcome.UNCHANGED, STORED_BEFORE, result.id)
        self.results[result.number] = result


def _repeated(result: RowResult, item: Item) -> RowResult:
    outcome = Outcome.UNCHANGED if result.is_stored else result.outcome
    reason = ". ".join(filter(None, [REPEATS.format(result.number), result.reason]))
    return item.result(outcome, reason, result.id, retryable=result.retryable)


def _refuse_other(file: JournalFile, first: Fact, head: Fact) -> None:
    if first.get("fact") != "head" or first.get("v") != VERSION:
        raise PlanhatValidationError(f"{file.path} is no journal of an upload. Nothing was sent.")
    other = [
        f"{name} ({first.get(key)} there, {head[key]} here)"
        for key, name in SAME.items()
        if first.get(key) != head[key]
    ]
    if other:
        raise PlanhatValidationError(
            f"The journal {file.path} is that of another upload; these differ: {', '.join(other)}. Nothing was sent.\n"
            "Give the rows that the journal was begun with, or the path of a new journal."
        )


def _fingerprint(session: PlanhatSession) -> str:
    """Returns enough of a digest of the token to tell tenants apart, and nothing that leads back to it."""
    token = session.credentials.api_key
    return sha256(token.reveal().encode()).hexdigest()[:8] if token else ""


def _ranges(numbers: Iterable[int]) -> list[list[int]]:
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ranges


def _numbers(ranges: Iterable[list[int]]) -> Iterable[int]:
    return (number for first, last in ranges for number in range(first, last + 1))


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")
