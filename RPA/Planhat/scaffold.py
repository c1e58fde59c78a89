"""A first robot: a folder with tasks, mapping, data, tests, and a package for Control Room."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Final

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.text.files import file_path, translate_os_errors

STARTER: Final = Path(__file__).parent / "starter"
HIDDEN: Final = {"gitignore": ".gitignore"}
"""Files that have another name here, since packages and tools treat hidden files in their own ways."""


def create_robot(folder: str | Path) -> list[Path]:
    """Copies the starter robot into a new folder.

    Args:
        folder: The folder; it is created with its parents, or is empty.

    Returns:
        The files that were written.

    Raises:
        PlanhatValidationError: If the folder has something in it, or cannot be written. Nothing is overwritten.
    """
    target = file_path(folder, "folder")
    with translate_os_errors(target):
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise PlanhatValidationError(f"{target} is not empty: nothing was written. Name a new folder.")
        target.mkdir(parents=True, exist_ok=True)
        written = []
        for source in sorted(path for path in STARTER.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
            relative = source.relative_to(STARTER)
            place = target / relative.with_name(HIDDEN.get(relative.name, relative.name))
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, place)
            written.append(place)
    heading = re.sub(r"[-_]+", " ", target.resolve().name).strip().capitalize()
    readme = target / "README.md"
    readme.write_text(readme.read_text("utf-8").replace("A robot for Planhat", heading or "A robot", 1), "utf-8")
    return written
