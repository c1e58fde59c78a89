"""Files that users name: what cannot be a path, and what the operating system reports, in sentences."""

from __future__ import annotations

import errno
import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatError, PlanhatValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator

ADVICE = {
    errno.ENOENT: "Its folder does not exist: create it first.",
    errno.ENOTDIR: "What should be its folder is a file.",
    errno.EISDIR: "It is a folder: name a file in it.",
    errno.ENAMETOOLONG: "Give it a shorter name.",
    errno.EACCES: "Name a file that this user may use.",
    errno.EINVAL: "Its name cannot contain characters such as ? * : < > | here.",
    errno.ENOSPC: "Free some space on the disk.",
}
"""What to do, by what the operating system reports."""

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
        # Windows reports a folder, and a file that another program has open, as it reports missing rights.
        if path.is_dir():
            return ADVICE[errno.EISDIR]
        if path.exists() and os.access(path, os.R_OK | os.W_OK):
            return OPEN_ELSEWHERE
    if problem.errno == errno.ENOENT and path.parent.is_dir():
        return TOO_LONG.format(len(str(path))) if len(str(path)) > LONGEST_PATH else ""
    return ADVICE.get(problem.errno or 0, "")
