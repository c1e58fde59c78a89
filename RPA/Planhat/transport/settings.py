"""The limits and delays that a transport keeps, each with its meaning for a user."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.text.files import file_path
from RPA.Planhat.text.messages import unknown_option

if TYPE_CHECKING:
    from collections.abc import Mapping


class Unit(Enum):
    """What the value of a setting counts."""

    SECONDS = "seconds, or a time such as 2 min"
    COUNT = "a whole number"
    BYTES = "bytes, or a size such as 64 MB"
    FILE = "the path of a file"

    def shown(self, value: Any) -> str:
        """Returns a value as people write it, such as `5 min` or `256 MB`."""
        if self is Unit.SECONDS:
            return f"{value / 60:g} min" if value >= 60 else f"{value:g} s"
        return f"{value / _MEGABYTE:g} MB" if self is Unit.BYTES else "none" if value is None else str(value)


class Setting(NamedTuple):
    """One of the settings, as its documentation, its arguments and its conversion need it."""

    name: str
    unit: Unit
    default: Any
    doc: str
    positive: bool

    def check(self, value: Any) -> None:
        """Refuses what the setting cannot be.

        Raises:
            PlanhatValidationError: If the value is of another type, or senseless.
        """
        if self.unit is Unit.FILE:
            if value is not None:
                file_path(value, self.name)
            return
        whole = (int,) if self.unit in (Unit.COUNT, Unit.BYTES) else (int, float)
        number = isinstance(value, whole) and not isinstance(value, bool)
        if not (number and 0 <= value <= MOST and (value > 0 or not self.positive)):
            raise PlanhatValidationError(f"{self.name} is {self.unit.value}{self._bounds}; not {value!r}.")

    @property
    def _bounds(self) -> str:
        return ", more than 0" if self.positive else ", 0 or more"


_MEGABYTE = 1 << 20

MOST = 1_000_000_000_000
"""No limit is larger: not in seconds, calls or bytes."""

CONNECTIONS = 50
"""Connections that are kept to a host when the number of parallel calls has no limit."""


def _setting(default: Any, unit: Unit, doc: str, *, positive: bool = False) -> Any:
    return field(default=default, metadata={"unit": unit, "doc": doc, "positive": positive})


def _seconds(default: float, doc: str, *, positive: bool = False) -> Any:
    return _setting(default, Unit.SECONDS, doc, positive=positive)


def _count(default: int, doc: str) -> Any:
    return _setting(default, Unit.COUNT, doc)


@dataclass(frozen=True)
class Settings:
    """How long to wait, how often to try again, and how fast to go.

    What each field means is written beside it, once: the arguments of the library and of `Connect To Planhat`, their
    documentation, and the table in the guide are made from it. Times are seconds.

    Raises:
        PlanhatValidationError: If a value is of another type, or senseless.
    """

    timeout: float = _seconds(
        300.0, "Maximum time for one call in all: every attempt, every wait, reading the response.", positive=True
    )
    connect_timeout: float = _seconds(10.0, "Maximum time to connect, for each address of the host.", positive=True)
    read_timeout: float = _seconds(
        60.0, "Maximum time without data while sending a request or reading the response.", positive=True
    )
    bulk_read_timeout: float = _seconds(180.0, "The same for calls with many rows, which take longer.", positive=True)
    retries: int = _count(4, "Attempts after the first; 0 switches retrying off.")
    backoff: float = _seconds(
        0.5, "Maximum delay before the first retry. The actual delay is random; the maximum doubles with every retry."
    )
    throttle_backoff: float = _seconds(2.0, "The same after Planhat asked to slow down without saying for how long.")
    longest_wait: float = _seconds(30.0, "Upper bound of these random delays.")
    longest_retry_after: float = _seconds(
        120.0, "Longest wait that Planhat may ask for; when it asks for more, the call fails at once."
    )
    settle: float = _seconds(
        5.0,
        "Delay before a create whose response was lost is looked up by its key; doubled for two more looks. "
        "Rows of an upsert are looked up once, at the end.",
    )
    calls_per_minute: int = _count(
        200, "Maximum number of calls started within any 60 seconds; Planhat's limit is 200. 0 for no limit."
    )
    calls_per_second: int = _count(150, "Maximum number of calls started within any second. 0 for no limit.")
    parallel: int = _count(
        50, "Maximum number of calls at the same time. 0 for as many as connections are kept, which is 50."
    )
    rows_in_memory: int = _count(
        256, "MB of rows that an import, a sync or an upsert keeps in memory; more are kept in a temporary file."
    )
    rate_limit_file: str | None = _setting(
        None,
        Unit.FILE,
        "A file, created when missing, through which all robots of a machine share the limits on calls.",
    )
    largest_answer: int = _setting(
        256 * _MEGABYTE, Unit.BYTES, "Maximum size of a response, after decompression.", positive=True
    )

    def __post_init__(self) -> None:
        """Checks all values."""
        for each in SETTINGS:
            each.check(getattr(self, each.name))

    @property
    def connections(self) -> int:
        """Calls that may be under way at the same time."""
        return self.parallel or CONNECTIONS

    def with_limits(self, limits: Mapping[str, Any]) -> Settings:
        """Returns the settings with some of them changed.

        Args:
            limits: New values by name.

        Raises:
            PlanhatValidationError: If a name is unknown, or a value senseless.
        """
        for name in limits:
            if name not in _NAMES:
                raise PlanhatValidationError(unknown_option(name, _NAMES))
        return replace(self, **limits)


SETTINGS: tuple[Setting, ...] = tuple(
    Setting(each.name, default=each.default, **each.metadata) for each in fields(Settings)
)
"""All settings, in the order in which they are shown."""

_NAMES = tuple(each.name for each in SETTINGS)
