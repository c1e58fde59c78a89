"""The documentation of the keywords that the registry makes, with an example that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from RPA.Planhat.keywords.pages import page
from RPA.Planhat.keywords.signatures import argument_of, field_docs, parameter_docs
from RPA.Planhat.keywords.uploads import OPTION_DOCS
from RPA.Planhat.text.messages import titled
from RPA.Planhat.types import NPS, Company, CustomField, Enduser, Invoice, License, LineItem, Note, Ticket, Verb
from RPA.Planhat.types.base import PlanhatCompanyOwnedObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from RPA.Planhat.keywords.pages import Parts
    from RPA.Planhat.types import PlanhatObject

SAMPLES = {
    "name": "Pump 3", "title": "Login fails", "email": "{who}@acme.example", "score": "9", "currency": "EUR",
    "value": "1200", "hours": "1.5", "date": "2026-03-01", "parent": "company", "type": "text", "nick_name": "{who}",
    "first_name": "Ada", "last_name": "Byron", "deal_id": "${deal.id}", "company_id": "${company.id}",
    "source_id": "T-1",
}  # fmt: skip
"""Values in examples, by field."""

EXTRA: dict[type[PlanhatObject], dict[str, str]] = {
    Company: {"name": "Acme"},
    CustomField: {"name": "{what}"},
    Enduser: {"email": "{who}@acme.example", "company_id": "${company.id}"},
    Invoice: {"currency": "EUR", "invoice_date": "2026-03-01"},
    License: {"value": "1200", "fixed_period": "True", "from_date": "2026-01-01", "to_date": "2026-12-31"},
    Note: {"subject": "Kick-off"},
    Ticket: {"company_id": "${company.id}"},
}
"""Fields in examples beside the required ones."""

CAST = {
    Verb.GET: ("ada", "Region"),
    Verb.CREATE: ("bea", "Contract Type"),
    Verb.UPDATE: ("cleo", "Tier"),
    Verb.UPSERT: ("dora", "Segment"),
    Verb.DELETE: ("edna", "Old Score"),
}
"""Who and what appears in the examples of a verb."""

CHANGES = (
    "phase", "title", "subject", "status", "description", "comment", "position", "health", "name", "action", "value",
    "nick_name",
)  # fmt: skip
"""Fields that an example of an update may change, the first that the model has."""

CHANGED = {"status": "ongoing", "value": "900", "health": "7"}


def document(model: type[PlanhatObject], verb: Verb, name: str) -> str:
    """Returns the documentation of a keyword: what it does, arguments, result, errors, an example.

    Args:
        model: The model.
        verb: What the keyword does.
        name: The name of the keyword.
    """
    return page(name, _WRITERS[verb](model))


NOT_SENT = "PlanhatValidationError: If a field is unknown or a value has the wrong form; nothing was sent."
CHECK_CUSTOM_FIELDS = (
    "When true, custom values are checked against the custom fields of the tenant, as imports do. That takes one more "
    "call; without it Planhat stores whatever they are."
)
NOT_FOUND = "PlanhatNotFoundError: If Planhat has no such {one}."
REFUSED = "PlanhatBadRequestError: If Planhat refuses it, for example since a key is in use."
UNCERTAIN = "PlanhatOutcomeUnknownError: If it is not known whether it was stored. It is never sent twice."


def _list(model: type[PlanhatObject]) -> Parts:
    each = argument_of(model)
    summary = (
        f"Returns {model.PLURAL} as a list, complete, however many pages it takes.\n\n{_about(model)} "
        f"It is read in pages of {model.PAGE.size}."
    )
    returns = f"A list of records; empty when there are none. `${{{each}.id}}` reads a field of one."
    steps = [
        f"@{{found}}=    Get {titled(model.PLURAL)}    limit=10",
        f"FOR    ${{{each}}}    IN    @{{found}}",
        f"    Log    ${{{each}.id}}",
        "END",
    ]
    return summary, _list_arguments(model), returns, [NOT_SENT], steps


def _list_arguments(model: type[PlanhatObject]) -> list[str]:
    owned = model.COMPANY_PARAMETER is not None or model.field("company_id") is not None
    companies = "company_ids: Only of these companies: an id, several with commas, a record, or a list of these."
    return [
        *([companies] if owned else []),
        "properties: Only these fields: a name, several with commas, a list, or `ALL`. Faster, and less memory.",
        (
            f"sort: The field to sort by, as `-{'name' if model.field('name') else 'updated_at'}` with `-` for "
            "descending. "
            "By `_id` unless given, which is the only order that stays put while others write."
        ),
        "limit: The number of records at most.",
        *parameter_docs(model),
        (
            "**filters: Values by field, as `name=Acme` or `custom.Region=EMEA`. They are applied here, after reading, "
            "since Planhat can not filter by them; only records with this value are returned."
        ),
    ]


def _get(model: type[PlanhatObject]) -> Parts:
    kinds = " or ".join(kind.label for kind in model.READ_BY)
    arguments = [_reference_doc(model, f"Planhat documents reading by {kinds}.")]
    steps = [
        *_made(model, Verb.GET),
        f"${{same}}=    Get {titled(model.SINGULAR)}    ${{{argument_of(model)}.id}}",
        "Log    ${same}",
    ]
    return (
        f"Returns one {model.SINGULAR} with all its fields.",
        arguments,
        "The record.",
        [_one(model, NOT_FOUND)],
        steps,
    )


def _create(model: type[PlanhatObject]) -> Parts:
    arguments = [
        "row: A dictionary or record with fields, such as a row of a table; named fields win over it.",
        *field_docs(model, creating=True),
        *_check_doc(model),
        "**fields: Custom fields as `custom.<Name>=value`, and fields in Planhat's own spelling.",
    ]
    summary = f"Creates one {model.SINGULAR} and returns it as Planhat stored it.\n\n{_about(model)}"
    return (
        summary,
        arguments,
        "The new record, with its `id`.",
        [NOT_SENT, REFUSED, UNCERTAIN],
        [*_made(model, Verb.CREATE), f"Log    ${{{argument_of(model)}.id}}"],
    )


def _check_doc(model: type[PlanhatObject]) -> list[str]:
    return [f"check_custom_fields: {CHECK_CUSTOM_FIELDS}"] if model.field("custom") else []


def _update(model: type[PlanhatObject]) -> Parts:
    kinds = " or ".join(kind.label for kind in model.WRITE_BY)
    arguments = [
        _reference_doc(model, f"Planhat documents updating by {kinds}."),
        "row: A dictionary or record with fields to change; named fields win over it.",
        *field_docs(model, creating=False),
        *_check_doc(model),
        "**fields: Custom fields as `custom.<Name>=value`, and fields in Planhat's own spelling.",
    ]
    summary = (
        f"Changes the given fields of one {model.SINGULAR} and leaves all others alone.\n\n"
        "A field that is left out stays as it is; `${None}` clears it."
    )
    writable = {field.name: field for field in model.writable()}
    field = next(name for name in CHANGES if name in writable)
    options = writable[field].options
    value = options[0] if options else CHANGED.get(field, "Renewal")
    steps = [
        *_made(model, Verb.UPDATE),
        f"Update {titled(model.SINGULAR)}    ${{{argument_of(model)}}}    {field}={value}",
    ]
    return summary, arguments, "The whole record as it is now.", [NOT_SENT, _one(model, NOT_FOUND)], steps


def _upsert(model: type[PlanhatObject]) -> Parts:
    keys = ", then ".join(f"`{key}`" for key in model.KEYS)
    summary = (
        f"Creates or updates any number of {model.PLURAL}, 5,000 rows and 32 MB a call.\n\n"
        f"Planhat matches each row by the first of these that it has: {keys}. A row without a match is created; "
        "a row without any of these is always created. Fields that a row does not have stay as they are."
    )
    arguments = [
        "rows: Rows in any form, or the path of a file, see [Tables]. Columns are field names.",
        *OPTION_DOCS,
    ]
    returns = "The report: every row is created, updated, unchanged, failed or unknown. See [Bulk upserts]."
    raises = [NOT_SENT, "PlanhatBulkError: If a row failed or is unknown; the good rows are stored."]
    upsert = f"${{report}}=    Upsert {titled(model.PLURAL)}    ${{rows}}"
    journal = f"    journal=${{OUTPUT_DIR}}${{/}}{model.API_NAME}.journal" if model is Company else ""
    return summary, arguments, returns, raises, [*sample_rows(model), upsert + journal, "Log    ${report}"]


def _delete(model: type[PlanhatObject]) -> Parts:
    arguments = [
        _reference_doc(model, "Other kinds of id are resolved to the Planhat id first."),
        "missing_ok: When true, a record that is not there is no error.",
    ]
    summary = f"Deletes one {model.SINGULAR} for good."
    prepared = _made(model, Verb.DELETE) if Verb.CREATE in model.VERBS else _upserted(model, Verb.DELETE)
    steps = [*prepared, f"Delete {titled(model.SINGULAR)}    ${{{argument_of(model)}}}"]
    return summary, arguments, "The id that was given.", [_one(model, NOT_FOUND)], steps


_WRITERS: dict[Verb, Callable[[type[PlanhatObject]], Parts]] = {
    Verb.LIST: _list,
    Verb.GET: _get,
    Verb.CREATE: _create,
    Verb.UPDATE: _update,
    Verb.UPSERT: _upsert,
    Verb.DELETE: _delete,
}


def _about(model: type[PlanhatObject]) -> str:
    return " ".join((model.__doc__ or "").split())


def _one(model: type[PlanhatObject], text: str) -> str:
    return text.format(one=model.SINGULAR)


def _reference_doc(model: type[PlanhatObject], more: str) -> str:
    return f"{argument_of(model)}: A Planhat id, `extid-…`, `srcid-…`, or a record. {more}"


def sample_rows(model: type[PlanhatObject]) -> list[str]:
    """Returns the steps that make `${rows}` for an upsert."""
    before, fields = _row(model, Verb.UPSERT)
    return [*before, f"${{row}}=    Create Dictionary    {fields}", "@{rows}=    Create List    ${row}"]


def _row(model: type[PlanhatObject], verb: Verb) -> tuple[list[str], str]:
    """Returns the steps before a record can be made, and the fields of one; examples use different people."""
    who, what = CAST[verb]
    needed = {field.name: SAMPLES[field.name] for field in model.required() if field.key not in model.FIXED}
    fields = {**needed, **EXTRA.get(model, {})}
    if not fields:
        owned = issubclass(model, PlanhatCompanyOwnedObject)
        fields = {"company_id": "${company.id}"} if owned else {"date_from": "2026-03-01"}
    cells = "    ".join(f"{name}={value}" for name, value in fields.items())
    return _before(model, fields, who), cells.replace("{who}", who).replace("{what}", what)


def _before(model: type[PlanhatObject], fields: dict[str, str], who: str) -> list[str]:
    steps = []
    if "${company.id}" in fields.values() or model in (NPS, LineItem):
        steps.append("${company}=    Create Company    name=Acme")
    if model is NPS:
        steps.append(f"Create Enduser    email={who}@acme.example    company_id=${{company.id}}")
    if model is LineItem:
        steps.append("${deal}=    Create Deal    company_id=${company.id}    name=Renewal")
    return steps


def _made(model: type[PlanhatObject], verb: Verb) -> list[str]:
    before, fields = _row(model, verb)
    return [*before, f"${{{argument_of(model)}}}=    Create {titled(model.SINGULAR)}    {fields}"]


def _upserted(model: type[PlanhatObject], verb: Verb) -> list[str]:
    before, fields = _row(model, verb)
    many, one = titled(model.PLURAL), argument_of(model)
    return [
        *before,
        f"${{row}}=    Create Dictionary    {fields}",
        f"Upsert {many}    ${{row}}",
        f"@{{found}}=    Get {many}    limit=1",
        f"${{{one}}}=    Set Variable    ${{found}}[0]",
    ]
