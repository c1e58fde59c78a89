"""How a sandbox is set up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

API_KEY = "sandbox-key"
TENANT_UUID = "00000000-0000-4000-8000-000000000001"
"""The credentials of a sandbox when none are given."""

KEY_VARIABLE = "PLANHAT_SANDBOX_API_KEY"
TENANT_VARIABLE = "PLANHAT_SANDBOX_TENANT_UUID"
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
