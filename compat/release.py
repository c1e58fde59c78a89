"""Builds what would be uploaded, tries it in clean environments, and prints what to do next: `invoke release`.

Nothing is uploaded. It refuses where something is uncommitted, since then nobody could tell what was released.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from email import message_from_bytes
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from compat.machine import ROOT, CommandError, bare_environment, find_python, make_venv, pip, run
from docs.project import has_addresses, python_versions, relative_links, with_absolute_links
from RPA.Planhat.version import __version__

DIST: Final = ROOT / "dist"
TAG: Final = f"v{__version__}"

NEXT: Final = f"""
Ready: {{files}}
What is left to do, by hand:

    git tag --annotate {TAG} --message "rpaframework-planhat {__version__}"
    python -m twine upload dist/*
    git push origin {TAG}

and the section of {__version__} in CHANGELOG.md as the text of the release.
"""


class NotReadyError(Exception):
    """Something has to be fixed before a release; the message names it."""


def main(arguments: list[str] | None = None) -> int:
    """Checks, builds and tries; returns the exit status."""
    parser = argparse.ArgumentParser(description="Build and try what would be uploaded.")
    parser.add_argument("--tagged", action="store_true", help="the version has its tag already, as in a workflow")
    try:
        check_tree(ROOT, tagged=parser.parse_args(arguments).tagged)
        check_changelog((ROOT / "CHANGELOG.md").read_text("utf-8"))
        check_compatibility((ROOT / "docs" / "compatibility.md").read_text("utf-8"))
        files = build()
        run(sys.executable, "-m", "twine", "check", "--strict", *files, folder=ROOT)
        for file in files:
            check_description(file)
            try_out(file)
        check_addresses()
    except (NotReadyError, CommandError) as problem:
        print(f"Not ready to release {__version__}: {problem}", file=sys.stderr)
        return 1
    print(NEXT.format(files=", ".join(str(file.relative_to(ROOT)) for file in files)))
    return 0


def check_tree(folder: Path, *, tagged: bool = False) -> None:
    """Refuses a work tree with changes, and a tag that is there already, or one that is not that of this version.

    Raises:
        NotReadyError: With the files, or the tag.
    """
    changed = _git(folder, "status", "--porcelain")
    if changed:
        raise NotReadyError(f"these files are not committed:\n{changed}")
    tags = _git(folder, "tag", "--points-at", "HEAD").split()
    if tagged and TAG not in tags:
        raise NotReadyError(f"the tag of version {__version__} is {TAG}; there is {', '.join(tags) or 'none'}.")
    if not tagged and _git(folder, "tag", "--list", TAG):
        raise NotReadyError(f"there is a tag {TAG} already; a new release needs a new version in version.py.")


def check_changelog(text: str) -> None:
    """Refuses a changelog whose newest section is not that of this version, with its date.

    Raises:
        NotReadyError: With the line that should be there.
    """
    newest = re.search(r"^## \[(.+?)\] - (.+)$", text, re.MULTILINE)
    if newest is None or newest[1] != __version__ or not re.fullmatch(r"\d{4}-\d\d-\d\d", newest[2]):
        said = newest[0] if newest else "nothing"
        raise NotReadyError(f"CHANGELOG.md begins with {said!r} instead of '## [{__version__}] - YYYY-MM-DD'.")


def check_compatibility(text: str) -> None:
    """Refuses a table of environments that was made with another version, or in which one failed.

    Raises:
        NotReadyError: With what to run.
    """
    if f"rpaframework-planhat {__version__} " not in text or "FAILED" in text:
        raise NotReadyError(f"docs/compatibility.md shows no good run of {__version__}; run `invoke compat`.")


def build() -> list[Path]:
    """Builds the source distribution, and the wheel from that, into a new `dist/`."""
    shutil.rmtree(DIST, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        source = export(Path(folder) / "source")
        run(sys.executable, "-m", "build", "--outdir", DIST, source, folder=ROOT)
    return sorted(DIST.iterdir())


def export(target: Path) -> Path:
    """Copies what is committed to a new folder, with a README whose links work on the page of a package index."""
    for name in _git(ROOT, "ls-files").splitlines():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target / name)
    readme = target / "README.md"
    readme.write_text(with_absolute_links(readme.read_text("utf-8"), "README.md"), "utf-8")
    return target


def check_description(file: Path) -> None:
    """Refuses a distribution whose description has links that work in a checkout only.

    Raises:
        NotReadyError: With these links.
    """
    relative = relative_links(str(message_from_bytes(_metadata(file)).get_payload()))
    if relative:
        raise NotReadyError(f"links of the description of {file.name} lead nowhere: {', '.join(relative)}")


def _metadata(file: Path) -> bytes:
    if file.suffix == ".whl":
        with ZipFile(file) as wheel:
            return next(wheel.read(name) for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    with tarfile.open(file) as archive:
        found = next(member for member in archive if re.fullmatch(r"[^/]+/PKG-INFO", member.name))
        content = archive.extractfile(found)
        return content.read() if content else b""


def check_addresses() -> None:
    """Refuses placeholders as addresses of the project.

    Raises:
        NotReadyError: With where to enter them.
    """
    if not has_addresses():
        raise NotReadyError("the addresses of the project are not known: enter them in setup.cfg, project_urls.")


def try_out(file: Path) -> None:
    """Installs a distribution in a clean environment of each Python that is here, and runs the example there."""
    for version in python_versions():
        python = find_python(version)
        if python is None:
            print(f"{file.name}: there is no Python {version} here")
            continue
        home = DIST.parent / "output" / "release" / version
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        programs = make_venv(python, home / "venv")
        pip(programs, "install", "--quiet", str(file))
        pip(programs, "check")
        example = ROOT / "examples" / "first_steps.robot"
        command = (programs / "python", "-m", "robot", "--rpa", "--outputdir", home / "robot", example)
        run(*command, folder=home, environment=bare_environment())
        print(f"{file.name}: Python {version} passed")


def _git(folder: Path, *arguments: str) -> str:
    known = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(["git", *arguments], cwd=folder, env=known, capture_output=True, text=True, check=False)  # noqa: S607
    if done.returncode:
        raise NotReadyError(f"git {arguments[0]} says: {done.stderr.strip()}")
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
