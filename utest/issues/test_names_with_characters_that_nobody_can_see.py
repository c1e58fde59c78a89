"""A name with a character that nobody can see was not found, with a hint that looks the same; each door takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, types
from RPA.Planhat.errors import PlanhatValidationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

UNSEEN = {
    "zero width": "\u200b", "joiner": "\u2060", "BOM": "\ufeff", "left to right": "\u200e", "embedding": "\u202a",
    "soft hyphen": "\u00ad", "isolate": "\u2066",
}  # fmt: skip
SIGNS = "".join(UNSEEN.values())
FIELDS = ("phase", "externalId", "custom.Seats")


def _with(name: str, sign: str) -> list[str]:
    start = len("custom.") if name.startswith("custom.") else 0
    middle = start + (len(name) - start) // 2
    return [name[:middle] + sign + name[middle:], name + sign, name[:start] + sign + name[start:]]


def _row(planhat: Planhat, name: str) -> Any:
    values = {"phase": "new", "externalId": "N", "custom.Seats": 7}
    known = next(each for each in values if each[-3:] == name.strip(SIGNS)[-3:])
    row = {"external_id": "N", "name": "N"} if known != "externalId" else {"name": "N"}
    return planhat.run_keyword("Upsert Companies", [[{**row, name: values[known]}]], {}).counts["created"]


def _names(planhat: Planhat, **options: Any) -> list[str]:
    return [str(each.name) for each in planhat.run_keyword("Get Companies", [], options)]


def _export(planhat: Planhat, folder: Path, name: str) -> list[str]:
    planhat.run_keyword("Export Companies", [folder / "c.csv"], {"columns": {"H": name}})
    return (folder / "c.csv").read_text(encoding="utf-8-sig").split()


def _refused(planhat: Planhat, name: str) -> int:
    mapping = ["n -> name", f"p -> {name}", *(["e -> external_id"] if not name.strip(SIGNS).endswith("Id") else [])]
    report = planhat.run_keyword(
        "Import Companies", [[{"n": "A", "e": "A", "p": "1"}]], {"mapping": mapping, "dry_run": True}
    )
    return int(report.counts["refused"])


DOORS: dict[str, tuple[Callable[[Planhat, Path, str], Any], Any]] = {
    "where": (lambda planhat, _, name: _names(planhat, where=f"{name} is not empty"), ["A", "B"]),
    "sort": (lambda planhat, _, name: _names(planhat, sort=f"-{name}"), ["B", "A"]),
    "filter": (lambda planhat, _, name: _names(planhat, **{name: "2"}), ["B"]),
    "find": (lambda planhat, _, name: planhat.run_keyword("Find Company", [], {name: "2"}).name, "B"),
    "properties": (
        lambda planhat, _, name: [
            str(dict.get(each, "custom", {}).get("Seats") or dict.get(each, "phase") or dict.get(each, "externalId"))
            for each in planhat.run_keyword("Get Companies", [], {"properties": [name]})
        ],
        ["1", "2"],
    ),
    "export": (_export, ["H", "1", "2"]),
    "duplicates": (lambda planhat, _, name: planhat.find_duplicates(types.Company, name), []),
    "find_by": (
        lambda planhat, _, name: planhat.run_keyword(
            "Upsert Companies", [[{"externalId": "A", "name": "A"}]], {"find_by": name, "fail_on_errors": False}
        ).counts["failed"],
        0,
    ),
    "generate_keys": (
        lambda planhat, _, name: planhat.run_keyword(
            "Upsert Companies", [[{"externalId": "A", "name": "A"}]], {"generate_keys": name, "fail_on_errors": False}
        ).counts["failed"],
        0,
    ),
    "mapping": (lambda planhat, _, name: _refused(planhat, name), 0),
    "row": (lambda planhat, _, name: _row(planhat, name), 1),
}


@pytest.fixture
def planhat(planhat: Planhat) -> Planhat:
    planhat.create_object(types.CustomField(name="Seats", type="number", parent="company"))
    rows = [
        {"external_id": each, "name": name, "phase": each, "custom.Seats": int(each)}
        for name, each in (("A", "1"), ("B", "2"))
    ]
    planhat.run_keyword("Upsert Companies", [rows], {})
    return planhat


@pytest.mark.parametrize("door", DOORS)
def test_a_name_means_what_can_be_seen_of_it(planhat: Planhat, tmp_path: Path, door: str) -> None:
    do, expected = DOORS[door]
    wrong = {}
    for field in FIELDS:
        for sign in UNSEEN.values():
            for name in _with(field, sign) if door != "row" else _with(field, sign)[:1]:
                try:
                    found = do(planhat, tmp_path, name)
                except PlanhatValidationError as problem:
                    found = str(problem)
                if found != expected:
                    wrong[name] = found
                if door == "row":
                    planhat.run_keyword("Delete Company", ["extid-N"], {})
    assert not wrong


def test_spaces_that_are_not_plain_ones_are_spaces(planhat: Planhat) -> None:
    planhat.create_object(types.CustomField(name="Contract Type", type="text", parent="company"))
    planhat.run_keyword("Update Company", ["extid-1"], {"custom.Contract\u00a0Type": "paper"})
    for name in ("custom.Contract\u00a0Type", "custom.Contract\u202fType", "custom.Contract Type\u200b"):
        assert _names(planhat, **{name: "paper"}) == ["A"]
        assert _names(planhat, where=f"custom.'{name[7:]}' = paper") == ["A"]


def test_a_field_that_planhat_has_with_such_a_character_is_found_without(planhat: Planhat) -> None:
    made_elsewhere = {"name": "Pl\u200ban", "type": "text", "parent": "company"}
    planhat.run_keyword("planhat_request", ["POST", "/customfields", made_elsewhere], {})
    planhat.run_keyword("Update Company", ["extid-1"], {"custom.Plan": "big"})
    assert planhat.run_keyword("Get Company", ["extid-1"], {}).custom["Pl\u200ban"] == "big"
    assert _names(planhat, **{"custom.Plan": "big"}) == ["A"]
    assert _names(planhat, where="custom.Plan = big") == ["A"]
    with pytest.raises(PlanhatValidationError, match=r"Did you mean 'Pl\\u200ban'\?"):
        _names(planhat, **{"custom.Plam": "big"})
