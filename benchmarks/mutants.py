"""Breaks sending, the way of a row and the sandbox's calculations in small ways; counts how many the tests notice.

    python -m benchmarks.mutants --group identity --most 60

It needs mutmut (`pip install mutmut`), and happens in a copy of the checkout below `output/`. Each group of modules has
the tests that hold it, so that a mutant takes seconds; the run of these tests without a mutant comes first, and takes
minutes. Some tests measure time: on a machine that has other work they fail without a mutant, and mutmut then refuses
to begin. At the end each mutant that no test noticed is shown with its difference, and what to do about it.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
COPY = ROOT / "output" / "mutants"
PARTS = (
    "RPA",
    "utest",
    "benchmarks",
    "compat",
    "docs",
    "examples",
    "setup.cfg",
    "pyproject.toml",
    "README.md",
    "LICENSE",
)
NOTICED = ("killed", "timeout", "segfault")

ADVICE = {
    "none": """No mutant was tried: a test fails without one, see above, or --only fits none.
Make these tests pass first, on a machine without other work.""",
    "survivors": """For each mutant that is shown above: write a test that fails with its difference and passes without.
Where the difference changes nothing that anybody could see, leave it, or write the code without what it changed.""",
    "all": "Nothing is to be done. Another --seed tries others.",
}
"""What to do next, by what came out."""


class Group(NamedTuple):
    """Modules that belong together, and the tests that hold them, both as patterns of paths."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]


def _rows(names: str) -> tuple[str, ...]:
    return tuple(f"RPA/Planhat/operations/rows/{name}.py" for name in names.split())


def _tests(folder: str, names: str) -> tuple[str, ...]:
    return tuple(f"utest/{folder}/test_{name}.py" for name in names.split())


GROUPS = {
    "sending": Group(
        ("RPA/Planhat/transport/*.py", *_rows("upsert safe_create")),
        ("utest/transport", "utest/faults/uploads", *_tests("operations", "bulk accounts prefetch")),
    ),
    "outcomes": Group(
        (*_rows("outcomes envelope events report verify journal_file"), "RPA/Planhat/operations/input/report_files.py"),
        (
            *_tests("faults/uploads", "answers bulk damage journal journal_words natural_keys"),
            *_tests("operations", "bulk accounts report_files plan"),
            *_tests("tables", "modes importing syncing plans stores"), *_tests("api", "passing_on html_report"),
            *_tests("issues", "failed_rows_that_clear_fields failed_rows_with_an_empty_column"),
            *_tests("issues", "failed_rows_with_bad_cells report_of_another_program report_without_a_folder"),
        ),
    ),
    "identity": Group(
        _rows("identity natural_keys comparing"),
        (
            *_tests("operations", "identity plan reading writing bulk"),
            *_tests("tables", "syncing finding references_and_lists modes names_beside_ids rows_of_others"),
            *_tests("faults/uploads", "natural_keys bulk"), *_tests("issues", "ids_and_footers"),
            *_tests("tables", "comparing"),
        ),
    ),
    "conversion": Group(
        (
            *_rows("convert kinds lists lookups mapping payloads values columns"),
            *(f"RPA/Planhat/operations/input/{name}.py" for name in ("formats", "date_forms")),
            "RPA/Planhat/operations/custom/checked_values.py", "RPA/Planhat/operations/custom/validation.py",
        ),
        (
            *_tests("operations", "values payloads bulk"), *_tests("usage", "custom_fields"),
            *_tests("tables", "formats bad_cells alike rows mapping references_and_lists rows_of_others"),
            *_tests("tables", "importing dry_run where exporting"),
            *_tests("doors", "references values"), "utest/issues/*cell*.py", "utest/issues/*custom*.py",
            *_tests("issues", "records_checked_less_than_rows"), *_tests("tables", "usage_tables"),
        ),
    ),
    "planning": Group(
        _rows("plan stores file_store matching modes importing"),
        (
            *_tests("operations", "plan bulk accounts"),
            *_tests("tables", "stores modes syncing importing plans rows_of_others references_and_lists"),
            *_tests("issues", "failed_rows_with_values_of_programs"),
        ),
    ),
    "filters": Group(
        tuple(f"RPA/Planhat/operations/{name}.py" for name in ("where", "conditions", "filters", "listing")),
        (
            *_tests("tables", "where finding what_was_asked exporting"), *_tests("operations", "reading"),
            *_tests("api", "compatibility"),
        ),
    ),
    "sandbox": Group(
        tuple(f"RPA/Planhat/sandbox/{name}.py" for name in ("computed", "matching", "model_rules")),
        (
            *_tests("sandbox", "calculations facts rules models bulk listing dialect contract samples custom_values"),
            *_tests("sandbox", "seed"), *_tests("issues", "seed_with_one_id_twice"),
        ),
    ),
}  # fmt: skip
"""Where a mistake loses, doubles or changes data: sending, the way of a row, and what a sandbox calculates."""


def main() -> int:
    """Tries mutants of each group, and returns 1 where none could be tried."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--group", choices=GROUPS, action="append", help="modules that belong together; all if left out"
    )
    parser.add_argument("--most", type=int, default=60, help="mutants of each group, chosen by chance; 0 tries all")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--only", default="", help="only mutants whose name has this in it")
    given = parser.parse_args()
    if find_spec("mutmut") is None:
        print("This needs mutmut: pip install mutmut", file=sys.stderr)
        return 2
    return max(tried(name, given) for name in given.group or GROUPS)


def tried(name: str, given: argparse.Namespace) -> int:
    """Tries mutants of a group."""
    print(f"Group {name}: mutants are written, then its tests run without one, which takes minutes.", flush=True)
    copy_checkout(GROUPS[name])
    mutmut("run", "--max-children", "2", "there is no such mutant")  # writes them down
    names = [each for each in results() if given.only in each]
    chosen = random.Random(given.seed).sample(names, given.most) if 0 < given.most < len(names) else names
    mutmut("run", "--max-children", "2", *chosen)
    outcomes = {each: outcome for each, outcome in results().items() if each in set(chosen)}
    return report(outcomes, of=len(names))


def copy_checkout(group: Group) -> None:
    """Copies what the tests need, and writes down for mutmut what is broken and what has to notice."""
    shutil.rmtree(COPY, ignore_errors=True)
    COPY.mkdir(parents=True)
    for name in PARTS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, COPY / name, ignore=shutil.ignore_patterns("__pycache__", "output"))
        else:
            shutil.copy(ROOT / name, COPY)
    settings = {
        "source_paths": ["RPA"],
        "only_mutate": list(group.modules),
        "also_copy": [name for name in PARTS if name not in ("RPA", "setup.cfg", "pyproject.toml")],
        # pytest knows no patterns, and ends with "usage error" for a path that is not there.
        "pytest_add_cli_args_test_selection": [
            path.relative_to(COPY).as_posix() for tests in group.tests for path in sorted(COPY.glob(tests))
        ],
        # What has to end in time does not, where mutmut counts every call.
        "pytest_add_cli_args": [
            "-p", "no:cacheprovider", "--order", "1", "-k", "not close_to_ideal and not nothing_waits",
        ],
    }  # fmt: skip
    with (COPY / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n[tool.mutmut]\n")
        file.writelines(f"{name} = {json.dumps(value)}\n" for name, value in settings.items())


def mutmut(*arguments: str) -> str:
    """Runs mutmut in the copy; `run` shows its progress, anything else is returned."""
    shown = arguments[0] == "run"
    command = [sys.executable, "-m", "mutmut", *arguments]
    pipe = None if shown else subprocess.PIPE
    return subprocess.run(command, cwd=COPY, stdout=pipe, text=True, check=False).stdout or ""


def results() -> dict[str, str]:
    """Returns the outcome of each mutant by its name."""
    lines = [line.strip().partition(": ") for line in mutmut("results", "--all", "true").splitlines()]
    return {name: outcome for name, _, outcome in lines if "__mutmut_" in name}


def report(outcomes: dict[str, str], of: int) -> int:
    """Prints the result of each module, and the difference that each survivor made."""
    noticed = [name for name, outcome in outcomes.items() if outcome in NOTICED]
    checked = [name for name, outcome in outcomes.items() if outcome != "not checked"]
    survivors = sorted(set(checked) - set(noticed))
    for name in survivors:
        print(f"\n{outcomes[name]}: {name}\n{mutmut('show', name)}")
    for module, count in sorted(Counter(map(_module, checked)).items()):
        print(f"{module}: {sum(_module(name) == module for name in noticed)} of {count} were noticed")
    print(f"\n{len(noticed)} of {len(checked)} mutants were noticed; there are {of}, chosen were {len(outcomes)}.")
    print(", ".join(f"{outcome} {count}" for outcome, count in Counter(outcomes.values()).most_common()))
    print(ADVICE["none" if not checked else "survivors" if survivors else "all"])
    return 0 if checked else 1


def _module(name: str) -> str:
    return name.rpartition(".")[0]


if __name__ == "__main__":
    sys.exit(main())
