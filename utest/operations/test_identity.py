"""Which keys a model has, where each is unique, and how each compares: one table for every way of writing."""

from __future__ import annotations

from typing import Any

import pytest

from RPA.Planhat import types
from RPA.Planhat.operations.rows import identity
from RPA.Planhat.types import MODELS

NFD, NFC = "Socie\u0301te\u0301", "Société"
ID = "61f0c0ffee61f0c0ffee61f0"

SAME = [
    ("_id", ID, ID.upper()),
    ("_id", ID, f" {ID} "),
    ("email", "ada@acme.example", "ADA@Acme.Example"),
    ("email", "ada@acme.example", "\u200bada@acme.example\u00a0"),
    ("externalId", "A-1", " A-1 "),
    ("externalId", "A-1", "A-1\u200b"),
    ("externalId", "A-1", "\ufeffA-1"),
    ("externalId", "A-1", "\u00a0A-1\u202f"),
    ("externalId", NFC, NFD),
    ("externalId", "1002", 1002),
    ("externalId", "1002", 1002.0),
    ("externalId", 1002, 1002.0),
    ("sourceId", "0015g00000XyZ", " 0015g00000XyZ"),
    ("sourceId", NFC, NFD),
    ("sourceId", 7, "7"),
    ("extId", "I-1", "I-1 "),
]
"""Values of a key that mean one record."""

DIFFERENT = [
    ("externalId", "a-1", "A-1"),
    ("sourceId", "0015g00000XyZ", "0015g00000xyz"),
    ("extId", "i-1", "I-1"),
    ("externalId", "A 1", "A1"),
    ("externalId", "A\u200d1", "A1"),
    ("externalId", "1002.0", "1002"),
    ("externalId", 1002.5, "1002"),
    ("externalId", "01002", "1002"),
    ("externalId", "e\u0301", "e"),
    ("email", "ada@acme.example", "ada@acme.example.com"),
]
"""Values of a key that mean two records."""

NAMES = [("Acme AB", "acme  ab"), (NFC, NFD.upper()), (" Acme", "Acme\u200b"), ("Straße", "STRASSE"), (7, "7")]
"""Names that are one: case and repeated spaces do not matter."""


def shown(value: Any) -> str:
    return ascii(value).replace("\\", "")  # other programs run single tests by these names


@pytest.mark.parametrize(("key", "one", "other"), SAME, ids=shown)
def test_one_record(key: str, one: Any, other: Any) -> None:
    assert identity.comparable(key, one) == identity.comparable(key, other)


@pytest.mark.parametrize(("key", "one", "other"), DIFFERENT, ids=shown)
def test_two_records(key: str, one: Any, other: Any) -> None:
    assert identity.comparable(key, one) != identity.comparable(key, other)


@pytest.mark.parametrize(("one", "other"), NAMES, ids=shown)
def test_names_that_are_one(one: Any, other: Any) -> None:
    assert identity.comparable_name(one) == identity.comparable_name(other)


def test_a_name_with_a_joined_emoji_keeps_it() -> None:
    assert identity.key_text(" 👩\u200d💻 Acme ") == "👩\u200d💻 Acme"


OF_COMPANY = ("externalId", "extId", "email")


@pytest.mark.parametrize("name", MODELS)
def test_keys_that_are_unique_within_a_company_come_with_it(name: str) -> None:
    model = MODELS[name]
    owner = identity.owner_key(model)
    for key in model.KEYS:
        one = identity.identities(model, {key: "x", **({owner: "c1"} if owner else {})})
        other = identity.identities(model, {key: "x", **({owner: "c2"} if owner else {})})
        assert (one != other) is (bool(owner) and key in OF_COMPANY), key
        assert identity.needs_owner(model, key) is (one != other)


@pytest.mark.parametrize(
    ("model", "owned"),
    [
        (types.Company, ""),
        (types.User, ""),
        (types.Enduser, "companyId"),
        (types.Invoice, "cId"),
        (types.License, "companyId"),
    ],
)
def test_models_name_their_company_or_have_none(model: Any, owned: str) -> None:
    assert identity.owner_key(model) == owned


def test_source_ids_are_unique_for_the_model_and_external_ids_of_companies_too() -> None:
    assert identity.identities(types.Company, {"externalId": "A-1", "companyId": "c"}) == ["externalId=A-1"]
    row = {"sourceId": "S-1", "externalId": "U-1", "email": "ADA@x.example", "companyId": "c1"}
    expected = ["sourceId=S-1", "externalId=U-1 c1", "email=ada@x.example c1"]
    assert identity.identities(types.Enduser, row) == expected
    assert identity.strongest_key(types.Enduser, row) == "sourceId"


def test_further_fields_compare_as_names_do() -> None:
    one = identity.identities(types.Company, {"name": "Acme  AB"}, ["name"])
    assert one == identity.identities(types.Company, {"name": "acme ab"}, ["name"]) == ["name=acme ab"]


@pytest.mark.parametrize(
    ("model", "row", "unique"),
    [
        (types.Enduser, {"email": "a@x.example"}, False),
        (types.User, {"email": "a@x.example"}, False),
        (types.Enduser, {"email": "a@x.example", "externalId": "U-1"}, True),
        (types.Enduser, {"externalId": ""}, False),
        (types.Company, {"externalId": "A-1"}, True),
        (types.Company, {"name": "Acme"}, False),
        (types.Ticket, {"externalId": "T-1"}, False),
        (types.Invoice, {"extId": "I-1"}, True),
        (types.Invoice, {"externalId": "I-1"}, False),
    ],
)
def test_only_a_key_of_one_record_may_be_sent_twice(model: Any, row: dict[str, Any], unique: bool) -> None:
    assert model.has_unique_key(row) is unique
    assert identity.is_unique(identity.strongest_key(model, row)) is unique


def test_a_company_is_named_by_an_id_a_reference_or_a_record() -> None:
    assert identity.owner_of({"companyId": " c1 "}) == "c1"
    assert identity.owner_of({"cId": {"_id": "c1"}}) == "c1"
    assert identity.owner_of({"companyId": "", "cId": "c2"}) == "c2"
    assert identity.owner_of({}) == ""
