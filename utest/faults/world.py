"""One robot against one Planhat, and the three things that the matrix speaks of: a read, a keyed write, a create."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from RPA.Planhat import Planhat
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.transport import Settings
from RPA.Planhat.types import Company
from utest.stub import TENANT, TOKEN, an_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from RPA.Planhat.sandbox import Sandbox
    from RPA.Planhat.types import PlanhatObject

    Connect = Callable[..., Planhat]

SHORT: dict[str, Any] = {
    "timeout": 10.0, "connect_timeout": 1.0, "read_timeout": 0.4, "backoff": 0.01, "throttle_backoff": 0.01,
    "longest_wait": 0.05, "retries": 3, "settle": 0.02, "calls_per_minute": 0, "calls_per_second": 0,
}  # fmt: skip
"""Limits with which a test is over soon."""

HOST_OPTIONS = ("proxies", "verify", "read_only", "allow_delete", "tenant_uuid", "analytics_url")

RECORD = b'{"_id": "%s", "name": "Fresh", "phase": "done"}' % an_id(1).encode()
"""An answer that fits each of the three."""


def library(url: str, api_key: Any = TOKEN, **options: Any) -> Planhat:
    """Returns a library with short times whose default connection goes to a URL."""
    hosts = {name: options.pop(name) for name in HOST_OPTIONS if name in options}
    settings = Settings(**{**SHORT, **options})
    given = {"analytics_url": url, "tenant_uuid": TENANT, **hosts}
    made = Planhat(api_key, base_url=url)
    made.connections.open("default", PlanhatSession(api_key, base_url=url, settings=settings, **given))
    return made


def act(planhat: Planhat, kind: str, reference: str = an_id(1)) -> PlanhatObject:
    """Does one of the three: R reads a company, U writes a field of it, C creates a company without a key."""
    if kind == "R":
        return planhat.get_object_by_id(Company, reference)
    if kind == "U":
        return planhat.update_object(Company(id=reference, phase="done"))
    return planhat.create_object(Company(name="Fresh"))


class World:
    """A sandbox with the company Acme, and a library that is connected to it.

    Args:
        sandbox: The sandbox.
        connect: Makes libraries.
    """

    def __init__(self, sandbox: Sandbox, connect: Connect) -> None:
        self.sandbox = sandbox
        self._connect = connect
        self.planhat = connect(sandbox.url)
        self.acme = self.planhat.create_object(Company(name="Acme", external_id="A-1")).id
        self.forget()

    def reconnect(self, **options: Any) -> Planhat:
        """Makes the library anew, with other limits."""
        self.planhat = self._connect(self.sandbox.url, **options)
        return self.planhat

    def fault(self, kind: str, **settings: Any) -> None:
        """Makes requests go wrong from now on."""
        self.sandbox.inject_fault(kind, **settings)

    def forget(self) -> None:
        """Empties the list of requests."""
        self.sandbox.call("forget_requests")

    def act(self, kind: str) -> PlanhatObject:
        """Does one of the three."""
        return act(self.planhat, kind, self.acme)

    @property
    def calls(self) -> list[str]:
        """The verbs of all requests that arrived."""
        return [each["method"] for each in self.sandbox.requests()]

    def effects(self, kind: str) -> int:
        """How often the thing was done: records that were made, or whether the field was written."""
        if kind == "C":
            return len(self.sandbox.rows("companies", name="Fresh"))
        return len(self.sandbox.rows("companies", phase="done"))
