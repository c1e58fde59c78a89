"""Holds the rules about which module may import which, and how large files and functions may become."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from benchmarks import house

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

PACKAGE: Final = "RPA.Planhat"
FOLDER: Final = Path(__file__).resolve().parent.parent / "RPA" / "Planhat"

FACE: Final = "__init__"
"""The package itself: it offers what the others make, and none of them imports it."""

BASICS: Final = frozenset({"types", "errors", "version", "text"})
BELOW_OPERATIONS: Final = BASICS | {"transport", "connection", "session"}
BELOW_KEYWORDS: Final = BELOW_OPERATIONS | {"operations"}

MAY_IMPORT: Final[dict[str, frozenset[str]]] = {
    FACE: BELOW_KEYWORDS | {"client", "keywords", "sandbox", "api"},
    "client": BELOW_KEYWORDS | {"keywords", "api"},
    # Two faces over the operations: for Robot Framework, and for Python programs.
    "keywords": BELOW_KEYWORDS,
    "api": BELOW_KEYWORDS,
    "__main__": BELOW_KEYWORDS,
    "operations": BELOW_OPERATIONS,
    "session": BASICS | {"transport", "connection"},
    # It starts the sandbox as a program of its own, when a robot asks for one.
    "connection": BASICS | {"transport", "sandbox"},
    "transport": BASICS,
    "types": frozenset({"errors", "text"}),
    "text": frozenset({"errors"}),
    "errors": frozenset(),
    "version": frozenset(),
    # The sandbox never sees the client: the two must not share a mistake by sharing code.
    "sandbox": frozenset({"types", "version"}),
}
"""The parts of the package, and which other parts each may import. A new part needs a line here."""

OPERATIONS: Final = "operations"
PACKAGES: Final[dict[str, frozenset[str]]] = {
    "input": frozenset({"rows"}),
    "rows": frozenset({"input", "custom"}),
    "usage": frozenset({"input", "rows"}),
    "custom": frozenset({"input", "rows"}),
    "checking": frozenset(),
}
"""The packages of operations, and which other packages each may import. Single modules stand below or above them."""

ROBOT: Final = frozenset({"robot", "robotlibcore"})
ROBOT_FACING: Final = frozenset({"client", "keywords"})
ROBOT_FACING_IN_SANDBOX: Final = 1
"""One module of the sandbox is a Robot Framework library; the server must run without Robot Framework."""

LONGEST_FUNCTION: Final = 40
LONGEST_FILE: Final = 500

FILES: Final = sorted(FOLDER.rglob("*.py"))


class Import(NamedTuple):
    """One imported module: its full dotted name, and the line that imports it."""

    name: str
    line: int


def part_of(path: Path) -> str:
    """Returns the part of the package to which a file belongs: `client`, `types`, ..."""
    return path.relative_to(FOLDER).with_suffix("").parts[0]


def module_name(path: Path) -> str:
    parts = path.relative_to(FOLDER).with_suffix("").parts
    return ".".join([PACKAGE, *(part for part in parts if part != "__init__")])


def imports_of(path: Path) -> Iterator[Import]:
    """Yields everything that a file imports, also within functions and for annotations only."""
    package = module_name(path) if path.name == "__init__.py" else module_name(path).rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.rsplit(".", node.level - 1)[0] if node.level else ""
            source = ".".join(filter(None, [base, node.module]))
            yield from (Import(f"{source}.{alias.name}", node.lineno) for alias in node.names)


def imported_part(name: str) -> str | None:
    """Returns the part of our package that an imported name belongs to; none for other packages."""
    if name != PACKAGE and not name.startswith(f"{PACKAGE}."):
        return None
    part = name.removeprefix(PACKAGE).lstrip(".").split(".")[0]
    return part if part in MAY_IMPORT else FACE


def imports_robot(path: Path) -> bool:
    return any(found.name.split(".")[0] in ROBOT for found in imports_of(path))


def wrong_imports(path: Path) -> list[str]:
    own = part_of(path)
    wrong = []
    for name, line in imports_of(path):
        part = imported_part(name)
        if part not in {None, own} | MAY_IMPORT[own]:
            wrong.append(f"{path.relative_to(FOLDER)}:{line} imports {name}")
    return wrong


def functions_of(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]) -> int:
    """Counts the lines of code in a function: no signature, no docstring, no empty lines, no comments."""
    first = function.body[0]
    is_docstring = ast.get_docstring(function, clean=False) is not None
    skipped = range(first.lineno, (first.end_lineno or first.lineno) + 1) if is_docstring else range(0)
    numbers = range(first.lineno, (function.end_lineno or function.lineno) + 1)
    texts = [lines[number - 1].strip() for number in numbers if number not in skipped]
    return sum(bool(text) and not text.startswith("#") for text in texts)


def long_functions(path: Path) -> list[str]:
    text = path.read_text("utf-8")
    sizes = {function: code_lines(function, text.splitlines()) for function in functions_of(ast.parse(text))}
    return [
        f"{path.relative_to(FOLDER)}:{function.lineno} {function.name} has {size} lines of code"
        for function, size in sizes.items()
        if size > LONGEST_FUNCTION
    ]


def report(findings: list[str]) -> str:
    return "\n".join(["", *findings])


def test_every_part_has_its_rule() -> None:
    unknown = sorted({part_of(path) for path in FILES} - set(MAY_IMPORT))
    assert not unknown, f"Say in MAY_IMPORT, and in the decision records, where these belong: {', '.join(unknown)}."


def test_imports_run_one_way() -> None:
    wrong = [line for path in FILES if part_of(path) in MAY_IMPORT for line in wrong_imports(path)]
    assert not wrong, report(wrong)


def refuse_cycles(imports: Mapping[str, AbstractSet[str]]) -> None:
    left = dict(imports)
    while left:
        free = [part for part, below in left.items() if not below & set(left)]
        assert free, f"These import each other: {', '.join(left)}."
        for part in free:
            del left[part]


def test_the_rules_themselves_have_no_cycle() -> None:
    refuse_cycles(MAY_IMPORT)


def operations(part: str = OPERATIONS) -> dict[str, set[str]]:
    """Returns the modules of operations, or of another part, with those that each imports."""
    paths = sorted((FOLDER / part).rglob("*.py"))
    start = f"{PACKAGE}.{part}."
    known = {module_name(path).removeprefix(start): path for path in paths if path.name != "__init__.py"}
    found = {}
    for own, path in known.items():
        names = [each.name.removeprefix(start) for each in imports_of(path) if each.name.startswith(start)]
        found[own] = {each for name in names for each in (name, name.rpartition(".")[0]) if each in known} - {own}
    return found


def packages_imported_by(package: str) -> set[str]:
    """Returns the other packages of operations that modules of one import."""
    own = [others for name, others in operations().items() if name.startswith(f"{package}.")]
    return {other.partition(".")[0] for others in own for other in others if "." in other} - {package}


def test_operations_import_one_way() -> None:
    refuse_cycles(operations())


def test_modules_of_the_sandbox_import_one_way() -> None:
    refuse_cycles(operations("sandbox"))


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_of_operations_share_what_stands_below_them(package: str) -> None:
    assert packages_imported_by(package) <= PACKAGES[package]


def test_every_package_of_operations_has_its_rule() -> None:
    assert {path.name for path in (FOLDER / OPERATIONS).iterdir() if (path / "__init__.py").exists()} == set(PACKAGES)


def test_only_the_robot_face_imports_robot() -> None:
    others = [path for path in FILES if part_of(path) not in ROBOT_FACING | {"sandbox"} and imports_robot(path)]
    assert not others, report([str(path.relative_to(FOLDER)) for path in others])


def test_the_sandbox_has_one_robot_facing_module() -> None:
    found = [path for path in FILES if part_of(path) == "sandbox" and imports_robot(path)]
    assert len(found) <= ROBOT_FACING_IN_SANDBOX, report([str(path.relative_to(FOLDER)) for path in found])


def test_nobody_turns_the_shared_namespace_into_a_package() -> None:
    assert not (FOLDER.parent / "__init__.py").exists()


def test_functions_are_short() -> None:
    found = [line for path in FILES for line in long_functions(path)]
    assert not found, report(found)


def test_files_are_short() -> None:
    sizes = {path: len(path.read_text("utf-8").splitlines()) for path in FILES}
    found = [f"{path.relative_to(FOLDER)} has {size} lines" for path, size in sizes.items() if size > LONGEST_FILE]
    assert not found, report(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import RPA.Planhat.session", ["session"]),
        ("from RPA.Planhat import types, Planhat", ["types", FACE]),
        ("from RPA.Planhat.types.base import PlanhatObject", ["types"]),
        ("from ..session import PlanhatSession", ["session"]),
        ("from . import listing", ["operations"]),
        ("from .. import errors", ["errors"]),
        ("def f():\n    import RPA.Planhat", [FACE]),
        ("from RPA.Tables import Tables\nimport json", [None, None]),
    ],
)
def test_imports_are_understood(
    text: str, expected: list[str | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[__name__], "FOLDER", tmp_path)
    file = tmp_path / "operations" / "writing.py"
    file.parent.mkdir()
    file.write_text(text, "utf-8")
    assert [imported_part(found.name) for found in imports_of(file)] == expected


def test_lines_of_code_are_counted_without_texts_about_it() -> None:
    text = 'def f(\n    a,\n):\n    """One.\n\n    Two.\n    """\n    # three\n\n    return a\n'
    (function,) = functions_of(ast.parse(text))
    assert code_lines(function, text.splitlines()) == 1


def test_contributors_are_told_of_every_package() -> None:
    text = (FOLDER.parent.parent / "CONTRIBUTING.md").read_text("utf-8")
    packages = [path.parent.relative_to(FOLDER).parts for path in FILES if path.name == "__init__.py"]
    lines = [
        "RPA/Planhat/{}/ ".format(*parts) if len(parts) == 1 else f"\n    {parts[-1]}/ " for parts in packages if parts
    ]
    assert [line for line in lines if line not in text] == []


@pytest.mark.parametrize("name", ["modules", "import lines, %"])
def test_the_package_stays_small_enough_to_walk_through(name: str) -> None:
    assert house.shape_of_the_sources()[name] <= house.LIMITS[name]
