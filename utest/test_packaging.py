"""Builds the wheel and looks inside: what it holds, what it asks for, and that it works where nothing else is."""

from __future__ import annotations

import ast
import configparser
import email
import importlib
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from compat.release import NotReadyError, check_addresses, check_description, export
from docs.project import project_urls, python_versions, relative_links, source_url, with_absolute_links

if TYPE_CHECKING:
    from email.message import Message

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCES: Final = ("RPA", "setup.cfg", "pyproject.toml", "README.md", "LICENSE")
"""All that a build may need; a wheel is built from a copy of these, so that no earlier build can leak into it."""

FLOORS: Final = {
    "robotframework": ">=6.1.1",
    "robotframework-pythonlibcore": ">=4.2",
    "requests": ">=2.31",
    "Markdown": ">=3.4",
}
EXTRAS: Final = {"sandbox", "excel", "fast", "vault", "yaml", "dev"}


def run(*command: str | Path, cwd: Path) -> str:
    """Runs a command away from the checkout; fails with all that it said."""
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.fail(f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}", pytrace=False)
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif (ROOT / name).exists():
            shutil.copy(ROOT / name, source)
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, source, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    return zipfile.ZipFile(wheel).namelist()


@pytest.fixture(scope="module")
def metadata(wheel: Path, names: list[str]) -> Message:
    return email.message_from_string(text_of(wheel, one(names, "METADATA")))


def text_of(wheel: Path, name: str) -> str:
    return zipfile.ZipFile(wheel).read(name).decode()


def one(names: list[str], file: str) -> str:
    (found,) = (name for name in names if name.endswith(f".dist-info/{file}"))
    return found


def version() -> str:
    """Returns the version as the source says it, without importing anything."""
    (assignment,) = (
        node
        for node in ast.parse((ROOT / "RPA/Planhat/version.py").read_text("utf-8")).body
        if isinstance(node, ast.Assign)
    )
    return str(ast.literal_eval(assignment.value))


def requirements(metadata: Message) -> dict[str, str]:
    """Returns what has to be installed without any extra, by name."""
    lines = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    split = [line.replace("(", " ").replace(")", "").replace(">", " >", 1).split(None, 1) for line in lines]
    return {name: bound.replace(" ", "") for name, bound in split}


def test_the_wheel_is_for_every_python_and_system(wheel: Path) -> None:
    assert wheel.name == f"rpaframework_planhat-{version()}-py3-none-any.whl"


def test_the_wheel_holds_our_package_and_nothing_else(names: list[str]) -> None:
    others = [name for name in names if not name.startswith("RPA/Planhat/") and ".dist-info/" not in name]
    assert others == []


def test_the_wheel_leaves_the_shared_namespace_alone(names: list[str]) -> None:
    assert "RPA/__init__.py" not in names


def test_the_wheel_holds_every_module_of_the_source(names: list[str]) -> None:
    source = {path.relative_to(ROOT).as_posix() for path in (ROOT / "RPA").rglob("*.py")}
    assert source - set(names) == set()


@pytest.mark.parametrize("suffix", [".html", ".json"])
def test_the_wheel_holds_the_data_of_the_sandbox(names: list[str], suffix: str) -> None:
    source = {path.relative_to(ROOT).as_posix() for path in (ROOT / "RPA/Planhat/sandbox").rglob(f"*{suffix}")}
    assert source - set(names) == set()


def test_type_checkers_may_read_the_package(names: list[str]) -> None:
    assert "RPA/Planhat/py.typed" in names


def test_the_licence_is_inside(wheel: Path, names: list[str], metadata: Message) -> None:
    assert "Apache License" in text_of(wheel, one(names, "licenses/LICENSE"))
    assert (metadata["License-Expression"] or metadata["License"]) == "Apache-2.0"


def test_the_version_has_one_place(metadata: Message) -> None:
    assert metadata["Version"] == version()


def test_the_package_tells_its_version() -> None:
    assert importlib.import_module("RPA.Planhat").__version__ == version()


def test_requirements_are_floors_without_ceilings(metadata: Message) -> None:
    assert requirements(metadata) == FLOORS
    assert metadata["Requires-Python"] == ">=3.10"


def test_extras(metadata: Message) -> None:
    assert set(metadata.get_all("Provides-Extra", [])) == EXTRAS


@pytest.mark.parametrize(
    "classifier", ["Framework :: Robot Framework", "Framework :: Robot Framework :: Library", "Typing :: Typed"]
)
def test_classifiers(metadata: Message, classifier: str) -> None:
    assert classifier in metadata.get_all("Classifier", [])


def test_addresses_of_the_project_are_in_the_metadata(metadata: Message) -> None:
    urls = dict(line.split(", ") for line in metadata.get_all("Project-URL", []))
    assert urls == project_urls()
    assert {"Homepage", "Documentation", "Source", "Changelog", "Issues"} <= set(urls)


def test_versions_of_python_are_claimed_without_a_gap() -> None:
    minors = [int(version.partition(".")[2]) for version in python_versions()]
    assert minors == list(range(10, minors[-1] + 1))


def test_the_description_of_a_release_works_on_the_page_of_a_package_index() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert "LICENSE" in relative_links(readme + "[License](LICENSE)")
    assert relative_links(with_absolute_links(readme, "README.md")) == []


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("[Tables](tables.md#a-mapping)", f"[Tables]({source_url('docs/guides/tables.md')}#a-mapping)"),
        ("![Log](../images/log.png)", f"![Log]({source_url('docs/images/log.png', raw=True)})"),
        ("[Data](../../examples/data)", f"[Data]({source_url('examples/data')})"),
        ("[Here](#there), [there](https://a.example/b.md)", "[Here](#there), [there](https://a.example/b.md)"),
        ("`[a](b.md)`\n```\n[a](b.md)\n```\n", "`[a](b.md)`\n```\n[a](b.md)\n```\n"),
    ],
)
def test_links_of_a_published_page_lead_to_the_repository(text: str, published: str) -> None:
    assert with_absolute_links(text, "docs/guides/usage.md") == published


def test_a_distribution_with_dead_links_is_not_released(wheel: Path) -> None:
    # This one was built from the README as it is in a checkout.
    with pytest.raises(NotReadyError, match=r"lead nowhere: docs/images/log\.png"):
        check_description(wheel)


def test_nothing_is_released_without_the_addresses_of_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docs.project.project_urls", lambda: {"Source": "https://somewhere.example/source"})
    with pytest.raises(NotReadyError, match=r"enter them in setup\.cfg"):
        check_addresses()
    monkeypatch.setattr("docs.project.project_urls", lambda: {"Source": "https://forge.invalid/real"})
    check_addresses()


def test_the_source_distribution_holds_all_that_is_committed(tmp_path: Path) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("What is committed is known in a checkout only.")
    source = export(tmp_path / "source")
    run(sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", tmp_path, source, cwd=tmp_path)
    (built,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(built) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    committed = {path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()}
    assert {name for name in committed if "egg-info" not in name} - inside == set()
    check_description(built)


def test_entry_points_name_things_that_exist(wheel: Path, names: list[str]) -> None:
    points = configparser.ConfigParser(delimiters="=")
    points.read_string(text_of(wheel, one(names, "entry_points.txt")))
    assert points["console_scripts"]["planhat-sandbox"] == "RPA.Planhat.sandbox.__main__:main"
    assert points["pytest11"]["planhat"] == "RPA.Planhat.sandbox.pytest_plugin"
    targets = [target.partition(":")[0] for group in points.sections() for target in points[group].values()]
    assert {f"{target.replace('.', '/')}.py" for target in targets} - set(names) == set()


def test_plugin_and_sandbox_need_nothing_but_the_standard_library() -> None:
    # Every pytest run loads the plugin where this distribution is installed, with or without its extras.
    code = """
import sys, pytest, RPA.Planhat.sandbox.pytest_plugin
sys.modules.update(dict.fromkeys(["requests", "urllib3", "robot", "robotlibcore", "werkzeug", "orjson"]))
from RPA.Planhat.sandbox.server import SandboxServer
server = SandboxServer()
print(server.start())
server.stop()
"""
    assert run(sys.executable, "-c", code, cwd=ROOT).startswith("http://127.0.0.1:")


@pytest.mark.network
@pytest.mark.long
def test_the_wheel_works_where_nothing_else_is_installed(wheel: Path, tmp_path: Path) -> None:
    python = fresh_python(tmp_path / "venv")
    if not reaches_package_index(python):
        pytest.skip("no package index can be reached, so the requirements cannot be installed")
    run(python, "-m", "pip", "install", "--quiet", "--no-compile", wheel, cwd=tmp_path)
    told = run(python, "-c", "import RPA.Planhat; print(RPA.Planhat.__version__)", cwd=tmp_path)
    assert told.strip() == version()
    run(python, "-m", "pip", "check", cwd=tmp_path)
    assert "Get Companies" in run(python, "-m", "robot.libdoc", "RPA.Planhat", "list", cwd=tmp_path)
    run(python, "-m", "robot.libdoc", "RPA.Planhat", "keywords.html", cwd=tmp_path)
    assert "Get Companies" in (tmp_path / "keywords.html").read_text("utf-8")


def fresh_python(folder: Path) -> Path:
    run(sys.executable, "-m", "venv", folder, cwd=folder.parent)
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def reaches_package_index(python: Path) -> bool:
    """Returns whether pip finds an index, which only pip knows, as it has mirrors and proxies of its own."""
    command = [str(python), "-m", "pip", "install", "--dry-run", "--no-deps", "--quiet", "--retries", "0", "requests"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
