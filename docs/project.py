"""Where the project is on the web: the addresses of `setup.cfg`, and links that work outside of a checkout."""

from __future__ import annotations

import configparser
import posixpath
import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
BRANCH: Final = "main"
UNSET: Final = ".example"
"""The end of host names that nobody can own; while the addresses have it, nobody has entered the real ones."""

LINK: Final = re.compile(r"(?P<mark>!?)(?P<text>\[[^\]]*\])\((?P<target>[^)\s]+)\)")
CODE: Final = re.compile(r"(^```.*?^```$|`[^`\n]+`)", re.DOTALL | re.MULTILINE)


def project_urls() -> dict[str, str]:
    """Returns the addresses of the project by their names, as `setup.cfg` has them."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", "utf-8")
    lines = config["metadata"]["project_urls"].strip().splitlines()
    return {name.strip(): url.strip() for name, _, url in (line.partition("=") for line in lines)}


def has_addresses() -> bool:
    """Tells whether the real addresses of the project have been entered."""
    return not any(UNSET in url for url in project_urls().values())


def source_url(path: str, *, raw: bool = False) -> str:
    """Returns the address of a file or folder of the repository, or of its content alone, as a picture needs it."""
    kind = "raw" if raw else "blob" if (ROOT / path).is_file() else "tree"
    return f"{project_urls()['Source']}/{kind}/{BRANCH}/{path}"


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
