"""What holds beside other libraries: names that nobody else has, floors that are tried, and a release that is whole."""

from __future__ import annotations

import re
import subprocess
from configparser import ConfigParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from compat import page, release, trial
from compat.clashes import STANDARD, clashes, keywords
from compat.environments import AS_WEBASSEMBLY, OLDEST, PYTHONS, ROBOTS, Environment, alone, beside, extremes
from compat.release import NotReadyError
from compat.trial import Trial
from RPA.Planhat.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "compatibility.md"


def metadata() -> ConfigParser:
    parser = ConfigParser()
    parser.read(ROOT / "setup.cfg", "utf-8")
    return parser


def floors(text: str) -> dict[str, str]:
    found = (re.match(r"([\w-]+)\s*>=\s*([\d.]+)$", line.strip()) for line in text.splitlines())
    return {each[1].lower(): each[2] for each in found if each}


def is_same_version(one: str, other: str) -> bool:
    def parts(text: str) -> list[int]:
        return [*map(int, text.split(".")), 0, 0][:3]

    return parts(one) == parts(other)


def test_no_standard_library_has_a_keyword_of_ours() -> None:
    found = clashes(STANDARD)
    assert found["clashes"] == {}
    assert set(found["missing"]) <= {"Telnet"}, "Python 3.13 has no telnetlib; everything else can be read."


def test_clashes_are_found_as_robot_framework_compares_names(tmp_path: Path) -> None:
    library = tmp_path / "other.py"
    library.write_text("def get_companies(): pass\ndef GETUSER(): pass\ndef get_something(): pass\n")
    found = clashes([str(library), "no.such.library"])
    assert found["clashes"] == {"Get Companies": [str(library)], "Get User": [str(library)]}
    assert found["missing"] == ["no.such.library"]


def test_the_clashes_of_the_page_are_keywords_of_ours() -> None:
    text = PAGE.read_text("utf-8")
    listed = re.findall(r"^\| `(.+?)` \| ", text, re.MULTILINE)
    assert listed
    assert set(listed) <= set(keywords("RPA.Planhat").values())


def test_the_page_says_what_became_of_environments_that_are_still_tried() -> None:
    text = PAGE.read_text("utf-8")
    assert "passed" in text
    assert "FAILED" not in text
    for python in PYTHONS:
        assert f"| {python} |" in text


def test_the_oldest_versions_that_are_tried_are_those_of_the_metadata() -> None:
    told = floors(metadata()["options"]["install_requires"]) | floors(metadata()["options.extras_require"]["sandbox"])
    tried = dict(line.lower().split("==") for line in (*OLDEST, f"robotframework=={ROBOTS[0]}"))
    assert told.keys() == tried.keys()
    assert [name for name in told if not is_same_version(told[name], tried[name])] == []


def test_all_pythons_of_the_metadata_are_tried() -> None:
    named = re.findall(r"Python :: (3\.\d+)", metadata()["metadata"]["classifiers"])
    assert tuple(named) == (*PYTHONS, AS_WEBASSEMBLY)


def test_environments_have_names_of_their_own() -> None:
    names = [each.name for each in (*alone(), *beside())]
    assert len(set(names)) == len(names)
    assert {each.name for each in extremes("3.11")} <= set(names)


def test_a_failed_check_shows_in_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "ROOT", tmp_path)
    monkeypatch.setattr(page, "PAGE", tmp_path / "page.md")
    good = Trial(Environment("3.12", "7.5"), versions={"robotframework": "7.5"}, passed=["libdoc"], date="2030-01-02")
    bad = Trial(
        Environment("3.12", rpaframework="33"),
        versions={"rpaframework": "33.0.2", "robotframework": "7.5"},
        passed=["libdoc"],
        problem="example: it said no",
        date="2030-01-03",
    )
    lost = Trial(Environment("3.9", rpaframework="33"), missing="no Python 3.9 on that machine", date="2030-01-03")
    page.write_page([good, bad, lost])
    text = " ".join((tmp_path / "page.md").read_text("utf-8").split())
    assert "from 2030-01-02 to 2030-01-03" in text
    assert "1 of 3 environments passed, 1 failed; 1 cannot be installed" in text
    assert "| 3.12 | wheel, last | passed | FAILED |" in text
    assert "Python 3.9: no Python 3.9 on that machine." in text
    assert "rpaframework 33.0.2" in text


def test_results_are_kept_for_a_run_that_goes_on_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "KEPT", tmp_path)
    environment = Environment("3.12", rpaframework="29", editable=True)
    assert trial.kept(environment) is None
    trial.keep(Trial(environment, versions={"requests": "2.31.0"}, passed=["libdoc"], seconds=3.5, date="2030-01-02"))
    again = trial.kept(environment)
    assert again is not None
    assert (again.environment, again.versions, again.passed) == (environment, {"requests": "2.31.0"}, ["libdoc"])


@pytest.fixture
def git(tmp_path: Path) -> Callable[..., None]:
    def call(*words: str) -> None:
        who = ("-c", "user.name=Ada", "-c", "user.email=ada@acme.example")
        subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True)

    call("init")
    (tmp_path / "file").write_text("one")
    call("add", ".")
    call("commit", "--message", "One")
    return call


def test_nothing_uncommitted_is_released(git: Callable[..., None], tmp_path: Path) -> None:
    release.check_tree(tmp_path)
    (tmp_path / "file").write_text("two")
    with pytest.raises(NotReadyError, match=r"not committed:\n ?M file"):
        release.check_tree(tmp_path)


def test_no_version_is_released_twice(git: Callable[..., None], tmp_path: Path) -> None:
    git("tag", f"v{__version__}")
    with pytest.raises(NotReadyError, match=f"there is a tag v{__version__} already"):
        release.check_tree(tmp_path)


def test_a_workflow_releases_the_version_of_its_tag(git: Callable[..., None], tmp_path: Path) -> None:
    with pytest.raises(NotReadyError, match=f"is v{__version__}; there is none"):
        release.check_tree(tmp_path, tagged=True)
    git("tag", f"v{__version__}")
    release.check_tree(tmp_path, tagged=True)


def test_a_folder_without_history_is_not_released(tmp_path: Path) -> None:
    with pytest.raises(NotReadyError, match="not a git repository"):
        release.check_tree(tmp_path)


@pytest.mark.parametrize("line", [f"## [{__version__}] - Unreleased", "## [0.0.1] - 2030-01-02", "no section"])
def test_the_changelog_has_to_tell_of_the_version(line: str) -> None:
    release.check_changelog(f"# Changelog\n\n## [{__version__}] - 2030-01-02\n\n## [0.0.1] - 2029-01-02\n")
    with pytest.raises(NotReadyError, match=r"CHANGELOG\.md begins with"):
        release.check_changelog(f"# Changelog\n\n{line}\n")


def test_the_environments_have_to_be_tried_with_the_version() -> None:
    good = f"It ran on 2030-01-02 with rpaframework-planhat {__version__} under Linux, and all passed."
    release.check_compatibility(good)
    for text in (good.replace(__version__, "0.0.1"), f"{good}\n| FAILED |"):
        with pytest.raises(NotReadyError, match="invoke compat"):
            release.check_compatibility(text)
