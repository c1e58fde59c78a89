"""Metrics: numbers by dimension and day, pushed through the analytics host and read back through the API."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.formats import PLAIN, Formats
from RPA.Planhat.operations.schema import RowSchema
from RPA.Planhat.operations.usage.options import MetricFields, SendingOptions
from RPA.Planhat.operations.usage.pushing import Payload, Target, push, time_of
from RPA.Planhat.text.parsing import normalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from RPA.Planhat.operations.usage.report import PushReport
    from RPA.Planhat.session import PlanhatSession

PATH = "dimensiondata"
COMPANY = "Company"
ASSET_SPELLING = "assetextid"
"""The name of 2017 for the external id of an asset; it tells the model as well."""

_DIMENSION = re.compile(r"[A-Za-z0-9_-]+")


def _is_complete(payload: Payload) -> str:
    needed = {"dimensionId": "dimension_id", "value": "value", "externalId": "external_id"}
    missing = [name for key, name in needed.items() if key not in payload]
    return f"A metric needs {' and '.join(missing)}." if missing else ""


METRIC = RowSchema(
    "metrics",
    MetricFields,
    spellings={
        "dimension": "dimension_id",
        "dimid": "dimension_id",
        "companyExternalId": "external_id",
        "assetExtId": "external_id",
        "time": "date",
    },
    mistaken={
        "companyid": "The host takes ids of your own system only: give external_id.",
        "cid": "The host takes ids of your own system only: give external_id.",
    },
    rules=(_is_complete,),
)
"""A metric, with the names of 2017 beside those of today."""


def metric_of(row: Mapping[str, Any], *, any_dimension_id: bool = False, formats: Formats = PLAIN) -> Payload:
    """Returns a metric as the host takes it.

    Args:
        row: Values by any spelling of a field.
        any_dimension_id: Take dimension ids that Planhat's documents forbid.
        formats: The local forms of its values.

    Raises:
        PlanhatValidationError: If something is missing or wrong, such as a dimension id with spaces.
    """
    payload = METRIC.payload(row, formats=formats)
    if "model" not in payload and any(normalize_name(str(name)) == ASSET_SPELLING for name in row):
        payload["model"] = "Asset"
    if "date" in payload:
        payload["date"] = time_of(payload["date"], "metric")
    if not any_dimension_id:
        refuse_dimension_id(payload["dimensionId"])
    return payload


def refuse_dimension_id(dimension_id: str) -> None:
    """Refuses a dimension id that Planhat would not take.

    Raises:
        PlanhatValidationError: With the reason.
    """
    wrong = dict.fromkeys(character for character in dimension_id if not _DIMENSION.fullmatch(character))
    if wrong:
        signs = " and ".join("spaces" if sign == " " else repr(sign) for sign in wrong)
        raise PlanhatValidationError(
            f"The dimension id {dimension_id!r} holds {signs}; Planhat takes letters, digits, _ and - only, "
            "and would silently drop the metric."
        )


def push_metrics(  # noqa: PLR0913 - what a push consists of
    session: PlanhatSession,
    rows: Iterable[Mapping[str, Any]],
    options: SendingOptions | None = None,
    *,
    common: Mapping[str, Any] | None = None,
    any_dimension_id: bool = False,
    formats: Formats = PLAIN,
) -> PushReport:
    """Sends any number of metrics, 32 MB a call, with the memory of one call.

    Args:
        session: The connection.
        rows: Values by any spelling of a field.
        options: How they are sent.
        common: What the rows have in common, for fields that a row leaves out.
        any_dimension_id: Take dimension ids that Planhat's documents forbid.
        formats: The local forms of values.

    Raises:
        PlanhatValidationError: If rows are bad, unless these are skipped; nothing was sent.
        PlanhatAuthConfigurationError: Without a tenant UUID; nothing was sent.
    """
    target = Target("metrics", PATH, partial(metric_of, any_dimension_id=any_dimension_id, formats=formats))
    return push(session, target, with_common(rows, common or {}), options)


def with_common(rows: Iterable[Mapping[str, Any]], common: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yields rows together with what they have in common; a value of a row wins, whatever its spelling."""
    shared = {name: value for name, value in common.items() if value is not None}
    for row in rows:
        yield METRIC.with_common(row, shared) if shared else row
