"""All that a running sandbox knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from RPA.Planhat.sandbox.dialect import Dialect
from RPA.Planhat.sandbox.faults import Faults
from RPA.Planhat.sandbox.limits import RateLimits
from RPA.Planhat.sandbox.records import Records
from RPA.Planhat.sandbox.requestlog import RequestLog
from RPA.Planhat.sandbox.store import Store

if TYPE_CHECKING:
    from RPA.Planhat.sandbox.settings import Settings


class State:
    """The records, rules and memories of a running sandbox.

    Args:
        settings: How it is set up.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.records = Records(Store(settings.database), Dialect().with_switches(**settings.dialect))
        self.faults = Faults()
        self.limits = RateLimits(active=settings.rate_limits)
        self.log = RequestLog(secrets={settings.api_key, settings.tenant_uuid})
        self.latency = settings.latency

    @property
    def dialect(self) -> Dialect:
        """The dialect that is spoken."""
        return self.records.dialect

    @property
    def store(self) -> Store:
        """Where the records are."""
        return self.records.store
