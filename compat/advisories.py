"""Known vulnerabilities of what the library needs, as far as a package index alone can tell them.

pip-audit asks services that list all releases. Where only an index is reachable, its JSON pages still tell what is
known of the newest release of each package; that is what a fresh installation has.

    python -m compat.advisories
"""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, distribution
from typing import TYPE_CHECKING, Any

import requests
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = "rpaframework-planhat"
EXTRAS = ("sandbox", "excel", "vault", "fast", "yaml")
"""What users may install with the library; tools of developers are not looked at."""

PAGE = "https://pypi.org/pypi/{}/json"
SECONDS = 20


def main() -> int:
    """Prints what is known of each dependency; returns 1 if one has a known vulnerability."""
    found, unjudged, clean = [], [], 0
    for name in sorted(needed(PACKAGE, EXTRAS)):
        version, page = distribution(name).version, newest(name)
        if page is None or page["info"]["version"] != version:
            unjudged.append(f"{name} {version}")
        elif page["vulnerabilities"]:
            found += [f"{name} {version}: {each['id']} {each['link']}" for each in page["vulnerabilities"]]
        else:
            clean += 1
    print(f"Known vulnerabilities: {len(found)}; {clean} dependencies are the newest and free of them.")
    print(*found, sep="\n", end="\n" * bool(found))
    if unjudged:
        print(f"Nothing is known of {', '.join(unjudged)}: not the newest, or the index does not list them.")
    return 1 if found else 0


def needed(package: str, extras: tuple[str, ...] = ()) -> set[str]:
    """Returns the names of all installed packages that a package needs, directly or by others."""
    found: set[str] = set()
    left = [(package, extras)]
    while left:
        for requirement in _requirements(*left.pop()):
            name = canonicalize_name(requirement.name)
            if name not in found and _is_installed(name):
                found.add(name)
                left.append((name, tuple(requirement.extras)))
    return found


def newest(name: str) -> dict[str, Any] | None:
    """Returns the index's data on the newest release of a package; nothing if the index cannot be reached."""
    try:
        answer = requests.get(PAGE.format(name), timeout=SECONDS)
        page: dict[str, Any] = answer.json() if answer.ok else {}
    except (requests.RequestException, ValueError):
        return None
    return page if isinstance(page.get("vulnerabilities"), list) else None


def _requirements(package: str, extras: tuple[str, ...]) -> Iterator[Requirement]:
    for text in distribution(package).requires or ():
        requirement = Requirement(text)
        if requirement.marker is None or any(requirement.marker.evaluate({"extra": each}) for each in ("", *extras)):
            yield requirement


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
