"""The file of a journal: lines of JSON that are only ever added, each on the disk before anything else happens."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from datetime import datetime, timezone
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from RPA.Planhat.errors import PlanhatError, PlanhatValidationError
from RPA.Planhat.text.files import file_path, reason_of
from RPA.Planhat.text.messages import differing, with_article
from RPA.Planhat.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self

    from RPA.Planhat.connection.credentials import Token

OURS_ONLY = 0o600
HEAD = b'{"fact":"head"'
"""How a journal begins; another file is not touched."""

VERSION = 1

Fact = dict[str, Any]

BINARY = getattr(os, "O_BINARY", 0)


class JournalFile:
    """A journal that this process alone may write, while it is open.

    Args:
        path: The file; it is made when missing, in a folder that exists.

    Raises:
        PlanhatValidationError: If the file can not be a journal, or another process is using it.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = file_path(path, "journal")
        try:
            if self.path.exists() and not self.path.is_file():
                raise PlanhatValidationError(f"{self.path} is no file, so it can not be a journal. Nothing was sent.")
            self._lock = _Lock(self.path.with_name(f"{self.path.name}.lock"))
        except OSError as problem:
            raise self._unusable(problem) from problem
        try:
            self._file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | BINARY, OURS_ONLY)
        except OSError as problem:
            self._lock.release()
            raise self._unusable(problem) from problem
        _sync_folder(self.path.parent)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        os.close(self._file)
        self._lock.release()

    def resume(self, head: Fact, names: Mapping[str, str], work: str) -> Iterator[Fact]:
        """Begins the journal, or yields its facts behind the head.

        Args:
            head: The head that it should have, see `head_of`.
            names: What has to be the same as in its head, and how a message calls it.
            work: What the journal is of, such as `upload`.

        Raises:
            PlanhatValidationError: If it is a journal of something else.
        """
        facts = self.facts()
        begun = next(facts, None)
        if begun is None:
            self.append(head)
            return
        self._refuse_other(begun, head, names, work)
        yield from facts

    def _refuse_other(self, begun: Fact, head: Fact, names: Mapping[str, str], work: str) -> None:
        if begun.get("fact") != "head" or begun.get("v") != VERSION or next(iter(names)) not in begun:
            raise PlanhatValidationError(f"{self.path} is no journal of {with_article(work)}. Nothing was sent.")
        other = differing(names, begun, head)
        if other:
            raise PlanhatValidationError(
                f"The journal {self.path} is that of another {work}; these differ: {other}. Nothing was sent.\n"
                "Give the rows that the journal was begun with, or the path of a new journal."
            )

    def facts(self) -> Iterator[Fact]:
        """Yields the facts in their order. A last line that was torn by a crash is cut off.

        Raises:
            PlanhatValidationError: If another line is damaged.
        """
        good = 0
        with self.path.open("rb") as file:
            for number, line in enumerate(file, 1):
                fact = _fact_in(line)
                if fact is None:
                    torn = good or HEAD.startswith(line[: len(HEAD)])
                    if not torn or next(file, None) is not None:
                        raise PlanhatValidationError(f"{self.path} is no journal, or damaged in line {number}.")
                    break
                good += len(line)
                yield fact
        os.truncate(self.path, good)

    def append(self, fact: Fact) -> None:
        """Adds a fact, and returns when it is on the disk.

        Raises:
            PlanhatError: If it can not be written. The caller must not go on.
        """
        line = json.dumps(fact, separators=(",", ":")).encode() + b"\n"
        try:
            written = os.write(self._file, line)
            os.fsync(self._file)
        except OSError as problem:
            raise self._unusable(problem) from problem
        if written < len(line):
            raise self._unusable(OSError("the disk is full"))

    def _unusable(self, problem: OSError) -> PlanhatError:
        return PlanhatError(
            f"The journal {self.path} can not be written: {reason_of(problem)} Without it nothing more is sent.\n"
            "Once it can be written, run the same again: it goes on where it stopped."
        )


def head_of(url: str, secret: Token | None, **own: Any) -> Fact:
    """Returns the first fact of a journal, which tells whose rows these are.

    Args:
        url: Where they go.
        secret: What tells tenants apart. The journal has enough of its digest for that, and nothing that leads back.
        **own: What else does.
    """
    parts = urlsplit(url)
    tenant = sha256(secret.reveal().encode()).hexdigest()[:8] if secret else ""
    tool = f"rpaframework-planhat {__version__}"
    return {"fact": "head", "v": VERSION, "tool": tool, "host": parts.netloc + parts.path, "tenant": tenant, **own}


def _fact_in(line: bytes) -> Fact | None:
    if not line.endswith(b"\n"):
        return None
    try:
        fact = json.loads(line)
    except ValueError:
        return None
    return fact if isinstance(fact, dict) else None


def _sync_folder(folder: Path) -> None:
    """Makes the name of a new file outlive a power cut, where folders can be synced."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class _Lock:
    """A file beside the journal that the operating system locks for one process, and unlocks when that one dies.

    So a lock that was left behind by a killed process, or one whose number another process has now, hinders nobody.
    What is in the file only serves the message.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        while True:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | BINARY, OURS_ONLY)
            if not _try_lock(self._file):
                os.close(self._file)
                raise self._held()
            if self._is_current():
                break
            os.close(self._file)
        os.ftruncate(self._file, 0)
        now = datetime.now(timezone.utc).isoformat(" ", timespec="seconds")
        # Windows locks the first byte for reading, too.
        os.write(self._file, f" process {os.getpid()} since {now}".encode())

    def _is_current(self) -> bool:
        """Tells whether the locked file is still the one of that name, which its last owner removes."""
        with suppress(FileNotFoundError):
            return os.path.samestat(os.fstat(self._file), self._path.stat())
        return False

    def _held(self) -> PlanhatValidationError:
        with suppress(OSError):
            holder = self._path.read_text("utf-8").strip()
            return PlanhatValidationError(f"The journal is in use by {holder} ({self._path}). Nothing was sent.")
        return PlanhatValidationError(f"The journal is in use by another process ({self._path}). Nothing was sent.")

    def release(self) -> None:
        """Gives the journal free."""
        if sys.platform != "win32":
            self._path.unlink(missing_ok=True)
        os.close(self._file)
        if sys.platform == "win32":
            with suppress(OSError):
                self._path.unlink()


def _try_lock(file: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - only there

            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - not on Windows

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
