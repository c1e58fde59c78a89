"""From rows to JSON: names in both spellings, custom fields, what is refused before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.references import address, model_of, reference_text
from RPA.Planhat.operations.rows.convert import payload_of
from RPA.Planhat.operations.rows.payloads import missing_fields, refuse_read_only, require_fields
from RPA.Planhat.types import (
    NPS,
    Company,
    CustomField,
    Enduser,
    Invoice,
    Issue,
    License,
    PlanhatIdType,
    PlanhatObject,
    Sale,
    Task,
    Ticket,
    model_at_path,
)

Team = model_at_path("teams")


@pytest.mark.parametrize(
    ("model", "row", "payload"),
    [
        (Company, {"name": "Acme", "external_id": "A"}, {"name": "Acme", "externalId": "A"}),
        (Company, {"externalId": "A", "csm_score": "3"}, {"externalId": "A", "csmScore": 3}),
        (Company, {"external_id": " A ", "name": " x "}, {"externalId": "A", "name": " x "}),
        (Enduser, {"email": "a@b.c ", "source_id": "\tS"}, {"email": "a@b.c", "sourceId": "S"}),
        (Company, {"phase": None}, {"phase": None}),
        (Company, {}, {}),
        (Company, {"custom.Region": "EMEA"}, {"custom": {"Region": "EMEA"}}),
        (Company, {"custom": {"A": 1}, "custom.B": None}, {"custom": {"A": 1, "B": None}}),
        (Company, {"custom": None}, {"custom": None}),
        (Company, {"custom": {}}, {"custom": {}}),
        (Company, {"custom.With.Dots": 1}, {"custom": {"With.Dots": 1}}),
        (Company, {"_id": "1", "mrr": 5, "name": "x"}, {"name": "x"}),
        (Company({"_id": "1", "__v": 3, "newField": 5, "mrr": 5}), None, {"newField": 5}),
        (Invoice, {"company_id": "c", "due_date": "1970-01-02"}, {"cId": "c", "dueDate": 1}),
        (Task, {"task_type": "call"}, {"type": "call"}),
        (Sale, {"currency": "EUR"}, {"_currency": "EUR"}),
        (Enduser, {"company_id": Company(id="c1")}, {"companyId": "c1"}),
        (Issue, {"company_ids": [Company(external_id="A"), "c2"]}, {"companyIds": ["extid-A", "c2"]}),
        (Team, {"anything": [1], "name": "x"}, {"anything": [1], "name": "x"}),
    ],
)
def test_rows_become_planhats_json(model: Any, row: Any, payload: dict[str, Any]) -> None:
    kind, given = (type(model), model) if row is None else (model, row)
    assert payload_of(kind, given) == payload


def test_a_row_is_left_as_it_was() -> None:
    row = {"custom": {"A": 1}, "custom.B": 2, "tags": "a,b"}
    payload_of(Company, row)["custom"]["C"] = 3
    assert row == {"custom": {"A": 1}, "custom.B": 2, "tags": "a,b"}


def test_keys_may_be_kept_for_an_upsert() -> None:
    assert payload_of(Company, {"_id": "1", "name": "x"}, keep=Company.KEYS) == {"_id": "1", "name": "x"}
    assert payload_of(Company, {"id": "1"}, keep=Company.KEYS) == {"_id": "1"}


@pytest.mark.parametrize(
    ("model", "name", "words"),
    [
        (Company, "pahse", "The model company has no field 'pahse'. Did you mean phase"),
        (Company, "externalid", "Did you mean external_id"),
        (Company, "zzzz", "has no field 'zzzz'. Custom fields are written custom.<Name>=value."),
        (Enduser, "mail", "The model enduser has no field 'mail'. Did you mean email"),
        (Ticket, "custom_x", "The model ticket has no field"),
    ],
)
def test_an_unknown_field_is_refused_with_near_matches(model: Any, name: str, words: str) -> None:
    with pytest.raises(PlanhatValidationError) as caught:
        payload_of(model, {name: 1})
    assert words in str(caught.value)


def test_a_field_given_twice_with_two_values_is_refused() -> None:
    with pytest.raises(PlanhatValidationError, match="external_id is given twice, as external_id and externalId"):
        payload_of(Company, {"external_id": "A", "externalId": "B"})
    assert payload_of(Company, {"external_id": "A", "externalId": "A"}) == {"externalId": "A"}


@pytest.mark.parametrize(
    ("model", "payload", "words"),
    [
        (Company, {}, "A new company needs name."),
        (Company, {"name": ""}, "A new company needs name."),
        (Company, {"name": None}, "A new company needs name."),
        (Sale, {"value": 0}, "A new sale needs company_id and currency."),
        (Enduser, {"companyId": "c"}, "A new enduser needs one of email, external_id, source_id."),
        (License, {"companyId": "c", "_currency": "EUR"}, "A new license needs one of value, mrr, arr."),
        (NPS, {}, "A new NPS response needs email and score."),
        (CustomField, {"name": "x"}, "A new custom field needs parent and type."),
    ],
)
def test_what_is_missing_is_named_in_full(model: type[PlanhatObject], payload: dict[str, Any], words: str) -> None:
    with pytest.raises(PlanhatValidationError) as caught:
        require_fields(model, payload)
    assert str(caught.value) == words


@pytest.mark.parametrize(
    ("model", "payload"),
    [
        (Company, {"name": "x"}),
        (NPS, {"email": "a@b.c", "score": 0}),
        (License, {"companyId": "c", "_currency": "EUR", "mrr": 5}),
        (Team, {}),
    ],
)
def test_what_is_complete_passes(model: type[PlanhatObject], payload: dict[str, Any]) -> None:
    assert missing_fields(model, payload) == ""


@pytest.mark.parametrize("name", ["mrr", "customer_from", "customerFrom", "_id", "id", "updated_at"])
def test_a_field_that_planhat_sets_is_refused_when_named(name: str) -> None:
    with pytest.raises(PlanhatValidationError, match="of a company is set by Planhat and cannot be written"):
        refuse_read_only(Company, {"name": "x", name: 1})
    refuse_read_only(Company, {"name": "x", "custom.mrr": 1})


# ------------------------------------------------------------------------------------------- references


@pytest.mark.parametrize(
    ("reference", "id_type", "path"),
    [
        ("61f", None, "/companies/61f"),
        ("extid-A/1", None, "/companies/extid-A%2F1"),
        ("srcid-S", None, "/companies/srcid-S"),
        ("A", PlanhatIdType.EXTERNAL_ID, "/companies/extid-A"),
        ("extid-A", PlanhatIdType.EXTERNAL_ID, "/companies/extid-extid-A"),
        (Company(id="1", external_id="A"), None, "/companies/1"),
        ({"externalId": "A"}, None, "/companies/extid-A"),
    ],
)
def test_a_reference_becomes_a_path(reference: Any, id_type: PlanhatIdType | None, path: str) -> None:
    assert address(Company, reference, id_type) == path


@pytest.mark.parametrize(
    "reference", ["", " ", "..", ".", "a\nb", "extid-", "srcid-", 12, {}, {"name": "x"}, Company()]
)
def test_what_is_no_reference_is_refused(reference: Any) -> None:
    with pytest.raises(PlanhatValidationError, match="This does not refer to a company"):
        address(Company, reference)


def test_a_record_is_referred_to_by_its_strongest_id() -> None:
    assert reference_text(Company(id="1", source_id="S", external_id="A")) == "1"
    assert reference_text(Company(source_id="S", external_id="A")) == "srcid-S"
    assert reference_text(Invoice(external_id="A")) == "extid-A"
    with pytest.raises(PlanhatValidationError, match="without any id"):
        reference_text(Company(name="x"))


@pytest.mark.parametrize("name", ["company", "/companies", "companies/", Company])
def test_a_model_is_found_by_name_or_path(name: Any) -> None:
    assert model_of(name) is Company


def test_a_path_that_is_not_known_is_a_model_of_its_own() -> None:
    assert model_of("/teams") is Team
    assert model_of("/teams/") is Team


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("compnies", "There is no model 'compnies'. Did you mean companies"),
        ("zzz", "There is no model 'zzz'. Known are: NPS responses, assets"),
        ("", "There is no model ''"),
        ("/", "There is no model '/'"),
        ("teams", "reached by their path, such as /teams"),
    ],
)
def test_an_unknown_model_is_an_error_that_helps(name: str, words: str) -> None:
    with pytest.raises(PlanhatValidationError) as caught:
        model_of(name)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("model", "alone", "in_bulk"),
    [(Invoice, "company_id", "company_id, currency and invoice_date"), (Issue, "title", "title and company_ids")],
)
def test_what_a_bulk_upsert_needs_besides(model: type[PlanhatObject], alone: str, in_bulk: str) -> None:
    assert missing_fields(model, {}) == alone
    assert missing_fields(model, {}, bulk=True) == in_bulk
