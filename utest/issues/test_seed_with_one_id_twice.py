"""A seed with one external id in two companies was taken; each later upsert of that id then failed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat.sandbox import Sandbox

if TYPE_CHECKING:
    from pathlib import Path

A, B = "5f0000000000000000000001", "5f0000000000000000000002"
COMPANIES = [{"_id": A, "name": "Acme", "externalId": "A-1"}, {"_id": B, "name": "Bolt", "externalId": "B-1"}]


def _seed(folder: Path, **files: list[dict[str, Any]]) -> str:
    for name, rows in files.items():
        (folder / f"{name}.json").write_text(json.dumps(rows))
    return str(folder)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {"companies": [*COMPANIES, {"name": "Copy", "externalId": "A-1"}]},
            "companies.json, row 3: externalId A-1 belongs to another row",
        ),
        (
            {
                "companies": COMPANIES,
                "assets": [{"name": n, "companyId": c, "sourceId": "S"} for n, c in zip("ab", (A, B), strict=True)],
            },
            "assets.json, row 2: sourceId S belongs to another row",
        ),
        (
            {"companies": COMPANIES, "endusers": [{"externalId": "U-1", "companyId": A}] * 2},
            "endusers.json, row 2: externalId U-1 belongs to another row",
        ),
    ],
)
def test_a_key_belongs_to_one_record(tmp_path: Path, files: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=f"^{said}$"), Sandbox(seed=_seed(tmp_path, **files)):
        pass


def test_what_may_repeat_is_taken(tmp_path: Path) -> None:
    people = [
        {"externalId": "U-1", "companyId": A, "email": "ada@acme.example"},
        {"externalId": "U-1", "companyId": B, "email": "ada@acme.example"},
        {"companyId": A, "email": "ada@acme.example", "externalId": ""},
        {"companyId": A, "email": "bo@acme.example", "externalId": ""},
    ]
    with Sandbox(seed=_seed(tmp_path, companies=COMPANIES, endusers=people)) as sandbox:
        assert len(sandbox.rows("endusers")) == len(people)
