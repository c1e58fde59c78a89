"""The fields of activities and metrics, and the options of sending them."""

import datetime
from typing import Annotated, Any, TypedDict

from RPA.Planhat.operations.options import BadRowsOption, JournalOption, MappedTable, OnBad, Option
from RPA.Planhat.types import DimensionData
from RPA.Planhat.types.fields import integer, mapping, moment, number, text


class ActivityFields:
    """The fields of an activity."""

    action = text("What was done; without it the event stream does not show the activity.")
    email = text("The e-mail address of the enduser; needed unless there is an external id.")
    external_id = text("The enduser's id in your own system.")
    company_external_id = text("The external id of the company; needed for an enduser that is not in Planhat.")
    name = text("The name of the enduser.")
    first_name = text("The first name of the enduser.")
    last_name = text("The last name of the enduser.")
    weight = number("How much it counts. Default: 1.")
    count = integer("How often it happened. Default: 1.", least=1)
    date = moment("When it happened. Default: when it is received.")
    info = mapping("Details.")


class MetricFields:
    """The fields of a metric."""

    dimension_id = text("What was measured: letters, digits, `_` and `-`.")
    value = number("The number.")
    external_id = text("The external id of the record that it belongs to.")
    model = text("The model of that record. Default: a company.", options=DimensionData.model.options)
    date = moment("When it was measured. Default: when it is received.")


class SendingOptions(TypedDict, total=False):
    """How rows are sent to the analytics host."""

    bad_rows: BadRowsOption
    at_least_once: Annotated[
        bool,
        Option(default=False, doc="When true, rows are sent again if the answer was lost; they may then count twice."),
    ]
    journal: JournalOption


class TrackingOptions(SendingOptions, MappedTable, total=False):
    """How a table of activities is read and sent."""


Moment = str | datetime.date | datetime.datetime | None
Details = dict[str, Any] | str | None


class PersonValues(TypedDict, total=False):
    """Who did something, and when."""

    email: Annotated[str | None, Option(None, ActivityFields.email.doc)]
    name: Annotated[str | None, Option(None, ActivityFields.name.doc)]
    company_external_id: Annotated[str | None, Option(None, ActivityFields.company_external_id.doc)]
    time: Annotated[Moment, Option(None, ActivityFields.date.doc)]


class ActivityValues(PersonValues, total=False):
    """The fields of an activity, beside what was done."""

    external_id: Annotated[str | None, Option(None, ActivityFields.external_id.doc)]
    weight: Annotated[float | None, Option(None, ActivityFields.weight.doc)]
    count: Annotated[int | None, Option(None, ActivityFields.count.doc)]
    date: Annotated[Moment, Option(None, ActivityFields.date.doc)]
    info: Annotated[Details, Option(None, f"{ActivityFields.info.doc[:-1]}, as a dictionary or JSON.")]


class MetricValues(TypedDict, total=False):
    """The fields of a metric; beside rows, those that all of them share."""

    dimension_id: Annotated[str | None, Option(None, MetricFields.dimension_id.doc)]
    value: Annotated[float | None, Option(None, MetricFields.value.doc)]
    external_id: Annotated[str | None, Option(None, MetricFields.external_id.doc)]
    model: Annotated[str | None, Option(None, MetricFields.model.doc)]
    date: Annotated[Moment, Option(None, MetricFields.date.doc)]
    any_dimension_id: Annotated[
        bool,
        Option(
            default=False,
            doc="When true, dimension ids are taken that Planhat's documents forbid, such as with spaces.",
        ),
    ]


class PushOptions(MetricValues, TrackingOptions, total=False):
    """What metrics have in common, how their table is read, and how they are sent."""


class VerifyOptions(MetricValues, MappedTable, total=False):
    """What metrics have in common, and how their table is read."""

    bad_rows: Annotated[
        OnBad, Option("refuse", "`refuse` names bad rows among the missing ones, `skip` leaves them out.")
    ]
