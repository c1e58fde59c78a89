"""What is known of the rows of a bulk write: a list of events, from which the report follows.

An event is a small dictionary. Events are kept in memory, and in a journal file if one is given; there they outlive the
program, and reading them again leads to the same state. They hold row numbers, keys and digests, never what is in a
row:

| event | what it says |
| --- | --- |
| `head` | whose rows these are: model, host, tenant, digest of the input |
| `sent` | these rows are about to be sent; from now on they are in doubt |
| `done` | Planhat answered: its account of the rows, or that it stored none of them |
| `again` | they were sent twice in that call, since the first answer was lost |
| `doubt` | no answer came, for this reason |
| `resolved` | outcomes of rows, found out by other means than Planhat's response |
| `verified` | what was found when the rows were read back |
| `end` | every row is settled |
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from RPA.Planhat.operations.rows import plan as bulk_plan
from RPA.Planhat.operations.rows.envelope import account, error_texts, without_contents
from RPA.Planhat.operations.rows.journal_file import (
    SAME,
    Event,
    JournalFile,
    head_of,
    now,
    numbers_in,
    ranges_of,
    require_fitting,
)
from RPA.Planhat.operations.rows.outcomes import TO_SEND, Outcome, Resolution

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from RPA.Planhat.operations.rows.plan import Plan
    from RPA.Planhat.operations.rows.report import Report, UploadVerification
    from RPA.Planhat.session import PlanhatSession

INTERRUPTED = "the upload was interrupted after it was sent"
STORED_BEFORE = "stored by an earlier call whose answer was lost, or unchanged"


class EventLog:
    """The events on the rows of one upload.

    Args:
        plan: The rows.
        file: The journal; without one the events are in memory only.
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

    def resume(self, session: PlanhatSession, identity: str = "") -> None:
        """Takes the events of the journal, or begins it.

        Args:
            session: The connection.
            identity: The options that decide which records rows are, in words.

        Raises:
            PlanhatValidationError: If it is the journal of other rows, or of another tenant.
        """
        if self._file is None:
            return

        def take(event: Event) -> None:
            require_fitting(event, self.plan)
            self._take(event)

        self._file.resume(self._head(session, identity), SAME, "upload", take)
        self.doubt_what_is_under_way()
        stored = [number for number in self.doubt if self.plan.states[number] == Outcome.UNCHANGED.value]
        self._settle(Resolution(stored, Outcome.UNCHANGED, STORED_BEFORE))

    def _head(self, session: PlanhatSession, identity: str) -> Event:
        return head_of(
            session.base_url,
            session.credentials.api_key,
            model=self.plan.model.API_NAME,
            rows=len(self.plan),
            input=self.plan.digest(),
            keys=identity,
            chunking=[bulk_plan.MOST_ROWS, bulk_plan.MOST_BYTES],
            t=now(),
        )

    def sent(self, numbers: Sequence[int], body: bytes) -> int:
        """Notes that rows are about to be sent, and returns the number of the call."""
        chunk = self.report.calls + 1
        if self._file is not None:
            digest, again = sha256(body).hexdigest(), any(number in self.doubt for number in numbers)
            kept = {"rows": ranges_of(numbers), "sha256": digest, "again": again, "t": now()}
            self._file.keep_room(len(numbers))
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
        if self.plan.claims.sent_by:
            self.plan.settle_repeated()
        self.report.stopped = stopped
        return self.report

    def _note(self, event: Event) -> None:
        if self._file is not None:
            self._file.append(event)
        self._take(event)

    def _take(self, event: Event) -> None:
        kind = event["fact"]
        if kind == "sent":
            self._take_sent(event["chunk"], list(numbers_in(event["rows"])))
        elif kind == "done" and "answer" in event:
            self._take_answer(event["chunk"], event["status"], event["answer"])
        elif kind == "done":
            del self._under_way[event["chunk"]]
        elif kind == "again":
            self._sent_again.update(self._under_way[event["chunk"]])
        elif kind == "doubt":
            self.doubt |= dict.fromkeys(self._under_way[event["chunk"]], str(event["why"]))
            del self._under_way[event["chunk"]]
        elif kind == "resolved":
            self.doubt_what_is_under_way()
            ids, retryable = event["ids"], event["retryable"]
            numbers = list(numbers_in(event["rows"]))
            self._settle(Resolution(numbers, Outcome(event["outcome"]), event["reason"], ids, retryable))
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
        numbers = self._under_way[chunk]  # until they are settled: a signal or a timeout may come at any moment
        self.has_answer = True
        certain, unclear = account(self.plan, numbers, envelope, refused=status >= 400)
        if certain:  # else it is the answer to another call
            self.report.merge(envelope)
        for settled in certain:
            self._settle(settled)
        if unclear:
            reasons = "; ".join(dict.fromkeys(error_texts(envelope))) or "Planhat did not account for it"
            self.doubt |= dict.fromkeys(unclear, f"it may be stored: {reasons}")
        self._under_way.pop(chunk, None)

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
