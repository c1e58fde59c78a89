"""One record on its way into the store, and the tenant that it is written to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from RPA.Planhat.sandbox.automations import Automations
from RPA.Planhat.sandbox.responses import ApiError, Reason
from RPA.Planhat.sandbox.settings import Dialect

if TYPE_CHECKING:
    from RPA.Planhat.sandbox.model_rules import Document, Model
    from RPA.Planhat.sandbox.store import Store


@dataclass
class Tenant:
    """The records of one sandbox, and the rules that apply to them.

    Attributes:
        store: Where the records are.
        dialect: How Planhat behaves where its behavior is not known.
        forbidden: Paths and verbs for which the token lacks the permission.
        automations: What is called when records change.
    """

    store: Store
    dialect: Dialect = field(default_factory=Dialect)
    forbidden: set[tuple[str, str]] = field(default_factory=set)
    automations: Automations = field(default_factory=Automations)


@dataclass
class Write:
    """One record on its way into the store.

    Attributes:
        model: Its model.
        document: The record as it will be stored.
        sent: What the caller sent, converted.
        old: The record before, when there is one.
        tenant: Where it is written to.
        more: Records that Planhat creates along with it.
    """

    model: Model
    document: Document
    sent: Document
    old: Document | None
    tenant: Tenant
    more: list[tuple[Model, Document]] = field(default_factory=list)

    @property
    def store(self) -> Store:
        """Where the records are."""
        return self.tenant.store

    def changes(self, key: str) -> bool:
        """Tells whether a field gets another value."""
        return self.old is None or self.old.get(key) != self.document.get(key)

    def refuse(self, message: str, reason: Reason = Reason.PAYLOAD) -> ApiError:
        """Returns the error that ends this write."""
        return ApiError(400, message, reason=reason, updating=self.old is not None)
