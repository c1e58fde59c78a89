"""The keywords that the registry makes: their names, signatures, types, documentation and tags."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

from RPA.Planhat import Planhat
from RPA.Planhat.keywords.arguments import argument_of
from RPA.Planhat.keywords.component import UNSET
from RPA.Planhat.keywords.factory import MAKERS, keyword_name
from RPA.Planhat.types import MODELS, Company, Invoice, PlanhatObject, Ticket, Verb
from utest.stub import TOKEN

LIBRARY: Any = Planhat(TOKEN)
NAMES = set(LIBRARY.get_keyword_names())
MADE = [(model, verb) for model in MODELS.values() for verb in MAKERS if verb in model.VERBS]
IDS = [keyword_name(model, verb) for model, verb in MADE]
FIXED = {
    "close_planhat_connections", "connect_to_planhat", "create_planhat_object", "Delete Planhat Object",
    "Delete Planhat Objects",
    "find_missing_objects", "get_planhat_object", "get_planhat_objects", "list_all_companies", "planhat_request",
    "switch_planhat_connection", "track_activity", "update_planhat_object", "upsert_planhat_objects",
}  # fmt: skip


def spec(name: str) -> inspect.Signature:
    """Returns the signature that Robot Framework sees."""
    return inspect.signature(LIBRARY.keywords[name])


@pytest.mark.parametrize(
    "name",
    [
        "Get Companies", "Get Company", "Create Company", "Update Company", "Upsert Companies", "Delete Company",
        "Get Churns", "Get Churn", "Create Note", "Get Notes", "Get NPS Responses", "Get NPS Response",
        "Upsert NPS Responses", "Get Custom Fields", "Create Custom Field", "Get Time Entries", "Upsert Time Entries",
        "Upsert Tickets", "Get Tickets", "Delete Ticket", "Get Metrics", "Get Workflows", "Create Line Item",
        "Get User", "Get Opportunities", "Delete Opportunity",
    ],
)  # fmt: skip
def test_the_keywords_have_the_names_that_users_expect(name: str) -> None:
    assert name in NAMES


@pytest.mark.parametrize(
    "name",
    [
        "Create Ticket", "Update Ticket", "Get Ticket", "Upsert Custom Fields", "Get Metric", "Create Metric",
        "Upsert Metrics", "Delete Metric", "Get Workflow", "Create Workflow", "Update Workflow", "Delete Workflow",
        "Get Churn Responses", "Get Line Items Items", "Get Companys",
    ],
)  # fmt: skip
def test_there_is_no_keyword_for_what_planhat_does_not_do(name: str) -> None:
    assert name not in NAMES
    assert not hasattr(LIBRARY, name.lower().replace(" ", "_"))


def test_there_are_exactly_the_keywords_of_the_registry_and_the_general_ones() -> None:
    made = {keyword_name(model, verb) for model in MODELS.values() for verb in model.VERBS}
    assert len(made) == len(MADE)
    assert made <= NAMES
    assert {name.title().replace("_", " ") for name in NAMES - made} >= {
        name.title().replace("_", " ") for name in FIXED
    }


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_keyword_documents_every_argument_result_error_and_an_example(name: str) -> None:
    text = LIBRARY.get_keyword_documentation(name)
    assert re.match(r"[A-Z].*\.\n", text), "the first line is a sentence"
    arguments = [str(each[0] if isinstance(each, tuple) else each) for each in LIBRARY.get_keyword_arguments(name)]
    for argument in arguments:
        if argument not in ("*", ""):
            assert re.search(rf"^ +{re.escape(argument)}: \S", text, re.MULTILINE), f"{argument} is not documented"
    assert f"Example Of {name}".lower().replace("_", " ") in text.lower()
    assert "```robotframework" in text


@pytest.mark.parametrize("name", sorted(NAMES))
def test_each_keyword_has_types_for_its_arguments(name: str) -> None:
    types = LIBRARY.get_keyword_types(name)
    for argument in LIBRARY.get_keyword_arguments(name):
        plain = str(argument[0] if isinstance(argument, tuple) else argument).lstrip("*")
        assert not plain or plain in types, f"{plain} has no type"


@pytest.mark.parametrize(("model", "verb"), MADE, ids=IDS)
def test_each_keyword_is_tagged_with_its_model_and_what_it_does(model: type[PlanhatObject], verb: Verb) -> None:
    tags = LIBRARY.get_keyword_tags(keyword_name(model, verb))
    assert list(tags) == [model.SINGULAR, *MAKERS[verb].tags]


@pytest.mark.parametrize(("model", "verb"), MADE, ids=IDS)
def test_each_keyword_points_to_where_its_model_is_written(model: type[PlanhatObject], verb: Verb) -> None:
    path, _, line = str(LIBRARY.get_keyword_source(keyword_name(model, verb))).rpartition(":")
    assert path == inspect.getsourcefile(model)
    assert int(line) == inspect.getsourcelines(model)[1]


@pytest.mark.parametrize(
    ("model", "verb"),
    [each for each in MADE if each[1] in (Verb.CREATE, Verb.UPDATE)],
    ids=[name for name in IDS if name.startswith(("Create", "Update"))],
)
def test_each_field_that_can_be_written_is_a_named_argument(model: type[PlanhatObject], verb: Verb) -> None:
    arguments = spec(keyword_name(model, verb)).parameters
    for field in model.writable():
        if field.key not in model.FIXED:
            argument = arguments[field.name]
            assert argument.kind is argument.KEYWORD_ONLY
            assert argument.default is UNSET
    for field in model.known_fields().values():
        is_record = field.name == argument_of(model)
        assert not field.read_only or is_record or field.name not in arguments
    assert arguments["fields"].kind is inspect.Parameter.VAR_KEYWORD


@pytest.mark.parametrize(
    ("model", "verb"), [each for each in MADE if each[1] is Verb.LIST],
    ids=[name for name, each in zip(IDS, MADE, strict=True) if each[1] is Verb.LIST],
)  # fmt: skip
def test_each_list_takes_companies_properties_sort_limit_and_filters(model: type[PlanhatObject], verb: Verb) -> None:
    arguments = spec(keyword_name(model, verb)).parameters
    assert {"properties", "sort", "limit", "alias", "filters"} <= set(arguments)
    owned = model.COMPANY_PARAMETER is not None or model.field("company_id") is not None
    assert ("company_ids" in arguments) is owned
    for parameter in model.PARAMETERS:
        assert parameter.argument in arguments


def test_required_fields_and_options_are_in_the_documentation() -> None:
    text = LIBRARY.get_keyword_documentation("Create Company")
    assert "name: Required. The name." in text
    assert "one of `prospect`, `coming`, `customer`, `canceled`, `lost`" in text
    assert "csm_score: " in text
    assert "1 to 5" in text
    assert "due_date: The day on which it is due. (a date (`YYYY-MM-DD`), or days since 1970-01-01)" in (
        LIBRARY.get_keyword_documentation("Create Invoice")
    )


def test_the_documentation_of_an_upsert_tells_the_keys_in_order() -> None:
    assert "`_id`, then `sourceId`, then `extId`" in LIBRARY.get_keyword_documentation("Upsert Invoices")
    assert "`_id`, then `sourceId`." in LIBRARY.get_keyword_documentation("Upsert Tickets")


def test_what_a_keyword_returns_is_declared() -> None:
    assert spec_return("Get Company") is Company
    assert spec_return("Delete Invoice") is str
    assert Invoice.__name__ in str(spec_return("Get Invoices"))
    assert Ticket.__name__ in str(spec_return("Get Tickets"))


def test_what_robot_takes_out_of_the_types_of_a_keyword_is_there_for_the_next_import() -> None:
    LIBRARY.get_keyword_types("Get Company").pop("return")
    assert LIBRARY.get_keyword_types("Get Company")["return"] is Company


def spec_return(name: str) -> Any:
    return LIBRARY.keywords[name].__annotations__["return"]


def test_robot_sees_the_same_arguments_as_python() -> None:
    arguments = LIBRARY.get_keyword_arguments("Get Companies")
    assert arguments[0] == ("company_ids", None)
    assert arguments[-1] == "**filters"
