"""The rows that the stub serves: the keys, lists and objects that rows of Planhat have, and as many bytes.

All rows of a shape have the same length: a number stands in them with as many digits always.
"""

from __future__ import annotations

import json
from typing import Any

NUMBER = "87654321"
"""Stands for the number of a row, wherever it is."""

ID = "65a0000000000000"
KEY = "E"

_CUSTOM = {
    "ARR": 120000,
    "Segment": "Enterprise",
    "Renewal": "2027-01-01T00:00:00.000Z",
    "Plan": "Gold",
    "Seats": 20,
    "Onboarding Done": True,
    "Region": "EMEA north",
    "Account Tier": "Tier 1",
    "Health Comment": "Uses it each day; asked for a second workspace.",
}

COMPANY: dict[str, Any] = {
    "_id": ID + NUMBER,
    "shareable": {"team": {"fields": []}, "enabled": False, "euIds": [], "sunits": False},
    "domains": ["example.com"],
    "tags": ["north", "pilot"],
    "status": "customer",
    "name": f"Name {NUMBER}",
    "externalId": KEY + NUMBER,
    "sourceId": f"001{NUMBER}",
    "owner": "5f0000000000000000000001",
    "phase": "Adoption",
    "features": {},
    "sunits": {},
    "usage": {"logins": 35, "seatsUsed": 12, "exports": 3, "activeUsers": 9},
    "alerts": [],
    "customerFrom": "2024-01-23T15:46:00.000Z",
    "lastRenewal": "2026-01-23T15:46:00.000Z",
    "mr": 3750,
    "mrTotal": 3950,
    "mrr": 3750,
    "mrrTotal": 3750.5,
    "nrr30": 0,
    "nrrTotal": 200,
    "h": 5,
    "nextTouch": 1580229961944,
    "createdAt": "2024-01-01T10:00:00.000Z",
    "updatedAt": "2026-05-01T10:00:00.000Z",
    "custom": _CUSTOM,
}
"""As Planhat lists companies: 27 fields, eleven lists and objects, of which five are empty."""

ENDUSER: dict[str, Any] = {
    "_id": ID + NUMBER,
    "sharedNotificationsPrefs": {"enabled": [], "disabled": [], "disabledEvents": []},
    "otherEmails": [],
    "featured": True,
    "tags": ["decides", "main user"],
    "personas": [],
    "npsUnsubscribed": False,
    "beatTrend": 0,
    "beats": 4,
    "convs14": 0,
    "convsTotal": 7,
    "beatsTotal": 250,
    "experience": 2.5,
    "email": f"someone.{NUMBER}@example.com",
    "firstName": "Ada",
    "lastName": f"Byron {NUMBER}",
    "companyId": "65b00000000000000000000a",
    "companyName": "Name of a company",
    "externalId": KEY + NUMBER,
    "sourceId": f"003{NUMBER}",
    "position": "Head of engineering",
    "phone": "+46-555-0100",
    "name": f"Ada Byron {NUMBER}",
    "createDate": "2024-01-21T11:42:02.562Z",
    "relatedEndusers": [],
    "updatedAt": "2026-01-21T11:42:02.565Z",
    "emailMd5": "0123456789abcdef0123456789abcdef",
    "__v": 0,
    "custom": _CUSTOM,
}
"""As Planhat lists endusers: 29 fields, nine lists and objects, of which six are empty."""

FLAT: dict[str, Any] = {
    **{key: value for key, value in COMPANY.items() if not isinstance(value, (list, dict))},
    "tags": ["north", "pilot"],
    "custom": _CUSTOM,
    "description": "Long text. " * 25,
}
"""With two lists and objects only, which costs the garbage collector least."""


FULL: dict[str, Any] = {
    "_id": ID + NUMBER,
    "name": f"Name {NUMBER}",
    "externalId": KEY + NUMBER,
    "sourceId": f"001{NUMBER}",
    "owner": "5f0000000000000000000001",
    "phase": "Adoption",
    "status": "customer",
    "description": "Grew out of a pilot; the contract was renewed twice. " * 5,
    "city": "Uppsala",
    "country": "Sweden",
    "arr": 2785.5,
    "mrr": 232.125,
    "tags": ["north", "pilot", "reference", "quarterly"],
    "products": ["Base", "Reports", "API"],
    "custom": {name: value for name, value in _CUSTOM.items() if name != "Seats"} | {"ARR": 2785.5},
}
"""Rows of 1 KB with filled fields, two lists of strings, amounts with decimals, and eight custom values."""

VARIANTS: dict[str, dict[str, dict[str, Any]]] = {
    "recorded": {},
    "full": {"companies": FULL, "endusers": {**FULL, "email": f"someone.{NUMBER}@example.com", "firstName": "Ada"}},
    "flat": {"companies": FLAT, "endusers": {**FLAT, "email": f"someone.{NUMBER}@example.com", "firstName": "Ada"}},
}
"""The shapes of rows that every goal has to hold on: as recorded, full, and flat."""


WRITTEN: dict[str, dict[str, Any]] = {
    "recorded": {
        "externalId": KEY + NUMBER,
        "name": f"Name {NUMBER}",
        "phase": "Adoption",
        "status": "customer",
        "description": "d" * 600,
        "custom": {"ARR": 5, "Seats": 2},
    },
    "full": {name: value for name, value in FULL.items() if name not in ("_id", "arr", "mrr")},
    "flat": {
        name: FLAT[name]
        for name in ("externalId", "name", "sourceId", "owner", "phase", "status", "description", "tags", "custom")
    },
}
"""Rows of companies to write, without what Planhat calculates: a lean one, a full one, and a nearly flat one."""

TABLES: dict[str, dict[str, Any]] = {
    "recorded": {name: COMPANY[name] for name in ("externalId", "name", "sourceId", "status", "phase", "owner")},
    "full": WRITTEN["full"],
    "flat": {name: value for name, value in WRITTEN["flat"].items() if name not in ("tags", "custom")},
}
"""What rows of a CSV file say; lists are one cell, each custom value has a column of its own."""


def template(shape: dict[str, Any], select: str = "") -> str:
    """Returns a row as JSON in which `NUMBER` stands for its number.

    Args:
        shape: The row.
        select: Only these fields, with commas, and the id; those that the shape does not have are left out.
    """
    wanted = ["_id", *(each.partition(".")[0] for each in select.split(","))] if select else list(shape)
    return json.dumps({key: shape[key] for key in dict.fromkeys(wanted) if key in shape}, separators=(",", ":"))


def numbered(text: str, number: int) -> str:
    """Returns a template as the row of a number."""
    return text.replace(NUMBER, f"{number:08d}")


def row(shape: dict[str, Any], number: int) -> dict[str, Any]:
    """Returns a row as a dictionary."""
    return json.loads(numbered(template(shape), number))  # type: ignore[no-any-return]
