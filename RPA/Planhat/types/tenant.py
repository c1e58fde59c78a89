"""What describes the tenant itself: custom fields, and the metrics that it was sent."""

from __future__ import annotations

import datetime
from types import MappingProxyType

from RPA.Planhat.text.parsing import normalize_name
from RPA.Planhat.types import fields
from RPA.Planhat.types.base import PlanhatCompanyOwnedObject, PlanhatObject, find_model

EPOCH = datetime.date(1970, 1, 1)

CUSTOM_KINDS = {
    "number": fields.Kind.NUMBER,
    "rating": fields.Kind.INTEGER,
    "checkbox": fields.Kind.BOOLEAN,
    "date": fields.Kind.DATE,
    "day": fields.Kind.DAY,
    "multipicklist": fields.Kind.TEXTS,
    "team member": fields.Kind.ID,
    "enduser": fields.Kind.ID,
    "team members": fields.Kind.IDS,
    "endusers": fields.Kind.IDS,
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
    VERBS = frozenset(fields.Verb) - {fields.Verb.UPSERT}
    KEYS = ("_id",)
    READ_BY = (fields.PlanhatIdType.PLANHAT_ID,)
    WRITE_BY = READ_BY
    COMPANY_PARAMETER = None
    SENT_WHEN_NEW = MappingProxyType({"isHidden": False})
    WITHOUT = frozenset({"source_id", "external_id", "custom"})

    name = fields.text("The name, which is the key inside `custom`.", required=True)
    parent = fields.text("The model that has the field, such as `company`.", required=True)
    type = fields.text(
        "What the field holds.",
        required=True,
        options=(
            "number", "text", "rich text", "checkbox", "day", "date", "list", "multipicklist", "team member",
            "team members", "rating", "phone", "email", "enduser", "endusers", "url",
        ),
    )  # fmt: skip
    is_hidden = fields.boolean("Whether the field is hidden. Default: false, which is sent, since it may be required.")
    is_featured = fields.boolean("Whether the field is shown in the detail view.")
    is_shared = fields.boolean("Whether the customer portal shows the field.")
    is_locked = fields.boolean("Whether the field cannot be edited in Planhat's pages.")
    is_mandatory = fields.boolean("Whether Planhat's own form asks for the field.")
    is_formula = fields.boolean("Whether the value is calculated.")
    formula = fields.text("The formula.")
    treat_undefined_as_zero = fields.boolean("Whether formulas read a missing value as zero.")
    list_values = fields.texts("The options of a `list` or `multipicklist`.", between=fields.BETWEEN_OPTIONS)
    number_format = fields.text("How numbers are shown.")
    filter = fields.anything("The filter of a formula.", read_only=True)
    formula_refs = fields.anything("The fields that a formula uses.", read_only=True)
    sort_order = fields.integer("The place in the list.", read_only=True, confidence="B")


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
    VERBS = frozenset({fields.Verb.LIST})
    KEYS = ()
    READ_BY = ()
    WRITE_BY = ()
    PAGE = fields.Page(100, 10000, ask=2000)
    COMPANY_PARAMETER = "cId"
    WITHOUT = frozenset({"source_id", "external_id", "custom"})
    PARAMETERS = (
        fields.Parameter("dimid", "dimension_id", "Values of this dimension.", shows="dimensionId"),
        fields.Parameter(
            "from", "from_date", "Values from this day on.", fields.Kind.DAY, default=lambda: 0, shows="day"
        ),
        fields.Parameter(
            "to", "to_date", "Values up to this day.", fields.Kind.DAY, default=lambda: today() + 1, shows="day"
        ),
    )

    company_id = fields.ref("The company.", read_only=True)
    dimension_id = fields.text("The dimension.", read_only=True)
    value = fields.number("The value.", read_only=True)
    time = fields.moment("When it was measured.", read_only=True)
    model = fields.text(
        "The model of what was measured.", read_only=True, options=("Company", "EndUser", "Asset", "Project")
    )
    parent_id = fields.ref("The Planhat id of what was measured.", read_only=True)
    date = fields.moment("When it was measured.", read_only=True, confidence="B")
    day = fields.day_number("The day of the measurement.", read_only=True, confidence="B")
    timestamp = fields.mapping("When it was measured, as an object.", read_only=True, confidence="B")
