"""The models are what the fact reference says: paths, verbs, keys, page sizes, parameters, fields."""

from __future__ import annotations

import re

import pytest

from RPA.Planhat import types
from RPA.Planhat.types import MODELS, Kind, PlanhatIdType, PlanhatObject, Verb, find_model, model_at_path

ID, SOURCE, EXTERNAL = PlanhatIdType.PLANHAT_ID, PlanhatIdType.SOURCE_ID, PlanhatIdType.EXTERNAL_ID
EVERY_ID = {ID, SOURCE, EXTERNAL}
ALL = set(Verb)
STANDARD_KEYS = ("_id", "sourceId", "externalId")

NAMES = {
    "Asset", "Campaign", "Churn", "Company", "Conversation", "CustomField", "Deal", "DimensionData", "Enduser",
    "Invoice", "Issue", "License", "LineItem", "NPS", "Note", "Objective", "Opportunity", "Product", "Project", "Sale",
    "Task", "Ticket", "TimeEntry", "Timesheet", "User", "Workflow", "Workspace",
}  # fmt: skip

PATHS = {
    "Asset": "assets", "Campaign": "campaigns", "Churn": "churn", "Company": "companies",
    "Conversation": "conversations", "CustomField": "customfields", "Deal": "deals", "DimensionData": "dimensiondata",
    "Enduser": "endusers", "Invoice": "invoices", "Issue": "issues", "License": "licenses", "LineItem": "lineitems",
    "NPS": "nps", "Note": "conversations", "Objective": "objectives", "Opportunity": "opportunities",
    "Product": "products", "Project": "projects", "Sale": "sales", "Task": "tasks", "Ticket": "tickets",
    "TimeEntry": "timeentries", "Timesheet": "timesheets", "User": "users", "Workflow": "workflows",
    "Workspace": "workspaces",
}  # fmt: skip

VERBS = {
    "CustomField": ALL - {Verb.UPSERT},
    "Ticket": {Verb.LIST, Verb.UPSERT, Verb.DELETE},
    "Workflow": {Verb.LIST},
    "DimensionData": {Verb.LIST},
}

KEYS = {
    "Churn": ("_id", "sourceId"),
    "Conversation": ("_id", "externalId"),
    "CustomField": ("_id",),
    "DimensionData": (),
    "Enduser": (*STANDARD_KEYS, "email"),
    "Invoice": ("_id", "sourceId", "extId"),
    "Issue": ("_id", "sourceId"),
    "NPS": ("_id", "sourceId"),
    "Note": ("_id", "externalId"),
    "Opportunity": ("_id", "externalId"),
    "Task": ("_id", "sourceId"),
    "Ticket": ("_id", "sourceId"),
    "TimeEntry": ("_id",),
    "Timesheet": ("_id",),
    "User": ("_id", "externalId", "email"),
    "Workflow": (),
}

READ_BY = {
    "Churn": {ID},
    "Conversation": {ID, EXTERNAL},
    "CustomField": {ID},
    "DimensionData": set(),
    "Issue": {ID, SOURCE},
    "NPS": {ID, SOURCE},
    "Note": {ID, EXTERNAL},
    "Task": {ID, SOURCE},
    "Ticket": set(),
    "TimeEntry": {ID},
    "Timesheet": {ID},
    "User": {ID, EXTERNAL},
    "Workflow": set(),
}

WRITE_BY = {
    **READ_BY,
    "Churn": {ID, SOURCE},
    "Conversation": EVERY_ID,
    "Note": EVERY_ID,
    "Opportunity": {ID, EXTERNAL},
}

PAGES = {
    "Company": (100, 5000),
    "Conversation": (30, 2000),
    "DimensionData": (100, 10000),
    "NPS": (100, 10000),
    "Note": (30, 2000),
    "Task": (500, 10000),
    "Ticket": (500, 10000),
    "User": (10000, 10000),
}

REQUIRED = {
    "Asset": {"name", "companyId"},
    "Campaign": {"name", "companyId"},
    "Churn": set(),
    "Company": {"name"},
    "Conversation": {"companyId"},
    "CustomField": {"name", "parent", "type"},
    "Enduser": set(),
    "Invoice": {"cId"},
    "Issue": {"title"},
    "NPS": {"email", "score"},
    "Objective": {"name", "companyId"},
    "Opportunity": {"companyId"},
    "Product": {"name"},
    "Project": {"name", "companyId"},
    "Sale": {"companyId", "_currency", "value"},
    "Task": {"companyId"},
    "Ticket": {"sourceId", "email"},
    "TimeEntry": {"date", "hours"},
    "Timesheet": set(),
    "User": {"nickName", "email", "firstName", "lastName"},
    "Workspace": {"name", "companyId"},
}

PARAMETERS = {
    "Churn": {"downgrades", "from", "to"},
    "Conversation": {"type"},
    "DimensionData": {"dimid", "from", "to"},
    "Enduser": {"email", "euId", "archived"},
    "NPS": {"npsExpiryDay"},
    "Note": {"type"},
    "Task": {"enduserIds", "isArchived"},
    "Ticket": {"status", "email", "search"},
}

MANY_COMPANIES = {"Company", "Enduser", "Conversation", "Note", "Invoice", "Ticket", "Task", "NPS"}

every_model = pytest.mark.parametrize("model", list(MODELS.values()), ids=list(MODELS))


def test_the_registry_has_the_models_of_the_predecessor_and_the_seven_new_ones() -> None:
    assert set(MODELS) == NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_model_is_importable_from_types(name: str) -> None:
    assert getattr(types, name) is MODELS[name]


@every_model
def test_each_model_has_its_path(model: type[PlanhatObject]) -> None:
    assert PATHS[model.__name__] == model.API_NAME
    assert model.SINGULAR
    assert model.PLURAL


@every_model
def test_each_model_has_the_verbs_that_planhat_gives_it(model: type[PlanhatObject]) -> None:
    assert set(model.VERBS) == VERBS.get(model.__name__, ALL)


@every_model
def test_each_model_has_its_keys_in_match_order(model: type[PlanhatObject]) -> None:
    assert KEYS.get(model.__name__, STANDARD_KEYS) == model.KEYS


@every_model
def test_each_model_says_by_which_ids_it_is_read_and_written(model: type[PlanhatObject]) -> None:
    assert set(model.READ_BY) == READ_BY.get(model.__name__, EVERY_ID)
    assert set(model.WRITE_BY) == WRITE_BY.get(model.__name__, EVERY_ID)


@every_model
def test_each_model_has_its_page_sizes_and_asks_within_them(model: type[PlanhatObject]) -> None:
    assert (model.PAGE.default, model.PAGE.largest) == PAGES.get(model.__name__, (100, 2000))
    assert 0 < model.PAGE.size <= model.PAGE.largest


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_each_model_requires_what_planhat_requires(name: str) -> None:
    assert {field.key for field in MODELS[name].required()} == REQUIRED[name]


@every_model
def test_each_model_has_the_list_parameters_that_planhat_has(model: type[PlanhatObject]) -> None:
    assert {each.name for each in model.PARAMETERS} == PARAMETERS.get(model.__name__, set())
    assert model.MANY_COMPANIES is (model.__name__ in MANY_COMPANIES)


@every_model
def test_each_field_is_documented_in_one_sentence(model: type[PlanhatObject]) -> None:
    for field in model.known_fields().values():
        assert re.fullmatch(r"[A-Z`].*\.", field.doc), f"{model.__name__}.{field.name}: {field.doc!r}"
    for parameter in model.PARAMETERS:
        assert re.fullmatch(r"[A-Z`].*\.", parameter.doc), f"{model.__name__}: {parameter.name}"
    assert model.__doc__


@every_model
def test_no_two_fields_of_a_model_share_a_key(model: type[PlanhatObject]) -> None:
    keys = [field.key for field in model.known_fields().values()]
    assert len(keys) == len(set(keys))


@every_model
def test_field_names_are_snake_case_and_keys_are_planhats_spelling(model: type[PlanhatObject]) -> None:
    for field in model.known_fields().values():
        assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", field.name)
        assert "_" not in field.key[1:]
        assert field.confidence in ("A", "B", "C")


@every_model
def test_keys_and_one_of_name_fields_of_the_model(model: type[PlanhatObject]) -> None:
    for key in (*model.KEYS, *model.ONE_OF):
        assert model.field(key), f"{model.__name__} has no field for {key}"


@every_model
def test_each_field_is_a_property_that_sets_planhats_key(model: type[PlanhatObject]) -> None:
    for field in model.known_fields().values():
        record = model()
        value = {"a": 1} if field.kind is Kind.OBJECT else [] if field.kind is Kind.OBJECTS else "x"
        setattr(record, field.name, value)
        assert dict(record) == {field.key: value}
        assert getattr(record, field.name) == value
        delattr(record, field.name)
        assert dict(record) == {}


@every_model
def test_every_field_of_an_empty_record_reads_as_empty(model: type[PlanhatObject]) -> None:
    record = model()
    for name in model.known_fields():
        assert getattr(record, name) in ("", None, [], {})
    assert dict(record) == {}


def test_the_irregular_models_are_irregular_in_the_right_way() -> None:
    assert types.Invoice.external_key() == "extId"
    assert types.Invoice.company_id.key == "cId"
    assert types.Invoice.due_date.kind is Kind.DAY
    assert types.NPS.company_id.key == "cId"
    assert types.Issue.company_ids.kind is Kind.IDS
    assert types.Asset.currency.key == types.License.currency.key == types.Sale.currency.key == "_currency"
    assert types.Project.currency.key == types.Churn.currency.key == "currency"
    assert types.Note.FIXED == {"type": "note"}
    assert types.DimensionData.COMPANY_PARAMETER == "cId"
    assert set(types.Company.status.options) == {"prospect", "coming", "customer", "canceled", "lost"}
    assert (types.Company.csm_score.least, types.Company.csm_score.most) == (1, 5)
    assert set(types.Ticket.ONE_OF) == {"domains", "companyExternalId", "companyId"}


@pytest.mark.parametrize(
    ("name", "model"),
    [
        *((name, types.Company) for name in ("company", "Company", "companies", "COMPANIES", "/companies/")),
        *((name, types.TimeEntry) for name in ("Time Entry", "time_entries", "timeentries", "TimeEntry")),
        ("NPS responses", types.NPS),
        ("churn", types.Churn),
        ("notes", types.Note),
        (types.Sale, types.Sale),
    ],
)
def test_a_model_is_found_by_any_of_its_names(name: str | type[PlanhatObject], model: type[PlanhatObject]) -> None:
    assert find_model(name) is model


@pytest.mark.parametrize("name", ["", "comp", "unknown", "leancompanies"])
def test_other_names_find_no_model(name: str) -> None:
    assert find_model(name) is None


def test_a_path_that_the_registry_does_not_know_makes_an_open_model_once() -> None:
    model = model_at_path("teams")
    assert model is model_at_path("teams")
    assert model.OPEN
    assert model.API_NAME == "teams"
    assert model not in MODELS.values()
