"""What a file is refused for is said as the user's system has it: also as Windows reports it."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from RPA.Planhat import PlanhatValidationError
from RPA.Planhat.text.files import file_path, translate_os_errors


@pytest.mark.parametrize("given", ["C:\temp\report.csv", "reports\n.csv", "a\x7f.csv", "C:datax.csv", "D:x"])
def test_a_path_that_lost_its_backslashes_is_refused_with_the_cure(given: str) -> None:
    with pytest.raises(PlanhatValidationError, match=r"write backslashes twice \(C:\\\\data\\\\report.csv\)"):
        file_path(given, "save_as")


@pytest.mark.parametrize("given", ["C:\\data\\x.csv", "C:/data/x.csv", "x.csv", "a b.csv", "ü.csv", "C:"])
def test_other_paths_are_taken(given: str) -> None:
    assert file_path(given) == Path(given)


def test_a_file_of_such_a_name_that_exists_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a:b.csv").touch()
    assert file_path("a:b.csv") == Path("a:b.csv")


def refusal(path: Path, number: int) -> str:
    with pytest.raises(PlanhatValidationError) as problem, translate_os_errors(path):
        raise OSError(number, "Said by the system", str(path))
    return str(problem.value)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM])
def test_a_file_that_another_program_has_open_is_not_called_forbidden(tmp_path: Path, number: int) -> None:
    path = tmp_path / "report.csv"
    path.touch()
    assert refusal(path, number).endswith("It is open in another program, such as Excel: close it there.")
    assert refusal(tmp_path, number).endswith("It is a folder: name a file in it.")


def test_rights_names_and_long_paths_are_told_apart(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.csv", errno.EACCES).endswith("Name a file that this user may use.")
    assert "cannot contain characters such as ?" in refusal(tmp_path / "a?b.csv", errno.EINVAL)
    assert refusal(tmp_path / "none" / "a.csv", errno.ENOENT).endswith("Its folder does not exist: create it first.")
    long = tmp_path / ("a" * 259)
    assert refusal(long, errno.ENOENT).endswith(
        f"Its path has {len(str(long))} characters, and Windows allows 259: choose a shorter one."
    )
