"""What type checkers say of programs that use the library: nothing about good ones, and each mistake of bad ones."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from docs.type_stubs import METHODS, STUB, methods, stub
from RPA.Planhat import version
from RPA.Planhat.keywords.arguments import Limits
from RPA.Planhat.transport import SETTINGS

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parent.parent
PACKAGE: Final = ROOT if (ROOT / "RPA").is_dir() else Path(version.__file__).parents[2]
"""Where the package is: the sources, or the wheel where they are out of the way; mypy finds that by itself."""

CHECKERS: Final[dict[str, list[str]]] = {
    "mypy": ["-m", "mypy", "--strict", "--namespace-packages", "--explicit-package-bases", "--follow-imports=silent"],
    "pyright": ["-m", "pyright"],
    "pyrefly": ["-m", "pyrefly", "check", "--search-path", str(PACKAGE), "--output-format", "min-text"],
}
ERROR: Final = re.compile(
    r"checked\.py:(\d+)(?::\d+(?:-\d+)?)?(?::| -)? ?error|^ ?ERROR checked\.py:(\d+)", re.MULTILINE
)


def wrong_lines(checker: str, text: str, folder: Path) -> list[int]:
    """Returns the lines of a program in which a checker finds errors."""
    (folder / "checked.py").write_text(text, "utf-8")
    (folder / "pyrightconfig.json").write_text(json.dumps({"extraPaths": [str(PACKAGE)]}), "utf-8")
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "MYPYPATH": str(ROOT),
        "MYPY_CACHE_DIR": str(folder / "cache"),
    }
    command = [sys.executable, *CHECKERS[checker], "checked.py"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return sorted({int(first or second) for first, second in ERROR.findall(done.stdout)})


def require(checker: str) -> None:
    if importlib.util.find_spec(checker) is None and shutil.which(checker) is None:
        pytest.skip(f"{checker} is not installed.")


@pytest.mark.long
@pytest.mark.parametrize("checker", CHECKERS)
def test_a_good_program_has_no_errors(checker: str, tmp_path: Path) -> None:
    require(checker)
    assert wrong_lines(checker, (HERE / "program.py").read_text("utf-8"), tmp_path) == []


@pytest.mark.long
@pytest.mark.parametrize("checker", CHECKERS)
def test_each_mistake_is_found_and_nothing_else(checker: str, tmp_path: Path) -> None:
    require(checker)
    text = (HERE / "mistakes.txt").read_text("utf-8")
    expected = [number for number, line in enumerate(text.splitlines(), 1) if line.endswith("# wrong")]
    assert wrong_lines(checker, text, tmp_path) == expected


def test_the_stubs_are_those_of_the_registry() -> None:
    hint = "Run `invoke docs`, or `python -m docs.type_stubs`."
    assert STUB.read_text("utf-8") == stub(), hint
    assert METHODS.read_text("utf-8") == methods(), hint


def test_limits_are_the_settings() -> None:
    assert list(Limits.__annotations__) == [each.name for each in SETTINGS]
