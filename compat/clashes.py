"""Keywords of ours that other libraries have, too.

    python compat/clashes.py [LIBRARY ...]

prints, as JSON, which of the libraries could be read and which of our keywords each of them has; without arguments
it looks at the standard libraries. It needs nothing but Robot Framework, so that it runs in any environment.
"""

from __future__ import annotations

import json
import sys
from typing import Any, Final

from robot.libdocpkg import LibraryDocumentation
from robot.libraries import STDLIBS

OURS: Final = "RPA.Planhat"
STANDARD: Final = tuple(sorted(name for name in STDLIBS if name not in ("Easter", "Remote", "Reserved")))
NEIGHBOURS: Final = (
    "Browser",
    "RequestsLibrary",
    "SeleniumLibrary",
    "pabot.PabotLib",
    *(
        f"RPA.{name}"
        for name in (
            "Archive", "Browser.Selenium", "Calendar", "Crypto", "Database", "Desktop", "DocumentAI", "Email.Exchange",
            "Email.ImapSmtp", "Excel.Files", "FTP", "FileSystem", "HTTP", "Hubspot", "Images", "JSON", "MFA", "MSGraph",
            "Netsuite", "Notifier", "PDF", "RobotLogListener", "Robocorp.Process", "Robocorp.Storage",
            "Robocorp.Vault", "Robocorp.WorkItems", "Salesforce", "Slack", "Smartsheet", "Tables", "Tasks", "Twitter",
        )
    ),
)  # fmt: skip
"""Libraries that robots have beside ours."""


def main(libraries: list[str]) -> int:
    """Prints the clashes; returns the exit status."""
    print(json.dumps(clashes(libraries or STANDARD), indent=2))
    return 0


def clashes(libraries: Any) -> dict[str, Any]:
    """Returns which libraries were read, which could not be, and our keywords that others have, with their owners."""
    ours = keywords(OURS)
    read: list[str] = []
    missing: list[str] = []
    found: dict[str, list[str]] = {}
    for library in libraries:
        try:
            theirs = keywords(library)
        except Exception:  # noqa: BLE001 - whatever a library of others raises while it is imported
            missing.append(library)
            continue
        read.append(library)
        for name in sorted(theirs.keys() & ours.keys()):
            found.setdefault(ours[name], []).append(library)
    return {"read": read, "missing": missing, "clashes": dict(sorted(found.items()))}


def keywords(library: str) -> dict[str, str]:
    """Returns the keywords of a library by the name that Robot Framework compares."""
    return {spoken(each.name): each.name for each in LibraryDocumentation(library).keywords}


def spoken(name: str) -> str:
    """Returns a name without what does not count: case, spaces and underscores."""
    return name.lower().replace(" ", "").replace("_", "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
