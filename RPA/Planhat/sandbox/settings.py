"""How a sandbox is set up: its credentials, its data, and its dialect.

The dialect holds open questions about Planhat, as switches. Each switch defaults to the safest assumption.
The other positions are what Planhat might do as well, so that a program can be tried under all of them.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

PREFIX = "/__sandbox__/"
"""Where the operations on the running sandbox are, as JSON; for this machine only."""

PAGE = "/"
CONTRACT = "/openapi.json"

CONTROL_HEADER = "X-Sandbox-Control"
"""The header with the token that operations need: they act with the rights of whoever started the sandbox."""

API_KEY = "sandbox-key"
TENANT_UUID = "00000000-0000-4000-8000-000000000001"
"""The credentials of a sandbox when none are given."""

KEY_VARIABLE = "PLANHAT_SANDBOX_API_KEY"
TENANT_VARIABLE = "PLANHAT_SANDBOX_TENANT_UUID"
CONTROL_VARIABLE = "PLANHAT_SANDBOX_CONTROL_TOKEN"
"""Environment variables that give them, out of sight of the list of processes."""


@dataclass
class Settings:
    """How a sandbox is set up.

    Attributes:
        seed: `demo`, `empty`, or a folder with one JSON or CSV file for each model.
        api_key: The token that the API accepts.
        tenant_uuid: The tenant of the analytics host.
        companies: How many companies the demo has.
        seed_number: Where the chance of the demo begins.
        database: The file that keeps the data; in memory when none is given.
        dialect: Switches of the dialect that are set.
        rate_limits: Whether the documented limits apply.
        latency: Seconds that each answer takes at least.
        allow_hosts: Names by which the sandbox may be called besides those of this machine.
        control_token: What operations on the running sandbox need; another one for each sandbox by default.
    """

    seed: str = "demo"
    api_key: str = API_KEY
    tenant_uuid: str = TENANT_UUID
    companies: int = 60
    seed_number: int = 1
    database: Path | None = None
    dialect: dict[str, str] = field(default_factory=dict)
    rate_limits: bool = False
    latency: float = 0.0
    allow_hosts: frozenset[str] = frozenset()
    control_token: str = field(default_factory=lambda: os.environ.get(CONTROL_VARIABLE) or secrets.token_urlsafe(24))

    def variables(self) -> dict[str, str]:
        """Returns the credentials as environment variables for a process of its own."""
        return {KEY_VARIABLE: self.api_key, TENANT_VARIABLE: self.tenant_uuid, CONTROL_VARIABLE: self.control_token}


NO = False
BODIES = ("message", "error", "errors", "text", "html", "empty")


def _switch(default: Any, doc: str, choices: tuple[str, ...] = ()) -> Any:
    return field(default=default, metadata={"doc": doc, "choices": choices})


@dataclass(frozen=True)
class Dialect:
    """One way in which Planhat may behave where its behaviour is not known."""

    error_bodies: str = _switch("message", "Form of error answers.", BODIES)
    unauthorized_bodies: str = _switch("message", "Form of the answer 401.", BODIES)
    unknown_routes: str = _switch("404", "Answer to an unknown route with a valid token.", ("404", "401"))
    patch: str = _switch(
        "404", "PATCH, which Planhat does not document: unknown, or the same as PUT.", ("404", "update")
    )
    created_status: int = _switch(200, "Status of a successful create: 200 or 201.", ("200", "201"))
    item_errors: str = _switch("text", "Form of the errors of single rows in a bulk upsert.", ("text", "object"))
    repeated_items: str = _switch(
        "update", "Two rows of one request with the same key: the second updates, or is refused.", ("update", "refuse")
    )
    unmatched_key: str = _switch(
        "next",
        "The strongest key of a row matches nothing: the next one is tried, or the row inserted.",
        ("next", "insert"),
    )
    validation_errors: bool = _switch(NO, "Bulk answers of all models have `validationErrors`.")
    id_in_update: str = _switch("ignore", "The record's own `_id` in the body of an update.", ("ignore", "refuse"))
    read_only_fields: str = _switch("ignore", "Fields that only Planhat sets, in a body.", ("ignore", "refuse"))
    unknown_fields: str = _switch("ignore", "Fields that the model has not.", ("ignore", "keep", "refuse"))
    unknown_custom: str = _switch(
        "keep", "Values of custom fields without or against a definition.", ("keep", "refuse")
    )
    custom_update: str = _switch("merge", "`custom` in an update.", ("merge", "replace"))
    null_values: str = _switch(
        "store", "A field that is set to null: null is stored, or the field gone.", ("store", "drop")
    )
    email_case: str = _switch("ignore", "Letter case when e-mail addresses are compared.", ("ignore", "exact"))
    enduser_without_company: str = _switch(
        "refuse",
        "An enduser that maps to no company: 400, or 200 with an empty body and nothing stored.",
        ("refuse", "drop"),
    )
    page_cap: int = _switch(0, "Rows that any list sends at most; 0 leaves it to the model.")
    limit_above_maximum: str = _switch("clamp", "A `limit` above the maximum.", ("clamp", "refuse"))
    list_shape: str = _switch("array", "Form of lists; `envelope` is an object with `data`.", ("array", "envelope"))
    owner_objects: bool = _switch(NO, "Lists show `owner` and `coOwner` of companies as objects.")
    user_roles: str = _switch(
        "documented",
        "Roles of users: ids after PUT and objects from GET one, or objects after PUT and ids from GET one.",
        ("documented", "swapped"),
    )
    array_operations: str = _switch(
        "refuse",
        "An object where a list belongs: 400, or played with an invented syntax, `{add: [...], remove: [...]}`.",
        ("refuse", "invented"),
    )
    delete_answers: str = _switch(
        "documented", "Answer to a delete.", ("documented", "count", "document", "empty", "text")
    )
    delete_unknown: str = _switch("404", "Deleting what is not there.", ("404", "count"))
    rate_headers: str = _switch("both", "Spelling of the rate limit headers.", ("both", "old", "new", "none"))
    retry_after: str = _switch("none", "The header `Retry-After` of a 429.", ("none", "seconds", "date"))
    analytics_bodies: str = _switch("documented", "Answer of the analytics host.", ("documented", "empty"))
    unknown_tenant: str = _switch(
        "accept", "Analytics for an unknown tenant: 200 and dropped, or 404.", ("accept", "refuse")
    )
    duplicate_custom_fields: str = _switch(
        "refuse", "A second custom field with the name and parent of another.", ("refuse", "keep")
    )
    cors: bool = _switch(NO, "Answers allow pages of other origins to read them.")

    def with_switches(self, **switches: Any) -> Dialect:
        """Returns this dialect with some switches set; strings are converted.

        Raises:
            ValueError: If there is no such switch, or no such position.
        """
        known = {each.name: each for each in fields(self)}
        unknown = [name for name in switches if name not in known]
        if unknown:
            raise ValueError(f"No switch {', '.join(unknown)}. There are: {', '.join(known)}.")
        return replace(self, **{name: _position(known[name], value) for name, value in switches.items()})

    @classmethod
    def table(cls) -> list[tuple[str, str, str, str]]:
        """Returns name, default, positions and explanation of each switch."""
        return [
            (each.name, str(each.default), " ".join(_choices(each)), str(each.metadata["doc"])) for each in fields(cls)
        ]


def _choices(switch: Any) -> tuple[str, ...]:
    if isinstance(switch.default, bool):
        return ("true", "false")
    return tuple(switch.metadata["choices"])


def _position(switch: Any, value: Any) -> Any:
    text = str(value).strip()
    choices = _choices(switch)
    if choices and text.lower() not in choices:
        raise ValueError(f"{switch.name} can be {', '.join(choices)}; not {text!r}.")
    if isinstance(switch.default, bool):
        return text.lower() == "true"
    if isinstance(switch.default, int):
        if not text.isdigit():
            raise ValueError(f"{switch.name} must be a whole number, not {text!r}.")
        return int(text)
    return text.lower()
