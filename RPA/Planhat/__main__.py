"""The library from the shell: `python -m RPA.Planhat check`, and `new` for a first robot."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from pathlib import Path
from textwrap import fill
from typing import Any, Final

from RPA.Planhat.errors import PlanhatAuthConfigurationError, PlanhatValidationError
from RPA.Planhat.operations.checking.check import check_connection
from RPA.Planhat.operations.checking.report import NOBODY_CHECKED, PROBLEM, CheckReport, Finding, versions
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.text.files import file_path, translate_os_errors
from RPA.Planhat.version import __version__

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


DESCRIPTION = """\
Checks the connection to Planhat and reports in plain words what works and what does not.

It reads one record of each model and never writes. The token is found as the library finds it: in the
environment variable PLANHAT_API_KEY, else in the vault. It is never shown, and no option takes it, since options
are visible in the list of processes and in the history of the shell.
"""

EPILOG = """\
exit status:
  0  all is well
  1  something is wrong; the report shows what, and what to do
  2  the command cannot be run as it was written

examples:
  python -m RPA.Planhat check
  python -m RPA.Planhat check --base-url https://api-us4.planhat.com
  python -m RPA.Planhat check --vault planhat_emea --json > check.json
"""

WIDTH = 100
INDENT = " " * 24


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command == "new":
        return _new(parser, options.folder)
    try:
        session = _session(options)
    except PlanhatAuthConfigurationError as error:
        parser.error(str(error))
    try:
        report = check_connection(session, rights=not options.no_rights)
    finally:
        session.close()
    print(json.dumps(report.facts(), indent=2, ensure_ascii=False) if options.json else _text(report))
    return 0 if report.ok else 1


def _new(parser: argparse.ArgumentParser, folder: str) -> int:
    try:
        written = create_robot(folder)
    except PlanhatValidationError as error:
        parser.error(str(error))
    print(f"Created {len(written)} files in {folder}. Next:\n")
    print(f"  cd {folder}\n  robot --outputdir output/tests tests\n")
    print("The tests run against a sandbox: no account is needed. README.md has the next steps.")
    return 0


def _parser() -> argparse.ArgumentParser:
    layout: dict[str, Any] = {"formatter_class": argparse.RawDescriptionHelpFormatter}
    parser = argparse.ArgumentParser(prog="python -m RPA.Planhat", description="Robot Framework library for Planhat.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    new = commands.add_parser("new", help="create a first robot: tasks, mapping, data, tests and a README", **layout)
    new.add_argument("folder", help="the folder to create, for example my-robot; existing files are never overwritten")
    check = commands.add_parser(
        "check", help="check the connection to Planhat", description=DESCRIPTION, epilog=EPILOG, **layout
    )
    check.add_argument("--base-url", metavar="URL", help="the API host (default: PLANHAT_BASE_URL, else the main host)")
    check.add_argument("--analytics-url", metavar="URL", help="the analytics host (default: PLANHAT_ANALYTICS_URL)")
    check.add_argument("--vault", metavar="SECRET", help="read this vault secret instead of PLANHAT_API_KEY")
    check.add_argument("--tenant-uuid", metavar="UUID", help="the tenant UUID (default: PLANHAT_TENANT_UUID)")
    check.add_argument("--ca-bundle", metavar="FILE", help="check certificates with these CAs")
    check.add_argument(
        "--no-rights", action="store_true", help="read companies only: one call instead of one for each model"
    )
    check.add_argument("--json", action="store_true", help="print JSON, for programs")
    return parser


def _session(options: argparse.Namespace) -> PlanhatSession:
    return PlanhatSession(
        vault_secret_name=options.vault,
        tenant_uuid=options.tenant_uuid,
        base_url=options.base_url,
        analytics_url=options.analytics_url,
        verify=options.ca_bundle or True,
        read_only=True,
        timeout=60.0,
        retries=1,
    )


def _text(report: CheckReport) -> str:
    known = versions()
    names = ("rpaframework-planhat", "robotframework", "python", "system")
    heads = [_wrapped(", ".join(f"{name} {known.get(name, 'none')}" for name in names), "  "), ""]
    findings = [_lines(each) for each in report.findings]
    open_ends = ["", "Not checked:", *(_wrapped(f"- {each}", "  ") for each in NOBODY_CHECKED), ""]
    result = "All is well. " if report.ok else "SOMETHING IS WRONG: "
    return "\n".join([*heads, *findings, *open_ends, _wrapped(f"{result}{report.verdict}")])


def _lines(finding: Finding) -> str:
    state = finding.state.upper() if finding.state == PROBLEM else finding.state
    first = f"{state:<12}{finding.topic:<12}"
    advice = [_wrapped(f"{INDENT}-> {line}", f"{INDENT}   ") for line in finding.advice.splitlines()]
    return "\n".join([_wrapped(f"{first}{finding.text}", INDENT), *advice])


def _wrapped(text: str, indent: str = "") -> str:
    options: dict[str, Any] = {"break_long_words": False, "break_on_hyphens": False}
    return fill(text, WIDTH, subsequent_indent=indent, drop_whitespace=True, **options)


if __name__ == "__main__":
    sys.exit(main())
