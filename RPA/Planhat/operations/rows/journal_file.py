"""The file of a journal: lines of JSON that are only ever added, each on the disk before anything else happens."""

from __future__ import annotations

import errno
import json
import logging
import os
import sys
import time
from contextlib import suppress
from datetime import datetime, timezone
from hashlib import sha256
from io import FileIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zlib import crc32

from RPA.Planhat.errors import PlanhatError, PlanhatValidationError
from RPA.Planhat.operations.rows.outcomes import TO_SEND
from RPA.Planhat.text.files import LOCKED_BYTE, file_path, reason_of, try_lock, unlock
from RPA.Planhat.text.messages import differing, with_article
from RPA.Planhat.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self

    from RPA.Planhat.operations.rows.plan import Plan
    from RPA.Planhat.text.secrets import Token

LOGGER = logging.getLogger("RPA.Planhat")

OURS_ONLY = 0o600
HEAD = b'{"fact":"head"'
"""How a journal begins; another file is not touched."""

SAME = {
    "model": "model",
    "host": "host",
    "tenant": "API token",
    "rows": "number of rows",
    "input": "input",
    "keys": "options of the rows",
}
"""What has to be the same when a journal goes on, and how a message calls it."""

KINDS = ("sent", "again", "done", "doubt", "resolved", "verified", "end")

VERSION = 1

Event = dict[str, Any]

BINARY = getattr(os, "O_BINARY", 0)

DAMAGED = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)
"""What taking a damaged event ends in."""

SUM = "sum"
"""Under this name each line ends with a checksum of the rest of it."""

NUMBER = "n"
"""Under this name each line has its number: one that somebody has removed would send its rows again."""

ROOM_OF_CALL, ROOM_OF_ROW = 4096, 256
"""Bytes that are kept free for the answer to a call, and for each of its rows: ids, keys, reasons of some failures."""

PATIENCE, PAUSE = 1.5, 0.05
"""Seconds for which a lock is tried that may be let go at once, and between two tries."""


class JournalFile:
    """A journal that this process alone may write, while it is open.

    The journal itself is locked, and a file beside it that names the holder: clean-up jobs that delete one of them let
    nobody else in.

    Args:
        path: The file; it is created when missing, in a folder that exists.

    Raises:
        PlanhatValidationError: If the file cannot be a journal, or another process is using it.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = file_path(path, "journal")
        try:
            if self.path.exists() and not self.path.is_file():
                raise PlanhatValidationError(f"{self.path} is not a file, so it cannot be a journal. Nothing was sent.")
            self._holder = self.path.with_name(f"{self.path.name}.lock")
            self._lock = _locked(self._holder, self._holder)
        except OSError as problem:
            raise self._unusable(problem) from problem
        try:
            _name_holder(self._lock)
            self._file = _locked(self.path, self._holder, at=LOCKED_BYTE)
        except OSError as problem:
            self._release()
            raise self._unusable(problem) from problem
        except PlanhatValidationError:
            self._release()
            raise
        self._size = os.fstat(self._file.fileno()).st_size
        self._room = self._lines = 0
        _sync_folder(self.path.parent)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        _let_go(self._file, at=LOCKED_BYTE)
        self._release()

    def _release(self) -> None:
        if sys.platform != "win32":  # where a file that is open has no name any more once it was removed
            self._holder.unlink(missing_ok=True)
        _let_go(self._lock)
        if sys.platform == "win32":
            with suppress(OSError):
                self._holder.unlink()

    def resume(self, head: Event, names: Mapping[str, str], work: str, take: Callable[[Event], None]) -> None:
        """Begins the journal, or has its events behind the head taken.

        Args:
            head: The head that it should have, see `head_of`.
            names: What has to be the same as in its head, and how a message calls it.
            work: What the journal is of, such as `upload`.
            take: Takes an event.

        Raises:
            PlanhatValidationError: If it is a journal of something else, or an event does not fit the rows.
        """
        events, is_new = self.events(), self._size == 0
        line = 1  # the head
        try:
            begun = next(events, None)
            if begun is None:
                if not is_new:  # the end of the process while it was written, before anything was sent; or a cut
                    self._warn_of_cut("breaks off in", work)
                self.append(head)
                return
            self._refuse_other(begun, head, names, work)
            for event in events:
                line += 1
                take(event)
        except PlanhatError:
            raise
        except DAMAGED as problem:
            damaged = f"The journal {self.path} is damaged: line {line} does not fit the rows. Nothing was sent."
            raise PlanhatValidationError(damaged) from problem
        if line == 1:
            self._warn_of_cut("ends behind", work)

    def _warn_of_cut(self, where: str, work: str) -> None:
        LOGGER.warning(
            "The journal %s %s its first line, so no row counts as sent and all are sent. If an earlier %s has sent "
            "some, the journal was cut: check in Planhat what is stored twice.", self.path, where, work,
        )  # fmt: skip

    def _refuse_other(self, begun: Event, head: Event, names: Mapping[str, str], work: str) -> None:
        if isinstance(version := begun.get("v"), int) and version > VERSION and begun.get("fact") == "head":
            raise PlanhatValidationError(
                f"The journal {self.path} was written by a newer version of this library. Nothing was sent.\n"
                "Update the library, or go on where that version is installed."
            )
        if begun.get("fact") != "head" or begun.get("v") != VERSION or next(iter(names)) not in begun:
            raise PlanhatValidationError(f"{self.path} is not a journal of {with_article(work)}. Nothing was sent.")
        other = differing(names, begun, head)
        if other:
            raise PlanhatValidationError(
                f"The journal {self.path} is that of another {work}; these differ: {other}. Nothing was sent.\n"
                "Give the rows that the journal was begun with, or the path of a new journal."
            )

    def events(self) -> Iterator[Event]:
        """Yields the events in their order. A last line that was torn by a crash is cut off.

        Raises:
            PlanhatValidationError: If a line is damaged.
        """
        good, summed = 0, False
        with self.path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n") and (good or HEAD.startswith(line[: len(HEAD)])):
                    break
                event = _event_in(line)
                if event is None or (summed and SUM not in event) or event.pop(NUMBER, number) != number:
                    raise PlanhatValidationError(
                        f"{self.path} is not a journal, or is damaged in line {number}. Nothing was sent.\n"
                        "Check in Planhat what is stored before you send the rows with a new journal."
                    )
                summed = event.pop(SUM, None) is not None if number == 1 else summed
                event.pop(SUM, None)
                good += len(line)
                self._lines = number
                yield event
        self._file.truncate(good)
        self._size = good

    def append(self, event: Event) -> None:
        """Adds an event, and returns when it is on the disk.

        Raises:
            PlanhatError: If it cannot be written, or the journal is no longer there. The caller must not go on.
        """
        text = json.dumps({**event, NUMBER: self._lines + 1}, separators=(",", ":")).encode()
        line = b'%s,"%s":"%08x"}\n' % (text[:-1], SUM.encode(), crc32(text))
        self._require_whole()
        try:
            self._write(line)
        except OSError as problem:
            raise self._unusable(problem) from problem
        self._size += len(line)
        self._lines += 1

    def keep_room(self, rows: int) -> None:
        """Takes room for what is noted of a call, before it is sent: an answer without room leaves its rows unknown.

        The file beside the journal gets that large, and is cut when the journal finds no other room.

        Args:
            rows: How many rows are to be sent.

        Raises:
            PlanhatError: If there is not that much. The caller must not send them.
        """
        room = ROOM_OF_CALL + rows * ROOM_OF_ROW
        if room <= self._room:
            return
        try:
            _write_all(self._lock, b" " * (room - self._room))
        except OSError as problem:
            self._free_room()
            raise self._unusable(problem) from problem
        self._room = room

    def _free_room(self) -> None:
        with suppress(OSError):
            _name_holder(self._lock)
        self._room = 0

    def _write(self, line: bytes) -> None:
        """Writes a line: into the room that was kept for it, where there is no other."""
        try:
            _write_all(self._file, line)
        except OSError:
            with suppress(OSError):  # the next run finds no line that was torn
                self._file.truncate(self._size)
            if not self._room:
                raise
            self._free_room()
            self._write(line)

    def _require_whole(self) -> None:
        """Refuses to go on with a journal that others have deleted, replaced or changed meanwhile."""
        try:
            there, own = self.path.stat(), os.fstat(self._file.fileno())
            if os.path.samestat(there, own) and own.st_size == self._size:
                return
        except FileNotFoundError:
            pass
        except OSError as problem:
            raise self._unusable(problem) from problem
        raise PlanhatError(
            f"The journal {self.path} was deleted, replaced or changed by another program. Without it nothing more is "
            "sent.\nCheck in Planhat what is stored before you send the rest of the rows."
        )

    def _unusable(self, problem: OSError) -> PlanhatError:
        return PlanhatError(
            f"The journal {self.path} cannot be written: {reason_of(problem)} Without it nothing more is sent.\n"
            "Once it can be written, run the same again to continue."
        )


def head_of(url: str, secret: Token | None, **own: Any) -> Event:
    """Returns the first event of a journal, which tells whose rows these are.

    Args:
        url: Where they go.
        secret: What tells tenants apart. The journal has enough of its digest for that, and nothing that leads back.
        **own: What else does.
    """
    parts = urlsplit(url)
    tenant = sha256(secret.reveal().encode()).hexdigest()[:8] if secret else ""
    tool = f"rpaframework-planhat {__version__}"
    return {"fact": "head", "v": VERSION, "tool": tool, "host": parts.netloc + parts.path, "tenant": tenant, **own}


def _event_in(line: bytes) -> Event | None:
    """Returns the event in a line with its checksum; nothing if the line is damaged. Journals of old have none."""
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(event, dict):
        return None
    own = b',"%s":"' % SUM.encode()
    text, found, rest = line.rpartition(own)
    if found and rest[:8] != b"%08x" % crc32(text + b"}"):
        return None
    return event


def _sync_folder(folder: Path) -> None:
    """Makes the name of a new file outlive a power cut, where folders can be synced."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _locked(path: Path, holder: Path, at: int = 0) -> FileIO:
    """Opens a file for this process alone. The operating system unlocks it when the process dies.

    It is closed where nobody has it any more, as when a signal comes before the journal is complete.

    So a lock that was left behind by a killed process, or one whose number another process has now, hinders nobody.

    Args:
        path: The file, created when missing.
        holder: The file that names who has it.
        at: The byte to lock, where bytes are: on Windows it cannot be read by others.

    Raises:
        PlanhatValidationError: If another process has it.
    """
    until = time.monotonic() + PATIENCE
    while True:
        file = FileIO(path, "a+", opener=_opened)
        try:
            is_ours = try_lock(file.fileno(), at)
        except OSError:
            file.close()
            raise
        if not is_ours:
            file.close()
            if sys.platform == "win32" and time.monotonic() < until:  # it lets go a moment after the process is gone
                time.sleep(PAUSE)
                continue
            raise _held(path, holder)
        if _is_current(file, path) or time.monotonic() >= until:
            return file
        _let_go(file, at)


def _opened(path: str, _flags: int) -> int:
    return os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | BINARY, OURS_ONLY)


def _is_current(file: FileIO, path: Path) -> bool:
    """Returns whether a locked file is still the one of that name, which its last owner may have removed."""
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    return False


def _held(path: Path, holder: Path) -> PlanhatValidationError:
    with suppress(OSError, UnicodeError):
        name = holder.read_text("utf-8").strip()
        if name and str(os.getpid()) != name.split()[1]:
            return PlanhatValidationError(f"The journal is in use by {name} ({holder}). Nothing was sent.")
    return PlanhatValidationError(f"The journal is in use, by another process or thread ({path}). Nothing was sent.")


def _write_all(file: FileIO, data: bytes) -> None:
    """Writes and syncs; a disk that is nearly full takes a part only."""
    written = os.write(file.fileno(), data)
    if written < len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    os.fsync(file.fileno())


def _name_holder(file: FileIO) -> None:
    """Writes into a lock who has it; only messages read it."""
    file.truncate(0)
    now = datetime.now(timezone.utc).isoformat(" ", timespec="seconds")
    # Windows locks the first byte for reading, too.
    file.write(f" process {os.getpid()} since {now}".encode())


def _let_go(file: FileIO, at: int = 0) -> None:
    unlock(file.fileno(), at)
    file.close()


def require_fitting(event: Event, plan: Plan) -> None:
    """Refuses an event that no upload of these rows has written: one that is taken for true may hide rows.

    Raises:
        ValueError: If it is one.
    """
    if event["fact"] not in KINDS or not isinstance(event.get("why", ""), str):
        raise ValueError(event["fact"])
    if event["fact"] == "done" and not ("answer" in event or "why" in event):
        raise ValueError(event)
    if event["fact"] in ("sent", "resolved"):
        if not event["rows"]:
            raise ValueError(event["rows"])
        for first, last in event["rows"]:
            fits = type(first) is type(last) is int and 1 <= first <= last <= len(plan)
            # A row that was stored before may be unchanged now, where rows were compared.
            if not fits or not (plan.compared or {plan.states[each] for each in range(first, last + 1)} <= {*TO_SEND}):
                raise ValueError(event["rows"])
    if event["fact"] == "resolved" and not isinstance(event["reason"], str):
        raise ValueError(event["reason"])
    if "answer" in event and not (isinstance(event["answer"], dict) and isinstance(event["status"], int)):
        raise ValueError(event["answer"])


def ranges_of(numbers: Iterable[int]) -> list[list[int]]:
    """Returns the first and the last of numbers that follow one another."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ranges


def numbers_in(ranges: Iterable[list[int]]) -> Iterable[int]:
    """Returns the numbers of such ranges."""
    return (number for first, last in ranges for number in range(first, last + 1))


def now() -> str:
    """Returns the time for an event."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")
