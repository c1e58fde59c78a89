"""The journal of a push: which rows were sent, and which of them are known to have been received.

It is a file of the same kind as that of a bulk upsert. Rows that were sent by a run that ended before the answer came
stay in doubt: a later run does not send them again, unless the caller accepts that they may count twice.
"""

from __future__ import annotations

from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING

from RPA.Planhat.errors import PlanhatError, PlanhatValidationError
from RPA.Planhat.operations.rows.journal_file import DAMAGED, Fact, JournalFile, head_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from RPA.Planhat.session import PlanhatSession

SAME = {"target": "target", "host": "host", "tenant": "tenant", "rows": "number of rows", "input": "input"}
"""What has to be the same when a journal goes on, and how a message calls it."""

INTERRUPTED = "the push was interrupted after they were sent"


class PushJournal:
    """What is known of the rows of a push; without a file it forgets everything.

    Args:
        file: The journal.
    """

    def __init__(self, file: JournalFile | None = None) -> None:
        self._file = file
        self._known: dict[tuple[int, int], str] = {}
        self._finished = False

    @classmethod
    @contextmanager
    def of(
        cls, session: PlanhatSession, target: str, rows: int, digest: str, path: str | Path | None
    ) -> Iterator[PushJournal]:
        """Opens a journal, and takes what it knows.

        Raises:
            PlanhatValidationError: If it is the journal of other rows, or of another tenant; nothing was sent.
        """
        if path is None or session.dry_run:
            yield cls()
            return
        with JournalFile(path) as file:
            journal = cls(file)
            own = {"target": target, "rows": rows, "input": digest}
            head = head_of(session.analytics_url, session.credentials.tenant_uuid, **own)
            try:
                for fact in file.resume(head, SAME, "push"):
                    journal._take(fact, rows)
            except PlanhatError:
                raise
            except DAMAGED as problem:
                damaged = f"The journal {file.path} is damaged: it does not fit the rows. Nothing was sent."
                raise PlanhatValidationError(damaged) from problem
            yield journal

    def known(self, first: int, last: int) -> str:
        """Returns `received`, `halved`, why these rows are in doubt, or nothing."""
        return self._known.get((first, last), "")

    def sent(self, first: int, last: int, body: bytes) -> None:
        """Notes that rows are about to be sent."""
        if self._file is not None:
            self._append("sent", first, last, sha256=sha256(body).hexdigest())

    def received(self, first: int, last: int) -> None:
        """Notes that the host has received rows."""
        self._append("done", first, last)

    def refused(self, first: int, last: int, why: str) -> None:
        """Notes that the host has not taken rows."""
        self._append("done", first, last, why=why)

    def halved(self, first: int, last: int) -> None:
        """Notes that rows were too many for one call, and are sent in two."""
        self._append("done", first, last, why="halved")

    def left_open(self, first: int, last: int, why: str) -> None:
        """Notes that the host may or may not have received rows."""
        self._append("doubt", first, last, why=why)

    def ended(self, counts: Mapping[str, int]) -> None:
        """Notes that all rows were dealt with, once."""
        if self._file is not None and not self._finished and not counts["failed"]:
            self._file.append({"fact": "end", **counts})

    def _append(self, kind: str, first: int, last: int, **more: str) -> None:
        if self._file is not None:
            self._file.append({"fact": kind, "rows": [first, last], **more})

    def _take(self, fact: Fact, count: int) -> None:
        if fact["fact"] == "end":
            self._finished = True
            return
        (first, last), why = fact["rows"], fact.get("why", "")
        if not (type(first) is type(last) is int and 1 <= first <= last <= count and isinstance(why, str)):
            raise ValueError(fact)
        rows = first, last
        states = {"sent": INTERRUPTED, "doubt": why, "done": "received"}
        state = states[fact["fact"]]
        if fact["fact"] == "done" and why:
            state = why if why == "halved" else ""
        self._known[rows] = state
