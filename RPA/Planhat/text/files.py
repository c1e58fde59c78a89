"""Files that users name: what can be no path, and what the operating system says of one, told in sentences."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatError, PlanhatValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator

ADVICE = {
    errno.ENOENT: "Its folder is not there: make it first.",
    errno.ENOTDIR: "What should be its folder is a file.",
    errno.EISDIR: "It is a folder: name a file in it.",
    errno.ENAMETOOLONG: "Give it a shorter name.",
    errno.EACCES: "Name a file that this user may use.",
    errno.ENOSPC: "Make room on the disk.",
}
"""What to do, by what the operating system says."""


def file_path(given: Any, name: str = "path") -> Path:
    """Returns the path of a file that a user has named.

    Args:
        given: What the user has given.
        name: The argument, for the message.

    Raises:
        PlanhatValidationError: If it can be no path.
    """
    text = os.fspath(given) if isinstance(given, os.PathLike) else given
    if not isinstance(text, str) or not text.strip() or not _has_only_characters(text):
        raise PlanhatValidationError(f"{name} is the path of a file; not {given!r}.")
    return Path(text)


def _has_only_characters(text: str) -> bool:
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


@contextmanager
def translate_os_errors(path: Path, done: str = "written") -> Iterator[None]:
    """Tells what hinders the use of a file.

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
        raise PlanhatValidationError(f"{path} can not be {done}: {reason_of(problem)}") from problem


def reason_of(problem: OSError) -> str:
    """Returns what the operating system says, and what to do about it."""
    said = f"{problem.strerror or problem}."
    return f"{said} {ADVICE[problem.errno]}" if problem.errno in ADVICE else said
