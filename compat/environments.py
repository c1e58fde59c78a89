"""The environments in which the library is tried: which Python, which versions, which neighbours, how installed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PYTHONS: Final = ("3.10", "3.11", "3.12", "3.13")
AS_WEBASSEMBLY: Final = "3.14"
"""A version that `compat.wasm` tries, for machines that have no other build of it."""

ROBOTS: Final = ("6.1.1", "7.0", "7.4", "7.5")
OLDEST: Final = (
    "robotframework-pythonlibcore==4.2.0",
    "requests==2.31.0",
    "Markdown==3.4",
)
NEWEST: Final = ("robotframework-pythonlibcore", "requests", "Markdown")
TOOLS: Final = (
    "robocorp-vault",
    "robotframework-datadriver",
    "robotframework-pabot",
    "robotframework-robocop",
    "robotcode[analyze]",
)
"""What people have beside rpaframework."""

NEIGHBOURS: Final = {
    "33": ("rpaframework==33.*", "rpaframework-hubspot", "robotframework-browser", *TOOLS),
    # Its Hubspot client wants pkg_resources, which newer setuptools have no more.
    "29": ("rpaframework==29.0.0", "rpaframework-hubspot", "setuptools<81", *TOOLS),
}
"""By version of rpaframework: what is installed with it. Public templates of Robocorp still pin 29."""


@dataclass(frozen=True)
class Environment:
    """One way to have the library.

    Attributes:
        python: The version of Python.
        robot: The version of Robot Framework, where one is asked for.
        oldest: Everything else in the oldest versions that the metadata allows, instead of the newest.
        rpaframework: The version beside which the library is installed, if any.
        editable: An editable install instead of a wheel.
        ours_first: The library is installed before its neighbours, instead of after them.
    """

    python: str
    robot: str = ""
    oldest: bool = False
    rpaframework: str = ""
    editable: bool = False
    ours_first: bool = False

    @property
    def requirements(self) -> tuple[str, ...]:
        """What is installed besides the library."""
        if self.rpaframework:
            return NEIGHBOURS[self.rpaframework]
        return (f"robotframework=={self.robot}", *(OLDEST if self.oldest else NEWEST))

    @property
    def is_extreme(self) -> bool:
        """Whether everything in it is as old or as new as it may be."""
        return (self.robot, self.oldest) in {(ROBOTS[0], True), (ROBOTS[-1], False)}

    @property
    def name(self) -> str:
        """What tells it from all others."""
        if self.rpaframework:
            return f"Python {self.python}, rpaframework {self.rpaframework}, {self.installed}"
        return f"Python {self.python}, Robot Framework {self.robot}, {self.others} others"

    @property
    def others(self) -> str:
        """Which versions everything else has."""
        return "oldest" if self.oldest else "newest"

    @property
    def installed(self) -> str:
        """How the library is installed."""
        return f"{'editable' if self.editable else 'wheel'}, {'first' if self.ours_first else 'last'}"


def alone() -> list[Environment]:
    """Returns the environments without neighbours: each Python with each Robot Framework."""
    first, *middle, last = ROBOTS
    ages = [
        (first, True),
        (first, False),
        *((robot, robot == middle[0]) for robot in middle),
        (last, True),
        (last, False),
    ]
    return [Environment(python, robot, oldest) for python in PYTHONS for robot, oldest in ages]


def beside() -> list[Environment]:
    """Returns the environments beside rpaframework: each Python, and each way and order to install."""
    everywhere = [Environment(python, rpaframework=version) for version in NEIGHBOURS for python in PYTHONS]
    ways = [(True, False), (False, True), (True, True)]
    ordered = [
        Environment("3.11", rpaframework=version, editable=editable, ours_first=first)
        for version in NEIGHBOURS
        for editable, first in ways
    ]
    return [*everywhere, *ordered]


def extremes(python: str) -> list[Environment]:
    """Returns the two that every change has to pass: all floors, and everything new beside rpaframework."""
    return [Environment(python, ROBOTS[0], oldest=True), Environment(python, rpaframework="33")]
