"""Where the project is on the web: the addresses of `setup.cfg`, and links that work outside of a checkout."""

from __future__ import annotations

import configparser
import json
import posixpath
import re
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
BRANCH: Final = "main"
UNSET: Final = ".example"
"""The end of host names that nobody can own; while the addresses have it, nobody has entered the real ones."""

LINK: Final = re.compile(r"(?P<mark>!?)(?P<text>\[[^\]]*\])\((?P<target>[^)\s]+)\)")
CODE: Final = re.compile(r"(^```.*?^```$|`[^`\n]+`)", re.DOTALL | re.MULTILINE)


def metadata(name: str) -> list[str]:
    """Returns the lines of a field of `setup.cfg`."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", "utf-8")
    return config["metadata"][name].strip().splitlines()


def python_versions() -> list[str]:
    """Returns the versions of Python that the metadata claims, such as `3.11`, oldest first."""
    found = [re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", line) for line in metadata("classifiers")]
    return [each[1] for each in found if each]


def project_urls() -> dict[str, str]:
    """Returns the addresses of the project by their names, as `setup.cfg` has them."""
    return {name.strip(): url.strip() for name, _, url in (line.partition("=") for line in metadata("project_urls"))}


def has_addresses() -> bool:
    """Returns whether the real addresses of the project have been entered."""
    return not any(UNSET in url for url in project_urls().values())


def source_url(path: str, *, raw: bool = False) -> str:
    """Returns the address of a file or folder of the repository, or of its content alone, as a picture needs it."""
    kind = "raw" if raw else "blob" if (ROOT / path).is_file() else "tree"
    return f"{project_urls()['Source']}/{kind}/{BRANCH}/{path}"


def relative_links(text: str) -> list[str]:
    """Returns the links and pictures of a Markdown page that lead nowhere outside of a checkout."""
    prose = CODE.sub("", text)
    return [found["target"] for found in LINK.finditer(prose) if not re.match(r"[a-z]+:|#", found["target"])]


def with_absolute_links(text: str, source: str) -> str:
    """Returns a Markdown page whose relative links and pictures have become addresses.

    Args:
        text: The page.
        source: Where its file is below the root of the project.
    """

    def replace(found: re.Match[str]) -> str:
        target, _, anchor = found["target"].partition("#")
        if re.match(r"[a-z]+:", target) or not target:
            return found.group()
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
        url = source_url(path, raw=bool(found["mark"]))
        return f"{found['mark']}{found['text']}({url}{f'#{anchor}' if anchor else ''})"

    parts = CODE.split(text)
    return "".join(part if CODE.fullmatch(part) else LINK.sub(replace, part) for part in parts)


if __name__ == "__main__":
    # For workflows, which take their matrix from here: python -m docs.project pythons
    print(json.dumps({"pythons": python_versions(), "urls": project_urls()}[sys.argv[1]]))
