"""The sandbox from the shell: `python -m RPA.Planhat.sandbox`."""

from __future__ import annotations

import argparse
import gc
import math
import os
import signal
import sys
from io import TextIOWrapper
from pathlib import Path
from threading import Event, Thread
from typing import Any, NoReturn

from RPA.Planhat.sandbox.server import SandboxServer
from RPA.Planhat.sandbox.settings import API_KEY, KEY_VARIABLE, TENANT_UUID, TENANT_VARIABLE, Dialect, Settings
from RPA.Planhat.version import __version__

DESCRIPTION = """\
Starts a local Planhat to test robots against. It needs no account and no network.

The first line that it prints is its URL. Point your robot at it, as API and as analytics host:

    planhat-sandbox --port 8089
    export PLANHAT_BASE_URL=http://127.0.0.1:8089 PLANHAT_ANALYTICS_URL=http://127.0.0.1:8089
    export PLANHAT_API_KEY=sandbox-key PLANHAT_TENANT_UUID=00000000-0000-4000-8000-000000000001
    robot my_robot.robot

Open the URL in a browser to see the records, the last requests and the active faults. Ctrl-C stops it.
"""

EXAMPLES = """\
examples:
  planhat-sandbox                                          60 invented companies, in memory
  planhat-sandbox --seed empty --database planhat.sqlite   nothing at first, kept in a file
  planhat-sandbox --companies 100000                       a large customer base
  planhat-sandbox --seed my_data                           a JSON or CSV file for each model: my_data/companies.csv, ...
  planhat-sandbox --export my_data                         writes the seed to such a folder, and ends
  planhat-sandbox --dialect item_errors=object --rate-limits
                                                           other behaviour that Planhat may have; its rate limits
  curl -X POST URL/__sandbox__/inject_fault -H "X-Sandbox-Control: TOKEN" -d '{"kind": "reset_after", "verb": "POST"}'
                                                           trouble while it runs; also from Robot and pytest
"""


SWITCH_COLUMN = " " * 28
WIDTH = 118


class _Parser(argparse.ArgumentParser):
    def format_help(self) -> str:
        """Lays out the switches only here: a sandbox that just starts does not wait for it."""
        self.epilog = f"{EXAMPLES}\nswitches of the dialect, with their defaults:\n{_switches()}"
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        """Ends with one sentence: the usage of all options before it would hide it."""
        self.exit(2, f"{self.prog}: {message}\nAll options: {self.prog} --help\n")


def main(arguments: list[str] | None = None) -> int:
    """Runs the sandbox until it is stopped; returns the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    options = _parser().parse_args(arguments)
    try:
        settings = _settings(options)
        return _export(settings, options.export) if options.export else _serve(settings, options)
    except OSError as error:
        print(f"planhat-sandbox: {error.filename or 'The sandbox'}: {error.strerror or error}", file=sys.stderr)
    except ValueError as error:
        print(f"planhat-sandbox: {error}", file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="planhat-sandbox",
        usage="planhat-sandbox [options]",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for name, details in _arguments().items():
        parser.add_argument(name, **details)
    parser.add_argument("--version", action="version", version=__version__)
    return parser


def _switches() -> str:
    from textwrap import fill  # noqa: PLC0415 - as above

    lines = []
    for name, default, choices, doc in Dialect.table():
        positions = f" [{choices}]" if choices else ""
        text = f"  {name:<{len(SWITCH_COLUMN) - 4}}  {doc} ({default.lower()}){positions}"
        lines.append(fill(text, WIDTH, subsequent_indent=SWITCH_COLUMN, drop_whitespace=True))
    return "\n".join(lines)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"must be a whole number from 0 to 65535, not {text!r}")
    return int(text)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"must be a whole number, not {text!r}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise argparse.ArgumentTypeError(f"must be a number of seconds, not {text!r}")
    return seconds


def _credential(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("must not be empty")
    return text


def _arguments() -> dict[str, dict[str, Any]]:
    return {
        "--host": {"default": "127.0.0.1", "help": "the address to listen at (default: this machine only)"},
        "--port": {"type": _port, "default": 0, "help": "the port (default: 0, a free one)"},
        "--allow-host": {
            "action": "append",
            "default": [],
            "metavar": "NAME",
            "help": "a name besides those of this machine by which the sandbox may be called; can be repeated",
        },
        **_credentials(),
        **_data(),
        "--dialect": {"nargs": "+", "default": [], "metavar": "NAME=VALUE", "help": "switches of the dialect"},
        "--rate-limits": {"action": "store_true", "help": "200 calls a minute, 150 a second, 50 at a time"},
        "--latency": {"type": _seconds, "default": 0.0, "metavar": "SECONDS", "help": "how long answers take at least"},
        "--validate-custom": {"action": "store_true", "help": "refuse custom values without a fitting definition"},
        "--until-stdin-closes": {"action": "store_true", "help": "stop when standard input ends, for a parent program"},
    }


def _credentials() -> dict[str, dict[str, Any]]:
    key, tenant = os.environ.get(KEY_VARIABLE, API_KEY), os.environ.get(TENANT_VARIABLE, TENANT_UUID)
    shared: dict[str, Any] = {"type": _credential}
    key_help, tenant_help = f"{KEY_VARIABLE}, else {API_KEY}", f"{TENANT_VARIABLE}, else {TENANT_UUID}"
    return {
        "--api-key": {**shared, "default": key, "metavar": "TOKEN", "help": f"the token (default: {key_help})"},
        "--tenant-uuid": {
            **shared,
            "default": tenant,
            "metavar": "UUID",
            "help": f"the tenant (default: {tenant_help})",
        },
    }


def _data() -> dict[str, dict[str, Any]]:
    count: dict[str, Any] = {"type": _count, "metavar": "NUMBER"}
    file = "keep the data in this SQLite file (default: in memory)"
    return {
        "--seed": {"default": "demo", "help": "demo (default), empty, or a folder with a file for each model"},
        "--companies": {**count, "default": 60, "help": "companies of the demo (default: 60)"},
        "--seed-number": {**count, "default": 1, "help": "the same number gives the same demo (default: 1)"},
        "--database": {"type": Path, "metavar": "FILE", "help": file},
        "--export": {"type": Path, "metavar": "FOLDER", "help": "write the data to a folder and end"},
    }


def _settings(options: argparse.Namespace) -> Settings:
    dialect = dict(_pair(text) for text in options.dialect)
    if options.validate_custom:
        dialect["unknown_custom"] = "refuse"
    return Settings(
        seed=options.seed,
        api_key=options.api_key,
        tenant_uuid=options.tenant_uuid,
        companies=options.companies,
        seed_number=options.seed_number,
        database=options.database,
        dialect=dialect,
        rate_limits=options.rate_limits,
        latency=options.latency,
        allow_hosts=frozenset(name.lower() for name in options.allow_host),
    )


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise ValueError(f"--dialect needs NAME=VALUE, not {text!r}.")
    return name, value


def _export(settings: Settings, folder: Path) -> int:
    server = SandboxServer(settings)
    server.start()
    for name, count in server.controls.call("export", folder=str(folder)).items():
        print(f"{folder / name}.json: {count}")
    server.stop()
    return 0


def _serve(settings: Settings, options: argparse.Namespace) -> int:
    server = SandboxServer(settings, options.host, options.port)
    ended = Event()
    for name in ("SIGINT", "SIGTERM"):
        signal.signal(getattr(signal, name), lambda *_: ended.set())
    gc.disable()  # the records of a seed are all kept: looking for garbage among them only takes time
    try:
        url = server.start()
    finally:
        gc.enable()
    print(f"Planhat sandbox: {url}", flush=True)
    print(f"API key: {settings.api_key}\nTenant UUID: {settings.tenant_uuid}", flush=True)
    print(f"Control token: {settings.control_token}\nCtrl-C stops it.", flush=True)
    if options.until_stdin_closes:
        Thread(target=_wait_for_parent, args=(ended,), daemon=True).start()
    while not ended.wait(1):
        pass
    server.stop()
    return 0


def _wait_for_parent(ended: Event) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    ended.set()


if __name__ == "__main__":
    sys.exit(main())
