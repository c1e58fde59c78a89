"""What describes the tenant itself: custom fields, and the metrics that it was sent."""

from __future__ import annotations

import datetime
from types import MappingProxyType

from RPA.Planhat.text.parsing import normalize_name
from RPA.Planhat.types.base import PlanhatCompanyOwnedObject, PlanhatObject, find_model
from RPA.Planhat.types.fields import (
    BETWEEN_OPTIONS,
    Kind,
    Page,
    Parameter,
    PlanhatIdType,
    Verb,
    anything,
    boolean,
    day_number,
    integer,
    mapping,
    moment,
    number,
    ref,
    text,
    texts,
)  # fmt: skip

EPOCH = datetime.date(1970, 1, 1)

CUSTOM_KINDS = {
    "number": Kind.NUMBER,
    "rating": Kind.INTEGER,
    "checkbox": Kind.BOOLEAN,
    "date": Kind.DATE,
    "day": Kind.DAY,
    "multipicklist": Kind.TEXTS,
    "team member": Kind.ID,
    "enduser": Kind.ID,
    "team members": Kind.IDS,
    "endusers": Kind.IDS,
}
"""What custom fields hold, by their type; all others hold text."""


def today() -> int:
    """Returns today's day integer, in UTC."""
    return (datetime.datetime.now(datetime.timezone.utc).date() - EPOCH).days


class CustomField(PlanhatObject):
    """The definition of a custom field."""

    __slots__ = ()

    API_NAME = "customfields"
    SINGULAR = "custom field"
    PLURAL = "custom fields"
    VERBS = frozenset(Verb) - {Verb.UPSERT}
    KEYS = ("_id",)
    READ_BY = (PlanhatIdType.PLANHAT_ID,)
    WRITE_BY = READ_BY
    COMPANY_PARAMETER = None
    SENT_WHEN_NEW = MappingProxyType({"isHidden": False})
    WITHOUT = frozenset({"source_id", "external_id", "custom"})

    name = text("The name, which is the key inside `custom`.", required=True)
    parent = text("The model that has the field, such as `company`.", required=True)
    type = text(
        "What the field holds.",
        required=True,
        options=(
            "number", "text", "rich text", "checkbox", "day", "date", "list", "multipicklist", "team member",
            "team members", "rating", "phone", "email", "enduser", "endusers", "url",
        ),
    )  # fmt: skip
    is_hidden = boolean("Whether the field is hidden. Default: false, which is sent, since it may be required.")
    is_featured = boolean("Whether the field is shown in the detail view.")
    is_shared = boolean("Whether the customer portal shows the field.")
    is_locked = boolean("Whether the field cannot be edited in Planhat's pages.")
    is_mandatory = boolean("Whether Planhat's own form asks for the field.")
    is_formula = boolean("Whether the value is calculated.")
    formula = text("The formula.")
    treat_undefined_as_zero = boolean("Whether formulas read a missing value as zero.")
    list_values = texts("The options of a `list` or `multipicklist`.", between=BETWEEN_OPTIONS)
    number_format = text("How numbers are shown.")
    filter = anything("The filter of a formula.", read_only=True)
    formula_refs = anything("The fields that a formula uses.", read_only=True)
    sort_order = integer("The place in the list.", read_only=True, confidence="B")


def parent_of(name: str) -> str:
    """Returns the model of a custom field as Planhat's documents spell it: `company`, `enduser`."""
    model = find_model(name)
    return normalize_name(model.__name__) if model else normalize_name(name)


class DimensionData(PlanhatCompanyOwnedObject):
    """A metric: one value of one dimension at one time. Written through the analytics host only."""

    __slots__ = ()

    API_NAME = "dimensiondata"
    SINGULAR = "metric"
    PLURAL = "metrics"
    VERBS = frozenset({Verb.LIST})
    KEYS = ()
    READ_BY = ()
    WRITE_BY = ()
    PAGE = Page(100, 10000, ask=2000)
    COMPANY_PARAMETER = "cId"
    WITHOUT = frozenset({"source_id", "external_id", "custom"})
    PARAMETERS = (
        Parameter("dimid", "dimension_id", "Values of this dimension."),
        Parameter("from", "from_date", "Values from this day on.", Kind.DAY, default=lambda: 0),
        Parameter("to", "to_date", "Values up to this day.", Kind.DAY, default=lambda: today() + 1),
    )

    company_id = ref("The company.", read_only=True)
    dimension_id = text("The dimension.", read_only=True)
    value = number("The value.", read_only=True)
    time = moment("When it was measured.", read_only=True)
    model = text("The model of what was measured.", read_only=True, options=("Company", "EndUser", "Asset", "Project"))
    parent_id = ref("The Planhat id of what was measured.", read_only=True)
    date = moment("When it was measured.", read_only=True, confidence="B")
    day = day_number("The day of the measurement.", read_only=True, confidence="B")
    timestamp = mapping("When it was measured, as an object.", read_only=True, confidence="B")
