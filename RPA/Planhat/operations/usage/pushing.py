"""Pushing rows to the analytics host: any number, in few calls, at most once, with an honest account.

The host answers "received" before it looks at the rows, and has no keys: what is sent twice counts twice. So rows are
checked first, kept as lines of JSON in a temporary file, and sent from there in bodies of up to 32 MB; a body whose
answer was lost is not sent again unless the caller asks for it.

The journal of a push is a file of the same kind as that of a bulk upsert. Rows that were sent by a run that ended
before the answer came stay in doubt: a later run does not send them again, unless the caller accepts that they may
count twice.
"""

from __future__ import annotations

import json
import logging
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import (
    PlanhatError,
    PlanhatOutcomeUnknownError,
    PlanhatSafetyError,
    PlanhatTooLargeError,
    PlanhatUnexpectedContentError,
    PlanhatValidationError,
)
from RPA.Planhat.operations.input.date_forms import in_utc
from RPA.Planhat.operations.options import completed
from RPA.Planhat.operations.rows.journal_file import Event, JournalFile, head_of
from RPA.Planhat.operations.usage.options import SendingOptions
from RPA.Planhat.operations.usage.report import Part, PushReport, Received
from RPA.Planhat.text.files import temporary_file_error
from RPA.Planhat.text.messages import BadRows, first_line
from RPA.Planhat.types.encoding import canonical, encode_json, read_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    import requests

    from RPA.Planhat.session import PlanhatSession

LOGGER = logging.getLogger("RPA.Planhat")

SAME = {"target": "target", "host": "host", "tenant": "tenant", "rows": "number of rows", "input": "input"}
"""What has to be the same when a journal goes on, and how a message calls it."""

EARLIEST, FARTHEST = "1900", "2243"
"""Between these years are the days of metrics. Planhat's days beyond, by which they are read back, mean others."""

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
        """Opens a journal, and takes its events.

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
            file.resume(head, SAME, "push", partial(journal._take, count=rows))
            yield journal

    def known(self, first: int, last: int) -> str:
        """Returns `received`, `halved`, why these rows are in doubt, or nothing."""
        return self._known.get((first, last), "")

    def sent(self, first: int, last: int, body: bytes) -> None:
        """Notes that rows are about to be sent."""
        if self._file is not None:
            self._file.keep_room(0)  # the answer is noted for all rows at once
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

    def _take(self, event: Event, count: int) -> None:
        if event["fact"] == "end":
            self._finished = True
            return
        (first, last), why = event["rows"], event.get("why", "")
        if not (type(first) is type(last) is int and 1 <= first <= last <= count and isinstance(why, str)):
            raise ValueError(event)
        rows = first, last
        states = {"sent": INTERRUPTED, "doubt": why, "done": "received"}
        state = states[event["fact"]]
        if event["fact"] == "done" and why:
            state = why if why == "halved" else ""
        self._known[rows] = state


MOST_BYTES = 32 * 1024 * 1024
"""Bytes that the host takes in one call."""

IN_MEMORY = 8 * 1024 * 1024
"""Bytes of rows that are kept in memory; more go to a temporary file."""

BLOCK = 1024 * 1024
"""Bytes that are read from the temporary file at once."""

STOPPED = "it was not sent, since the push stopped: {}"

Payload = dict[str, Any]


@dataclass(frozen=True)
class Target:
    """Where rows go.

    Attributes:
        noun: What the rows are called.
        path: The path on the analytics host.
        payload: Returns a row as the host takes it.
    """

    noun: str
    path: str
    payload: Callable[[Mapping[str, Any]], Payload]


@dataclass(frozen=True)
class Chunk:
    """Rows that one call takes: a part of the spool.

    Attributes:
        first: The number of the first row.
        last: The number of the last row.
        rows: How many there are; bad rows between them do not count.
        start: Where they begin in the spool.
        size: Their bytes.
    """

    first: int
    last: int
    rows: int
    start: int
    size: int


class Spool:
    """Checked rows as lines of JSON, already cut into chunks; their bytes are counted, not guessed."""

    def __init__(self, limit: int = MOST_BYTES) -> None:
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by `close`
        self._limit = limit - 2  # the brackets around the rows
        self._digest = sha256()
        self.chunks: list[Chunk] = []
        self.rows = 0
        self.bad: list[tuple[int, str]] = []

    def fill(self, rows: Iterable[Mapping[str, Any]], payload: Callable[[Mapping[str, Any]], Payload]) -> None:
        """Checks and keeps all rows; those that are bad are noted with the reason."""
        for number, row in enumerate(rows, 1):
            self.rows = number
            try:
                self._digest.update(canonical(row) + b"\n")
                self._add(number, encode_json(payload(row)) + b"\n")
            except OSError as problem:
                raise temporary_file_error(problem.strerror) from problem
            except (ValueError, TypeError) as problem:
                self.bad.append((number, str(problem)))

    def _add(self, number: int, line: bytes) -> None:
        if len(line) > self._limit:
            raise PlanhatValidationError(f"it has {len(line)} bytes, and a call takes {self._limit + 2}.")
        self._file.write(line)
        last = self.chunks[-1] if self.chunks else None
        if last is None or last.size + len(line) > self._limit + 1:  # the last row has no comma behind it
            start = last.start + last.size if last else 0
            self.chunks.append(Chunk(number, number, 1, start, len(line)))
        else:
            self.chunks[-1] = Chunk(last.first, number, last.rows + 1, last.start, last.size + len(line))

    @property
    def digest(self) -> str:
        """SHA-256 of the input."""
        return self._digest.hexdigest()

    def body(self, chunk: Chunk) -> bytes:
        """Returns the rows of a chunk as a JSON array. No JSON of ours has a line break of its own."""
        self._file.seek(chunk.start)
        blocks, left = [b"["], chunk.size - 1  # without the last line break
        while left:
            block = self._file.read(min(left, BLOCK))
            blocks.append(block.replace(b"\n", b","))
            left -= len(block)
        return b"".join([*blocks, b"]"])

    def halves(self, chunk: Chunk) -> list[Chunk]:
        """Returns the chunk as two."""
        bad = {number for number, _ in self.bad}
        numbers = [number for number in range(chunk.first, chunk.last + 1) if number not in bad]
        middle = chunk.rows // 2
        self._file.seek(chunk.start)
        size = sum(len(self._file.readline()) for _ in range(middle))
        return [
            Chunk(chunk.first, numbers[middle - 1], middle, chunk.start, size),
            Chunk(numbers[middle], chunk.last, chunk.rows - middle, chunk.start + size, chunk.size - size),
        ]

    def close(self) -> None:
        """Removes the temporary file."""
        self._file.close()


def time_of(date: str, what: str) -> str:
    """Returns the time of a metric or an activity in UTC.

    Args:
        date: A date or time in ISO 8601.
        what: What it is of, for the message.

    Raises:
        PlanhatValidationError: If it is one that programs have for no date, such as 0001-01-01.
    """
    found = in_utc(date)
    if not EARLIEST <= found < FARTHEST:
        end = "past" if found < EARLIEST else "future"
        raise PlanhatValidationError(f"date is {found[:10]}: no {what} is from so far in the {end}.")
    return found


def push(
    session: PlanhatSession, target: Target, rows: Iterable[Mapping[str, Any]], options: SendingOptions | None = None
) -> PushReport:
    """Sends rows in as few calls as 32 MB a call allow, with the memory of one call.

    Args:
        session: The connection.
        target: Where they go.
        rows: The rows, read once.
        options: How they are sent.

    Raises:
        PlanhatAuthConfigurationError: Without a tenant UUID; no row was read.
        PlanhatValidationError: If rows are bad, unless these are skipped; nothing was sent.
    """
    chosen = completed(SendingOptions, options or {})
    session.require_tenant()
    with closing(Spool()) as spool:
        spool.fill(rows, target.payload)
        if spool.bad and chosen["bad_rows"] == "refuse":
            raise PlanhatValidationError(BadRows(spool.bad).refusal)
        with PushJournal.of(session, target.path, spool.rows, spool.digest, chosen["journal"]) as journal:
            return _Push(session, target, spool, journal, at_least_once=chosen["at_least_once"]).run()


class _Push:
    """Sends the chunks of a spool one after the other, and keeps the account."""

    def __init__(
        self, session: PlanhatSession, target: Target, spool: Spool, journal: PushJournal, *, at_least_once: bool
    ) -> None:
        self._session = session
        self._target = target
        self._spool = spool
        self._at_least_once = at_least_once
        self._journal = journal
        self._report = PushReport(target.noun, spool.rows, spool.bad)

    def run(self) -> PushReport:
        for chunk in self._spool.chunks:
            self._settle(chunk)
        if isinstance(self._report.stopped_by, PlanhatSafetyError):
            raise self._report.stopped_by
        self._journal.ended(self._report.counts)
        return self._report

    def _settle(self, chunk: Chunk) -> None:
        known = self._journal.known(chunk.first, chunk.last)
        if known == "received":
            self._note(chunk, Received.RECEIVED, "by an earlier run")
        elif known == "halved":
            self._halve(chunk)
        elif known and not self._at_least_once:
            self._note(chunk, Received.UNKNOWN, known)
        elif self._report.stopped_by is not None:
            self._note(chunk, Received.FAILED, STOPPED.format(first_line(self._report.stopped_by)))
        else:
            self._send(chunk)

    def _send(self, chunk: Chunk) -> None:
        body = self._spool.body(chunk)
        self._journal.sent(chunk.first, chunk.last, body)
        self._report.sent(body)
        try:
            response = self._call(body)
        except PlanhatTooLargeError as problem:
            self._too_large(chunk, problem)
        except (PlanhatOutcomeUnknownError, PlanhatUnexpectedContentError) as problem:
            self._left_open(chunk, first_line(problem))
        except PlanhatError as problem:
            self._report.stopped_by = problem
            self._failed(chunk, problem)
        except BaseException as interrupt:  # a signal, or a timeout of Robot Framework
            why, under_way = str(interrupt) or type(interrupt).__name__, f"rows {chunk.first} to {chunk.last}"
            LOGGER.warning("The push was interrupted (%s): %s; %s are unknown.", why, self._report, under_way)
            raise
        else:
            self._journal.received(chunk.first, chunk.last)
            self._note(chunk, Received.RECEIVED)
            self._report.said += _complaints(response, chunk.rows)

    def _call(self, body: bytes) -> requests.Response:
        response = self._session.call_analytics(self._target.path, body, repeatable=self._at_least_once)
        if response.request is not None:  # the two keep each other in memory until the next garbage collection
            response.request.body = None
        return response

    def _failed(self, chunk: Chunk, problem: PlanhatError) -> None:
        if getattr(problem, "doubt", ""):
            self._left_open(chunk, first_line(problem))
            return
        self._journal.refused(chunk.first, chunk.last, first_line(problem))
        self._note(chunk, Received.FAILED, first_line(problem))

    def _left_open(self, chunk: Chunk, why: str) -> None:
        self._journal.left_open(chunk.first, chunk.last, why)
        self._note(chunk, Received.UNKNOWN, why)

    def _too_large(self, chunk: Chunk, problem: PlanhatError) -> None:
        if chunk.rows == 1:
            self._journal.refused(chunk.first, chunk.last, first_line(problem))
            self._note(chunk, Received.FAILED, first_line(problem))
            return
        self._journal.halved(chunk.first, chunk.last)
        self._halve(chunk)

    def _halve(self, chunk: Chunk) -> None:
        for half in self._spool.halves(chunk):
            self._settle(half)

    def _note(self, chunk: Chunk, outcome: Received, reason: str = "") -> None:
        self._report.parts.append(Part(chunk.first, chunk.last, chunk.rows, outcome, reason))


def _complaints(response: requests.Response, rows: int) -> list[str]:
    """Returns what the host complains about, which it does rarely: it answers before it looks.

    Args:
        response: The answer.
        rows: How many rows were sent. An answer that counts others may be that to another call.
    """
    try:
        answer = read_json(response) if response.content.strip() else {}
    except PlanhatUnexpectedContentError:
        return []
    errors = answer.get("errors") if isinstance(answer, dict) else None
    said = [each if isinstance(each, str) else json.dumps(each) for each in errors or []]
    processed = answer.get("processed") if isinstance(answer, dict) else None
    if type(processed) is int and processed != rows:
        said.append(f"{processed} processed, where {rows} were sent")
    return said
