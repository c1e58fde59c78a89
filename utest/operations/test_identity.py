"""Which keys a model has, where each is unique, and how each compares: one table for every way of writing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from RPA.Planhat import PlanhatNotFoundError, PlanhatValidationError, types
from RPA.Planhat.operations import writing
from RPA.Planhat.operations.reading import read_list
from RPA.Planhat.operations.rows import identity
from RPA.Planhat.operations.rows.identity import NO_IDS
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.types import MODELS
from utest.stub import QUICK, Stub, Table, an_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from RPA.Planhat.sandbox import Sandbox

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


# ------------------------------------------------------------------------------- the same, written once more

KEYS = ("_id", "externalId", "sourceId", "extId", "email", "companyId", "cId", "name")
VALUES = [
    None, "", "x", "X", " x ", "x\u200b", NFC, NFD, NFC.upper(), "stra\u00dfe", "STRASSE", 7, "7", 7.0, 7.5, True,
    ID, ID.upper(), "ada@acme.example", "ADA@acme.example",
]  # fmt: skip


@given(
    name=st.sampled_from(sorted(MODELS)),
    rows=st.lists(st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES)), min_size=1, max_size=5),
    more=st.sampled_from([(), ("name",), ("name", "externalId"), ("sourceId",)]),
)
@example(name="Enduser", rows=[{"email": "ADA@acme.example"}, {"email": " B@acme.example"}], more=())
@example(name="Enduser", rows=[{"email": "ADA@acme.example"}, {"sourceId": "X", "companyId": "c1"}], more=())
@example(
    name="Enduser",
    rows=[{"sourceId": "X", "companyId": "c1"}, {"sourceId": "x", "companyId": "c2"}],
    more=("sourceId",),
)
def test_many_rows_at_once_have_the_identities_that_each_has(
    name: str, rows: list[dict[str, Any]], more: tuple[str, ...]
) -> None:
    model = MODELS[name]
    columns = identity.identity_columns(model, rows, more)
    for number, row in enumerate(rows):
        found = list(dict.fromkeys(column[number] for column in columns.values() if column[number]))
        assert found == identity.identities(model, row, more)


@pytest.mark.parametrize(
    ("record", "name"),
    [
        ({"name": "Acme", "firstName": "Ada", "title": "T"}, "Acme"),
        ({"firstName": "Ada", "lastName": "Byron", "nickName": "ab"}, "Ada Byron"),
        ({"lastName": "Byron"}, "Byron"),
        ({"nickName": "ab"}, "ab"),
        ({"title": "T", "nickName": "ab"}, "T"),
        ({"subject": "S"}, "S"),
        ({"action": "Call"}, "Call"),
        ({}, ""),
    ],
)
def test_what_people_call_a_record(record: dict[str, Any], name: str) -> None:
    assert identity.name_of(record) == name


def test_a_record_may_be_one_of_a_company_unless_both_say_otherwise() -> None:
    assert identity.may_own("c1", {"companyId": "c1"})
    assert identity.may_own("c1", {})
    assert identity.may_own("", {"cId": "c2"})
    assert not identity.may_own("c1", {"cId": "c2"})


def test_a_row_names_its_company_as_records_do() -> None:
    ids = {"extid-A": "c1"}
    assert identity.with_owner({"companyId": "extid-A", "name": "x"}, ids) == {"companyId": "c1", "name": "x"}
    assert identity.with_owner({"cId": "extid-A"}, ids) == {"cId": "c1"}
    for row in ({"companyId": "extid-B"}, {"name": "extid-A"}, {}):
        assert identity.with_owner(row, ids) == row


@pytest.fixture
def planhat(sandbox: Sandbox) -> Iterator[PlanhatSession]:
    session = PlanhatSession(sandbox.api_key, base_url=sandbox.url, analytics_url=sandbox.url, settings=QUICK)
    for name in ("first", "second"):
        writing.create(session, types.Company, {"name": name, "externalId": name, "sourceId": f"crm-{name}"})
    yield session
    session.close()


def person(session: PlanhatSession, company: str, **more: Any) -> types.Enduser:
    return writing.create(session, types.Enduser, {"companyId": f"extid-{company}", "email": f"p@{company}.x", **more})


def test_a_reference_becomes_the_planhat_id_where_planhat_takes_no_other(planhat: PlanhatSession) -> None:
    company = next(each for each in read_list(planhat, types.Company) if each.external_id == "second")
    for reference in (company.id, "extid-second", "srcid-crm-second", company):
        assert identity.planhat_id_of(planhat, types.Company, reference) == company.id
    kept = [types.PlanhatIdType.EXTERNAL_ID]
    assert identity.planhat_id_of(planhat, types.Company, "extid-second", kept) == "extid-second"
    task = {"action": "Call", "companyId": company.id, "sourceId": "t-1"}
    made = writing.create(planhat, types.Task, task)
    assert identity.planhat_id_of(planhat, types.Task, "srcid-t-1") == made.id
    for model, reference in ((types.Company, "extid-nobody"), (types.Task, "srcid-nobody")):
        with pytest.raises(PlanhatNotFoundError, match="nobody"):
            identity.planhat_id_of(planhat, model, reference)
    with pytest.raises(
        PlanhatValidationError, match="cannot refer to a custom field: custom fields have no external id"
    ):
        identity.planhat_id_of(planhat, types.CustomField, "extid-x")


def test_one_external_id_in_two_companies_is_read_from_the_company_of_the_row(planhat: PlanhatSession) -> None:
    people = {name: person(planhat, name, externalId="U-1") for name in ("first", "second")}
    kind = types.PlanhatIdType.EXTERNAL_ID
    for name, made in people.items():
        for company in (made.company_id, f"extid-{name}", f"srcid-crm-{name}"):
            row = {"externalId": "U-1", "companyId": company}
            assert identity.read_own(planhat, types.Enduser, row, kind).id == made.id
    own = person(planhat, "first", externalId="U-2", email="q@first.x")
    row = {"externalId": "U-2", "companyId": "extid-first"}
    assert identity.read_own(planhat, types.Enduser, row, kind).id == own.id
    with pytest.raises(PlanhatNotFoundError):
        identity.read_own(planhat, types.Enduser, {**row, "companyId": "extid-second"}, kind)


def test_an_id_that_planhat_does_not_read_by_is_looked_for_in_the_list(stub: Stub, session: PlanhatSession) -> None:
    tickets = [{"_id": an_id(number), "sourceId": f"S-{min(number, 2)}"} for number in (1, 2, 3)]
    stub.on("GET /tickets", Table(tickets))
    assert identity.planhat_id_of(session, types.Ticket, "srcid-S-1") == an_id(1)
    with pytest.raises(PlanhatValidationError, match="2 tickets have the id srcid-S-2: refer to one by its Planhat id"):
        identity.planhat_id_of(session, types.Ticket, "srcid-S-2")
    with pytest.raises(PlanhatNotFoundError, match="there is no ticket srcid-S-9"):
        identity.planhat_id_of(session, types.Ticket, "srcid-S-9")


ANY_TEXT = st.text("aB \x00\t\x1c\u00a0\u200bÉe\u0301ß", max_size=4)


@given(st.lists(st.one_of(ANY_TEXT, st.none(), st.just([]), st.integers(0, 3), st.floats(0, 2), st.booleans())))
@example(["Ada  Byron", " ada byron"])
@example(["a \0 b"])
@example(["b \0", "b"])
@example([""])
def test_many_names_compare_as_each_of_them(values: list[Any]) -> None:
    each = [None if value in (None, "", []) else identity.comparable_name(value) for value in values]
    assert identity.comparable_names(values) == each


@given(st.lists(st.text("aB \x00\t\x1c\x85", max_size=4)))
def test_many_plain_strings_compare_as_each_of_them(values: list[Any]) -> None:
    each = [identity.comparable_name(value) if value else None for value in values]
    assert identity.comparable_names(values) == each


WORDS = [
    "A-1",
    "NULL",
    "nan",
    "n/a",
    "Nora",
    "undefined",
    "Undefined 2",
    "A 1",
    " A",
    "A ",
    "A\n1",
    "1E+5",
    "A+1",
    "-",
    "é",
    "",
]


def is_plain(text: str) -> bool:
    """Whether an id is stored as it is, rule by rule."""
    begins = text[:1].isalnum() and text.strip() == text
    return begins and text.isascii() and text.isprintable() and "e+" not in text.lower() and text.lower() not in NO_IDS


@settings(max_examples=500, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=3)), max_size=4))
def test_ids_are_plain_together_if_each_is_alone(ids: list[str]) -> None:
    assert identity.are_plain_ids(ids) == all(map(is_plain, ids))
