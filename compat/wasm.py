"""Tries the library on a Python that runs in Node.js, where no other build of that version is to be had.

    python -m compat.wasm

It needs Node.js with npm, and a package index. The npm package `pyodide` brings CPython as WebAssembly; there,
it imports the library, lets Libdoc write the keyword documentation, and runs a robot. There are no sockets, so nothing
is sent.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from compat.machine import ROOT, CommandError, run

HERE: Final = Path(__file__).parent
REQUIRED: Final = ("robotframework", "robotframework-pythonlibcore", "requests", "Markdown")
PURE: Final = ("--platform", "any", "--only-binary", ":all:", "--no-compile")


def main() -> int:
    """Prepares, runs and prints; returns the exit status."""
    if not (shutil.which("node") and shutil.which("npm")):
        print("This needs Node.js with npm.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="planhat-wasm-") as name:
        folder = Path(name).resolve()
        site = folder / "site"
        run(sys.executable, "-m", "pip", "install", "--quiet", *PURE, "--target", site, *REQUIRED, folder=folder)
        shutil.copytree(ROOT / "RPA", site / "RPA", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(HERE / "wasm.mjs", folder)
        run("npm", "install", "--silent", "--no-fund", "--no-audit", "pyodide", folder=folder)
        try:
            print(run("node", "wasm.mjs", folder=folder))
        except CommandError as problem:
            print(problem, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
