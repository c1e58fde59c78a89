"""Measures how easy the code is to walk through, and compares with the limits that the project has set itself.

    python -m benchmarks.house            the table
    python -m benchmarks.house --check    ends with 1 where a limit is exceeded

Calls are counted with `sys.setprofile`, in one process; the sandbox that they reach is another. "Ours" is all below
`RPA/Planhat`.
"""

from __future__ import annotations

import argparse
import ast
import re
import socket
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType, FrameType

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "RPA" / "Planhat"

LIMITS = {
    "upsert of 3 rows: files": 25,
    "upsert of 3 rows: functions": 150,
    "import of a CSV file with 3 rows: files": 35,
    "frames from the keyword to the socket": 13,
    "modules": 165,
    "import lines, %": 6.0,
    "generated lines of what is committed, %": 20.0,
    "old names left": 0,
}
"""The most of each figure. Figures without a limit are shown to be compared."""

OLD_MODULES = """
    truth spelling wording arguments paths collector decoding answers addresses own_sandbox surface
    keywords.kinds keywords.texts keywords.table_texts keywords.pages keywords.table_makers keywords.table_plans
    keywords.rows operations.ahead operations.fitting operations.directory operations.owners operations.lookup
    operations.recovery operations.row_spec operations.bulk operations.tables operations.rows.reader
    operations.rows.shapes operations.rows.results operations.rows.accounting operations.rows.finding_back
    operations.rows.read_back operations.rows.alike operations.rows.drafts operations.rows.sharing
    operations.rows.loading transport.call transport.line transport.verdict transport.hints transport.bodies
    sandbox.made sandbox.facts sandbox.refusal sandbox.handle sandbox.local sandbox.control sandbox.changes
    sandbox.wire sandbox.comparing sandbox.sow types.fast types.labels
"""
"""Modules that were renamed to the words of the field, below the package."""

OLD_NAMES = """
    truth_of several several_texts spelt_out plain folded counted near nearest meant told_of Collector COLLECTOR
    held_off Ahead Flight Directory send_new RowSpec Settled Ledger Facts Draft DraftRow claim hand_over prove Proof
    Office Story Line Fate garbled OwnSandbox Refusal Handle sow sow_folder sow_file sow_demo told tell said settled
    mended borne ANY_CASE SMALL_LETTERS UNIQUE_EVERYWHERE has_unique_key
"""
"""Functions, classes and constants that were renamed, with or without an underscore in front."""

ROWS = [{"external_id": f"A-{number}", "name": f"Company {number}", "phase": "active"} for number in (1, 2, 3)]
FIRST = [{"external_id": "C-1", "name": "First"}]
CSV = "Account ID;Account Name;Phase\nB-1;One;active\nB-2;Two;active\nB-3;Three;churned\n"
COLUMNS = ["Account ID -> external_id", "Account Name -> name", "Phase -> phase"]


@dataclass
class Walk:
    """What one call of a keyword goes through.

    Attributes:
        files: How many of our files.
        functions: How many of our functions; comprehensions count where Python gives them a frame (before 3.12).
        frames: The most of our functions that wait for one another when bytes go to the socket.
    """

    files: int
    functions: int
    frames: int


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="end with 1 where a limit is exceeded")
    parser.add_argument("--list", action="store_true", help="name old names that are left, and helpers with one caller")
    given = parser.parse_args(arguments)
    figures = {**walks(), **shape_of_the_sources(), **committed()}
    exceeded = [name for name, limit in LIMITS.items() if figures[name] > limit]
    for name, figure in figures.items():
        limit = f"at most {LIMITS[name]:g}" if name in LIMITS else ""
        print(f"{name:<48} {figure:>8.4g}   {limit:<14} {'EXCEEDED' if name in exceeded else ''}".rstrip())
    if given.list:
        print("\nOld names:", *old_names(), sep="\n  ")
        print("\nPrivate helpers with one caller:", *helpers_with_one_caller(), sep="\n  ")
    return 1 if given.check and exceeded else 0


def walks() -> dict[str, float]:
    """Returns what an upsert and an import of three rows go through."""
    from RPA.Planhat import Planhat  # noqa: PLC0415 - the other figures need no import of the package
    from RPA.Planhat.sandbox.process import SandboxProcess  # noqa: PLC0415
    from RPA.Planhat.sandbox.settings import Settings  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.csv"
        file.write_text(CSV, "utf-8")
        process = SandboxProcess(Settings(api_key="house"))
        planhat = Planhat("house", base_url=process.start())
        try:
            # The first calls import modules and fill caches, which belong to no call.
            planhat.keywords["Get Companies"]()
            planhat.keywords["Upsert Companies"](FIRST)
            planhat.keywords["Import Companies"](FIRST)
            planhat.keywords["Create Company"](name="First", external_id="C-0")
            upsert = walk(lambda: planhat.keywords["Upsert Companies"](ROWS))
            imported = walk(lambda: planhat.keywords["Import Companies"](str(file), COLUMNS))
            create = walk(lambda: planhat.keywords["Create Company"](name="One"))
            read = walk(lambda: planhat.keywords["Get Company"]("extid-A-1"))
        finally:
            planhat.close()
            process.stop()
    return {
        "upsert of 3 rows: files": upsert.files,
        "upsert of 3 rows: functions": upsert.functions,
        "import of a CSV file with 3 rows: files": imported.files,
        "import of a CSV file with 3 rows: functions": imported.functions,
        "create of one record: files": create.files,
        "create of one record: functions": create.functions,
        "frames from the keyword to the socket": max(each.frames for each in (upsert, imported, create, read)),
        "frames of an upsert": upsert.frames,
        "frames of an import": imported.frames,
        "frames of a create": create.frames,
        "frames of a read by id": read.frames,
    }


def walk(call: Callable[[], Any]) -> Walk:
    """Returns what a call goes through; in all threads that it starts."""
    entered: set[CodeType] = set()
    depths: list[int] = [0]

    def profile(frame: FrameType, event: str, _argument: Any) -> None:
        if event == "call" and is_ours(frame.f_code):
            entered.add(frame.f_code)

    def send(self: socket.socket, *arguments: Any) -> Any:
        frames = frames_of(sys._getframe(1))
        depths.append(sum(is_ours(frame.f_code) for frame in frames))
        return sendall(self, *arguments)

    sendall = socket.socket.sendall
    socket.socket.sendall = send  # type: ignore[assignment, method-assign]
    threading.setprofile(profile)
    sys.setprofile(profile)
    try:
        call()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
        socket.socket.sendall = sendall  # type: ignore[method-assign]
    return Walk(len({code.co_filename for code in entered}), len(entered), max(depths))


def frames_of(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


@cache
def is_ours(code: CodeType) -> bool:
    return code.co_filename.startswith(f"{PACKAGE}/") and code.co_name != "<module>"


def shape_of_the_sources() -> dict[str, float]:
    """Returns figures of all modules: how many, and what they consist of."""
    lines = sum(len(text.splitlines()) for text in sources().values())
    private = [name for _, name in private_functions()]
    return {
        "modules": len(sources()),
        "lines": lines,
        "import lines, %": 100 * import_lines() / lines,
        "private functions": len(private),
        "private functions with one caller": len(helpers_with_one_caller()),
        "old names left": len(old_names()),
    }


@cache
def sources() -> dict[Path, str]:
    return {path: path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py"))}


@cache
def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(text) for path, text in sources().items()}


def import_lines() -> int:
    """Counts the lines of import statements, wherever they stand."""
    statements = [node for tree in trees().values() for node in ast.walk(tree)]
    spans = [(node.lineno, node.end_lineno) for node in statements if isinstance(node, (ast.Import, ast.ImportFrom))]
    return sum((end or start) - start + 1 for start, end in spans)


def private_functions() -> list[tuple[Path, str]]:
    """Returns functions and methods whose name begins with one underscore."""
    return [
        (path, node.name)
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and re.match(r"_[^_]", node.name)
    ]


@cache
def helpers_with_one_caller() -> list[str]:
    """Returns private functions that only one place of the package names."""
    named = Counter(
        node.id if isinstance(node, ast.Name) else node.attr
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, (ast.Name, ast.Attribute))
    )
    return [f"{path.relative_to(PACKAGE)}: {name}" for path, name in private_functions() if named[name] == 1]


@cache
def old_names() -> list[str]:
    """Returns the modules, and the names on the top level of modules, that still are as they were."""
    old_modules, old = OLD_MODULES.split(), OLD_NAMES.split()
    found = []
    for path, tree in trees().items():
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        module = ".".join(part for part in parts if part != "__init__")
        found += [module] if module in old_modules else []
        found += [f"{module}: {name}" for name in top_level(tree) if name.lstrip("_") in old]
    return found


def top_level(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def committed() -> dict[str, float]:
    """Returns the share of generated lines: whole files by `.gitattributes`, and the generated parts of guides."""
    files = git("ls-files").split("\n")
    marked = git("check-attr", "linguist-generated", "--", *files).split("\n")
    generated = {line.partition(": ")[0] for line in marked if line.endswith((": set", ": true"))}
    total = made = 0
    for name in files:
        path = ROOT / name
        if not path.is_file():
            continue
        text = path.read_bytes()
        count = text.count(b"\n")
        parts = re.findall(rb"^<!-- (\w+) -->\n(.*?)^<!-- /\1 -->", text, re.DOTALL | re.MULTILINE)
        total += count
        made += count if name in generated else sum(part.count(b"\n") for _, part in parts)
    return {"lines committed": total, "generated lines of what is committed, %": 100 * made / total}


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.rstrip("\n")


if __name__ == "__main__":
    sys.exit(main())
