"""Files that users name: what cannot be a path, and what the operating system reports, in sentences."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import stat
import sys
import time
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO, TypeVar
from urllib.parse import urlsplit

from RPA.Planhat.errors import PlanhatError, PlanhatValidationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from typing_extensions import Self

T = TypeVar("T")

PART = ".part"
"""The ending of a file while it is not complete."""

HELD = 1.5
"""Seconds for which a file that another program holds is tried again: scanners let go soon, people do not."""

LOCKED_BYTE = (1 << 31) - 2
"""The byte that is locked on Windows, where a lock keeps others from reading it: behind the end of nearly all files.

`msvcrt.locking` locks at the position that its `_lseek` reports, in 32 bits. Network shares refuse or ignore
locks behind 2**62 or 2**63.
"""

NOT_FOLLOWED = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)

ADVICE = {
    errno.ENOENT: "Its folder does not exist: create it first.",
    errno.ENOTDIR: "What should be its folder is a file.",
    errno.EISDIR: "It is a folder: name a file in it.",
    errno.ENAMETOOLONG: "Give it a shorter name.",
    errno.EACCES: "Name a file that this user may use.",
    errno.EINVAL: "Its name cannot contain characters such as ? * : < > | here.",
    errno.ENOSPC: "Free some space on the disk.",
    errno.EROFS: "Name a file on a disk that can be written.",
    **dict.fromkeys(
        (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS),
        "Its file system has no file locks, as some network shares: name a file on a local disk.",
    ),
}
"""What to do, by what the operating system reports."""

SQLITE_ADVICE = {
    "disk is full": ADVICE[errno.ENOSPC],
    "readonly": ADVICE[errno.EACCES],
    "unable to open": "It is a folder, its folder does not exist, or this user may not write there.",
    "disk I/O error": "Its disk is full or damaged, or has no file locks, as some network shares: name another file.",
    "is locked": "Another process is using it: try again when that is done.",
}
"""What to do, by what SQLite reports."""

OPEN_ELSEWHERE = "It is open in another program, such as Excel: close it there."
TOO_LONG = "Its path has {} characters, and Windows allows 259: choose a shorter one."
LONGEST_PATH = 259
"""Characters of a path on Windows, which reports a longer one as a file that does not exist."""

BACKSLASHES = r"In a robot file, write backslashes twice (C:\\data\\report.csv), or write / instead."
"""What happens to `C:\\temp\\report.csv` in a robot file: `\\t` and `\\r` become characters, other backslashes go."""


def file_path(given: Any, name: str = "path") -> Path:
    """Returns the path of a file that a user has named.

    Args:
        given: What the user has given.
        name: The argument, for the message.

    Raises:
        PlanhatValidationError: If it cannot be a path.
    """
    text = os.fspath(given) if isinstance(given, os.PathLike) else given
    if not isinstance(text, str) or not text.strip() or not _has_only_characters(text):
        raise PlanhatValidationError(f"{name} is the path of a file; not {given!r}.")
    if any(character < " " or character == "\x7f" for character in text):
        raise PlanhatValidationError(f"{name} {text!r} contains a control character. {BACKSLASHES}")
    scheme = re.match(r"\s*([A-Za-z][A-Za-z0-9+.-]+):[\\/]", text)
    if scheme and not os.path.lexists(f"{scheme[1]}:"):
        url = urlsplit(re.sub(r":[\\/]+", "://", text.strip(), count=1))  # a Path of Python has one slash of it
        shown = f"{scheme[1]}://{url.netloc.rpartition('@')[2]}{url.path}"  # without a password or a signature
        cure = "Download it first, or upload it afterwards, and name a local file here."
        raise PlanhatValidationError(
            f"{name} {shown!r} is a URL. {'Write the path alone.' if scheme[1].lower() == 'file' else cure}"
        )
    if re.match(r"[A-Za-z]:[^\\/]", text) and not os.path.lexists(text):
        raise PlanhatValidationError(f"{name} {text!r} names a drive without a folder. {BACKSLASHES}")
    return Path(text)


def _has_only_characters(text: str) -> bool:
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


@contextmanager
def translate_os_errors(path: Path, done: str = "written") -> Iterator[None]:
    """Turns errors of the operating system into one that names the file.

    Args:
        path: The file, as the user named it.
        done: What is done with it.

    Raises:
        PlanhatValidationError: If the operating system refuses something; the message names the file.
    """
    try:
        yield
    except OSError as problem:
        if isinstance(problem, PlanhatError):
            raise  # errors of connections are both
        raise PlanhatValidationError(f"{path} cannot be {done}: {reason_of(problem)}") from problem


def temporary_file_error(reason: object) -> PlanhatError:
    """Returns the error to raise when a temporary file cannot be written, since its disk is full in most cases.

    Args:
        reason: What the system reports.
    """
    import tempfile  # noqa: PLC0415 - only where writing has failed

    return PlanhatError(
        f"A temporary file for these rows cannot be written in {tempfile.gettempdir()}: {reason}.\n"
        "Free some space on its disk, or set the environment variable TMPDIR to another folder."
    )


def database_reason(problem: Exception) -> str:
    """Returns what SQLite reports of a file, and what to do about it."""
    said = str(problem)
    advice = next((words for part, words in SQLITE_ADVICE.items() if part in said), "")
    return f"{said}. {advice}" if advice else f"{said}."


def reason_of(problem: OSError) -> str:
    """Returns what the operating system reports, and what to do about it."""
    advice = _advice(problem)
    said = f"{problem.strerror or problem}."
    return f"{said} {advice}" if advice else said


def _advice(problem: OSError) -> str:
    if not isinstance(problem.filename, (str, os.PathLike)):
        return ADVICE.get(problem.errno or 0, "")
    path = Path(problem.filename).absolute()
    if problem.errno in (errno.EACCES, errno.EPERM):
        # Windows reports a folder, and a file that another program has open, as it reports missing rights. Those of
        # paths raise where the folder around them may not be entered.
        if os.path.isdir(path):  # noqa: PTH112
            return ADVICE[errno.EISDIR]
        if os.access(path, os.F_OK | os.R_OK | os.W_OK):
            return OPEN_ELSEWHERE
    if problem.errno == errno.ENOENT and path.parent.is_dir():
        return TOO_LONG.format(len(str(path))) if len(str(path)) > LONGEST_PATH else ""
    return ADVICE.get(problem.errno or 0, "")


def retry_while_held(action: Callable[[], T]) -> T:
    """Returns what an action returns; while another program holds its file, it is tried again for a moment.

    Raises:
        PermissionError: If the file is still held then, or this user may not write it, or into its folder.
    """
    end = time.monotonic() + HELD
    while True:
        try:
            return action()
        except PermissionError as problem:  # noqa: PERF203 - that is what it is for
            if time.monotonic() >= end or not _may_be_let_go(problem):
                raise
            time.sleep(0.05)


def _may_be_let_go(problem: PermissionError) -> bool:
    """Returns whether the rights of this user suffice for the files of an error, so that another program holds one."""
    for name in (problem.filename, problem.filename2):
        if isinstance(name, (str, os.PathLike)):
            path = os.fspath(name)
            place = path if os.path.lexists(path) else os.path.dirname(path) or os.curdir  # noqa: PTH120 - it may be bytes
            if not os.access(place, os.W_OK):
                return False
    return True


def replace_file(new: Path, path: Path) -> None:
    """Moves a file to a name, which may be taken, as atomically as the system can."""
    retry_while_held(lambda: os.replace(new, path))  # noqa: PTH105 - as atomic as can be


def try_lock(file: int, at: int = LOCKED_BYTE) -> bool:
    """Locks an open file for this process until `unlock` or its end; returns false when another one has it.

    On Windows it tries for a moment: a lock goes only some time after the process that had it.

    Args:
        file: The file.
        at: The byte to lock, where bytes are.

    Raises:
        OSError: The file cannot be locked at all, as on a file system without locks.
    """
    try:
        if sys.platform == "win32":
            retry_while_held(lambda: _change_lock(file, "LK_NBLCK", at))
        else:
            import fcntl  # noqa: PLC0415 - not on Windows

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        if problem.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
            return False
        raise
    return True


def unlock(file: int, at: int = LOCKED_BYTE) -> None:
    """Lets an open file go, by name: Windows would do so only some time after it was closed."""
    if sys.platform == "win32":
        with suppress(OSError):
            _change_lock(file, "LK_UNLCK", at)


def _change_lock(file: int, mode: str, at: int) -> None:
    import msvcrt  # noqa: PLC0415 - only on Windows

    place = os.lseek(file, 0, os.SEEK_CUR)
    os.lseek(file, at, os.SEEK_SET)
    try:
        getattr(msvcrt, "locking")(file, getattr(msvcrt, mode), 1)  # noqa: B009 - type checkers elsewhere lack it
    finally:
        os.lseek(file, place, os.SEEK_SET)


def _behind_links(path: Path) -> Path:
    """Returns what a link leads to, which is written in its place, so that the link stays; a link if it is a circle."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


@contextmanager
def new_text_file(path: Path, encoding: str = "utf-8", errors: str = "backslashreplace") -> Iterator[TextIO]:
    """Opens a text file for writing that takes its name when it is complete; one of that name stays until then.

    Args:
        path: The file. Devices and pipes are written as they are.
        encoding: The encoding.
        errors: How characters that it does not have are written, as `open` takes it.

    Raises:
        PlanhatValidationError: If it cannot be written. Then nothing is left of it.
    """
    with translate_os_errors(path):
        target = _behind_links(path)
        is_whole = not target.exists() or target.is_file()
        if target.is_file():  # which may be replaced, but not if it is read-only
            retry_while_held(lambda: target.open("r+b").close())
        part = target.with_name(f".{os.getpid()}-{secrets.token_hex(4)}{PART}") if is_whole else target
        try:
            with part.open("x" if is_whole else "w", encoding=encoding, errors=errors, newline="") as file:
                yield file
            if is_whole:
                with suppress(FileNotFoundError):
                    shutil.copymode(target, part)
                replace_file(part, target)
        except BaseException:
            if is_whole:
                part.unlink(missing_ok=True)
            raise


class NewFile:
    """A file that appears under its name when it is complete; until then it is beside it, with one writer.

    Args:
        path: The file. Its folder is made if need be.
        holder: Returns who is writing the file, when somebody else does.
        keep: Whether what there is stays beside it when writing fails, since it can be continued.

    Raises:
        PlanhatValidationError: If another process is writing it, another program holds it, or it cannot be written.
    """

    def __init__(
        self, path: Path, holder: Callable[[], str] = lambda: "another process", *, keep: bool = False
    ) -> None:
        self.path = path = _behind_links(path)
        self._holder = holder
        self.keep = keep
        self.part = path.with_name(path.name + PART)
        with translate_os_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and not path.is_file() and not path.is_dir():
                raise PlanhatValidationError(f"{path} is a device or a pipe: name a file.")
            if os.path.lexists(path):
                retry_while_held(lambda: path.open("r+b").close())
            self.file = self._opened()

    def _opened(self) -> BinaryIO:
        while True:
            if self.part.is_symlink():
                raise PlanhatValidationError(f"{self.part} is a link, which is not followed. Remove it.")
            handle = retry_while_held(lambda: os.open(self.part, os.O_RDWR | os.O_CREAT | NOT_FOLLOWED, 0o666))
            try:
                is_ours = stat.S_ISREG(os.fstat(handle).st_mode) and try_lock(handle)
            except OSError:
                os.close(handle)
                raise
            if not is_ours:
                os.close(handle)
                raise PlanhatValidationError(
                    f"{self.path} is in use by {self._holder()}, which is writing it. "
                    "Wait until it is done, or name another file."
                )
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(handle), self.part.stat()):
                    return os.fdopen(handle, "r+b")
            os.close(handle)  # its writer was done meanwhile

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._finish()
        unwanted = kind is not None and not self.keep
        if unwanted:
            with suppress(OSError):
                self.part.unlink()
                unwanted = False
        with suppress(OSError):  # what cannot be written at last is told already
            self._close()
        if unwanted:  # Windows removes no open files
            with suppress(OSError):
                self.part.unlink()

    def _close(self) -> None:
        if not self.file.closed:
            unlock(self.file.fileno())
            self.file.close()

    def _finish(self) -> None:
        """Gives the file its name. If another program holds that name, it gets a free one."""
        self.file.flush()
        os.fsync(self.file.fileno())
        with suppress(OSError):  # others who may not read the old file may not read the new one either
            shutil.copymode(self.path, self.part)
        with suppress(PermissionError):
            os.replace(self.part, self.path)  # noqa: PTH105 - still locked, where the system moves open files
            return
        self._close()
        try:
            replace_file(self.part, self.path)
        except PermissionError as problem:
            names = (self.path.with_name(f"{self.path.stem} ({n}){self.path.suffix}") for n in count(1))
            free = next(name for name in names if not name.exists())
            replace_file(self.part, free)
            raise PlanhatValidationError(
                f"{self.path} is open in another program, so the new file is {free}. Close it before the next run."
            ) from problem
