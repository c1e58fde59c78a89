"""What the check of a connection found."""

from __future__ import annotations

import platform
import ssl
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from RPA.Planhat.types import MODELS, Record
from RPA.Planhat.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

    from RPA.Planhat.errors import PlanhatError

OK = "ok"
NOTE = "note"
PROBLEM = "problem"
NOT_CHECKED = "not checked"

YES = "yes"
"""The right to read."""

NOBODY_CHECKED = (
    "Rights to create, update and delete: that would take a write.",
    "Whether the tenant UUID is right: the analytics host accepts any. Verify Metrics shows it.",
)
"""What no check tells, because only storing something could."""

PACKAGES = ("robotframework", "robotframework-pythonlibcore", "requests", "urllib3")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        topic: What it is about, in a word.
        state: `ok`, `note` for what need not be wrong, `problem`, or `not checked`.
        text: What was found.
        advice: What to do about it; empty when there is nothing to do.
    """

    topic: str
    state: str
    text: str
    advice: str = ""


@dataclass
class CheckReport:
    """All that a check found.

    Attributes:
        base_url: The API host.
        analytics_url: The analytics host.
        findings: What was looked at, in order.
        token_from: Where the token was found, in words.
        rights: For the path of each model what the token may: `yes`, `no right`, `not on this tenant`, `not known`.
        clock_ahead: Seconds that the clock of this machine is ahead of Planhat's; negative when it is behind.
        limits: The headers of the last answer that tell about rate limits.
        latency: Milliseconds of the first, the median and the slowest answer.
        error: The error that a robot would get, when there is one.
    """

    base_url: str
    analytics_url: str
    findings: list[Finding] = field(default_factory=list)
    token_from: str = ""
    rights: dict[str, str] = field(default_factory=dict)
    clock_ahead: float | None = None
    limits: dict[str, str] = field(default_factory=dict)
    latency: dict[str, int] = field(default_factory=dict)
    error: PlanhatError | None = None

    @property
    def problems(self) -> list[Finding]:
        """What is wrong."""
        return [each for each in self.findings if each.state == PROBLEM]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    @property
    def verdict(self) -> str:
        """The result in a sentence."""
        if self.problems:
            return self.problems[0].text
        readable, asked = readable_models(self.rights)
        may = f", and may read {readable} of {asked} models" if self.rights else ""
        return f"The connection to {self.base_url} works: Planhat accepts the token{may}."

    def facts(self) -> Record:
        """Returns all of it as data that JSON can hold."""
        return Record(
            ok=self.ok,
            verdict=self.verdict,
            base_url=self.base_url,
            analytics_url=self.analytics_url,
            token_from=self.token_from,
            findings=[Record(asdict(each)) for each in self.findings],
            rights=Record(self.rights),
            clock_ahead_seconds=self.clock_ahead,
            limits=Record(self.limits),
            latency_ms=Record(self.latency),
            not_checked=list(NOBODY_CHECKED),
            versions=Record(versions()),
        )


def readable_models(rights: Mapping[str, str]) -> tuple[int, int]:
    """Returns how many models may be read, and of how many; two of them may share a path, and so a right.

    Args:
        rights: The right for each path that was asked for.
    """
    asked = [rights[str(each.API_NAME)] for each in MODELS.values() if str(each.API_NAME) in rights]
    return asked.count(YES), len(asked)


def versions() -> dict[str, str]:
    """Returns the versions of this library and of its dependencies."""
    found = {name: installed for name in PACKAGES if (installed := _installed(name))}
    surroundings = {"python": platform.python_version(), "openssl": ssl.OPENSSL_VERSION, "system": platform.platform()}
    return {"rpaframework-planhat": __version__, **found, **surroundings}


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
