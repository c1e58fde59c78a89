"""Examples in the documentation of keywords: made per model from the registry, and run by the tests.

An example has a key, a realistic field, and an effect that it logs.
"""

from __future__ import annotations

from collections.abc import Callable

from RPA.Planhat import types
from RPA.Planhat.keywords.arguments import argument_of
from RPA.Planhat.text.messages import titled
from RPA.Planhat.types.base import LABELS, PlanhatCompanyOwnedObject

Model = type[types.PlanhatObject]

SAMPLES = {
    "name": "Pump 3", "title": "Login fails", "email": "ada@acme.example", "score": "9", "currency": "EUR",
    "value": "1200", "hours": "1.5", "date": "2026-03-01", "nick_name": "ada", "first_name": "Ada",
    "last_name": "Byron", "deal_id": "${deal}", "company_id": "${company}",
}  # fmt: skip
"""Values of required fields, by field."""

BY_KIND = {
    types.Kind.NUMBER: "5",
    types.Kind.INTEGER: "5",
    types.Kind.BOOLEAN: "True",
    types.Kind.DATE: "2026-03-01",
    types.Kind.DAY: "2026-03-01",
}
"""Values of required fields that are not among these."""

EXTRA: dict[Model, dict[str, str]] = {
    types.Company: {"name": "Acme"},
    types.Churn: {"value": "1200"},
    types.CustomField: {"name": "Contract Type", "parent": "company", "type": "text"},
    types.Invoice: {"currency": "EUR", "invoice_date": "2026-03-01"},
    types.Issue: {"company_ids": "${company.id}"},
    types.License: {"value": "1200", "fixed_period": "True", "from_date": "2026-01-01", "to_date": "2026-12-31"},
    types.Opportunity: {"title": "Renewal"},
    types.Task: {"action": "Call back"},
    types.Ticket: {"title": "Login fails"},
}
"""Fields of a realistic record beside the required ones."""

CHANGES: dict[Model, tuple[str, str, str]] = {
    types.Asset: ("status", "active", "retired"),
    types.CustomField: ("is_featured", "False", "True"),
    types.Issue: ("priority", "low", "high"),
    types.Note: ("subject", "Kick-off", "Kick-off, second part"),
    types.Task: ("status", "In-progress", "Done"),
}
"""A field that an example changes, and its values before and after."""

COMMON_CHANGES = (
    ("phase", "onboarding", "live"),
    ("renewal_status", "ongoing", "renewed"),
    ("position", "Buyer", "Head of Purchasing"),
    ("sales_stage", "Demo", "Offer"),
    ("stage", "Negotiation", "Closed Won"),
    ("status", "open", "closed"),
    ("health", "7", "9"),
    ("campaign_purpose", "Renewal", "Upsell"),
    ("subject", "Kick-off", "Kick-off, second part"),
    ("comment", "Price", "Price and service"),
    ("product", "Setup", "Training"),
    ("description", "On site", "On site, two visits"),
    ("mrr", "100", "120"),
    ("nick_name", "ada", "ada.byron"),
    ("name", "Main Site", "Main Site Berlin"),
)
"""The same for all other models: the first field that the model has."""


def steps(kind: str, model: Model, name: str, *, any_model: bool) -> list[str]:
    """Returns the steps of an example.

    Args:
        kind: The name of the keyword with its placeholders.
        model: The model of the records in it.
        name: The name of the keyword.
        any_model: Whether the keyword takes the name of the model.
    """
    call = f"{name}    {model.SINGULAR if '{one}' in kind else model.PLURAL}" if any_model else name
    return _WRITERS[kind](model, call)


def filter_of(model: Model) -> str:
    """Returns a filter for lists of a model, such as `phase=onboarding`."""
    if types.Verb.CREATE not in model.VERBS and types.Verb.UPSERT not in model.VERBS:
        return "model=Company" if model is types.DimensionData else "status=active"
    name, value, _ = _change(model)
    return f"{name}={value}"


def _list(model: Model, call: str) -> list[str]:
    each = argument_of(model)
    if model is types.DimensionData:
        before, asked, shown = ["${company}=    Create Company    name=Acme    external_id=A-100"], [], "value"
        before.append("Push Metrics    dimension_id=logins    value=12    external_id=A-100    date=2026-03-01")
        asked = ["${company}", "dimension_id=logins", "from_date=2026-03-01"]
    elif types.Verb.CREATE not in model.VERBS and types.Verb.UPSERT not in model.VERBS:
        before, asked, shown = [], ["properties=name,status", "sort=-updated_at", "limit=10"], "id"
    else:
        shown, value, _ = _change(model)
        before, asked = _stored(model, named=True), [f"{shown}={value}"]
        if _is_owned(model):
            asked.insert(0, "${company}")
    found = "    ".join([call, *asked])
    return [*before, f"@{{found}}=    {found}", f"FOR    ${{{each}}}    IN    @{{found}}",
            f"    Log    ${{{each}.{shown}}}", "END"]  # fmt: skip


def _get(model: Model, call: str) -> list[str]:
    field, each = _change(model)[0], argument_of(model)
    return [
        *_stored(model, named=_is_named(model)),
        f"${{{each}}}=    {call}    {_reference(model)}",
        f"Log    ${{{each}.{field}}}",
    ]


def _create(model: Model, call: str) -> list[str]:
    each = argument_of(model)
    field = _change(model)[0]
    return [*_before(model), f"${{{each}}}=    {call}    {_cells(_sample(model))}", f"Log    ${{{each}.{field}}}"]


def _update(model: Model, call: str) -> list[str]:
    each = argument_of(model)
    field, _, value = _change(model)
    changed = f"${{{each}}}=    {call}    {_reference(model)}    {field}={value}"
    return [*_stored(model, named=_is_named(model)), changed, f"Log    ${{{each}.{field}}}"]


def _delete(model: Model, call: str) -> list[str]:
    return [
        *_stored(model, named=_is_named(model)),
        f"${{gone}}=    {call}    {_reference(model)}",
        f"Log    There is no {model.SINGULAR} ${{gone}} anymore.",
    ]


def _upsert(model: Model, call: str) -> list[str]:
    before, row = _row(model, changed=False)
    journal = f"    journal=${{OUTPUT_DIR}}${{/}}{model.API_NAME}.journal" if model is types.Company else ""
    return [
        *before,
        f"${{row}}=    Create Dictionary    {_cells(row)}",
        f"${{report}}=    {call}    ${{row}}{journal}",
        "Log    ${report}",
    ]


def _import(model: Model, call: str) -> list[str]:
    before, row = _row(model, changed=False)
    if "company_id" in row:
        row["company_id"] = "A-100"
    fields = {"company_id": "company.external_id"}
    lines = [f"{_heading(name)} -> {fields.get(name, name)}" for name in row]
    cells = {_heading(name): value for name, value in row.items()}
    return [
        *before,
        f"${{row}}=    Create Dictionary    {_cells(cells)}",
        "@{mapping}=    Create List    " + "    ".join(lines),
        f"${{report}}=    {call}    ${{row}}    ${{mapping}}",
        "Log    ${report}",
    ]


def _sync(model: Model, call: str) -> list[str]:
    before, row = _row(model, changed=True)
    return [
        *(_stored(model, named=True) if _key(model) else before),
        f"${{row}}=    Create Dictionary    {_cells(row)}",
        f"${{report}}=    {call}    ${{row}}",
        "Log    ${report}",
    ]


def _export(model: Model, call: str) -> list[str]:
    writable = {field.name for field in model.writable()}
    changed = next((name for name, *_ in COMMON_CHANGES if name in writable), "updated_at")
    names = [_key(model) or "id", *(["name"] if model.field("name") else []), changed]
    path = f"${{OUTPUT_DIR}}${{/}}{model.API_NAME}.csv"
    return [f"${{file}}=    {call}    {path}    columns={','.join(dict.fromkeys(names))}", "Log    ${file}"]


def _find(model: Model, call: str) -> list[str]:
    each, sample = argument_of(model), _sample(model)
    wanted = next((sample[name] for name in (*LABELS, _key(model)) if name in sample), "")
    filters = ["company_id=${company}"] if _is_owned(model) else []
    if not wanted:
        filters.append(filter_of(model))
    found = "    ".join(filter(None, [call, wanted, *filters]))
    return [
        *_stored(model, named=True),
        f"${{{each}}}=    {found}",
        f"Log    ${{{each}.id}}",
        f"${{nobody}}=    {call}    Nobody At All    default=${{None}}",
    ]


_WRITERS: dict[str, Callable[[Model, str], list[str]]] = {
    "Get {many}": _list,
    "Get {one}": _get,
    "Create {one}": _create,
    "Update {one}": _update,
    "Upsert {many}": _upsert,
    "Delete {one}": _delete,
    "Import {many}": _import,
    "Sync {many}": _sync,
    "Export {many}": _export,
    "Find {one}": _find,
}


def _sample(model: Model) -> dict[str, str]:
    """Returns the fields of a realistic record, its key first."""
    key, (field, value, _) = _key(model), _change(model)
    needed = [each for each in model.required() if each.key not in model.FIXED]
    owned = {"company_id": SAMPLES["company_id"]} if _is_owned(model) else {}
    typical = {each.name: each.options[0] if each.options else BY_KIND.get(each.kind, "Example") for each in needed}
    required = {name: SAMPLES.get(name) or value for name, value in typical.items()}
    return {**({key: _key_value(model)} if key else {}), **owned, **required, **EXTRA.get(model, {}), field: value}


def _change(model: Model) -> tuple[str, str, str]:
    """Returns a field that an example changes, and its values before and after."""
    if model in CHANGES:
        return CHANGES[model]
    writable = {field.name: field for field in model.writable()}
    name, before, after = next(each for each in COMMON_CHANGES if each[0] in writable)
    options = writable[name].options
    return (name, options[0], options[1]) if options else (name, before, after)


def _key(model: Model) -> str:
    """Returns the field by which a row means its record, beside Planhat's own id."""
    names = ("external_id", "source_id")
    return next((name for name in names if (field := model.field(name)) and field.key in model.KEYS), "")


def _key_value(model: Model) -> str:
    return f"{str(model.SINGULAR)[0].upper()}-101"


def _reference(model: Model) -> str:
    """Returns the key of the record with its prefix, where Planhat finds it by that; else the record itself."""
    kind = {"external_id": types.PlanhatIdType.EXTERNAL_ID, "source_id": types.PlanhatIdType.SOURCE_ID}.get(_key(model))
    found = kind in model.READ_BY and kind in model.WRITE_BY
    return kind.written(_key_value(model)) if kind and found else f"${{{argument_of(model)}}}"


def _is_named(model: Model) -> bool:
    return not _reference(model).startswith("$")


def _is_owned(model: Model) -> bool:
    return issubclass(model, PlanhatCompanyOwnedObject)


def _before(model: Model) -> list[str]:
    """Returns the steps that make what a record belongs to."""
    needs_company = _is_owned(model) or model is types.Issue
    found = ["${company}=    Create Company    name=Acme    external_id=A-100"] if needs_company else []
    if model is types.NPS:
        found.append("Create Enduser    email=ada@acme.example    company_id=${company}")
    if model is types.LineItem:
        found = ["${company}=    Create Company    name=Acme    external_id=A-100"]
        found.append("${deal}=    Create Deal    company_id=${company}    name=Renewal")
    return found


def _stored(model: Model, *, named: bool) -> list[str]:
    """Returns the steps that make a record.

    Args:
        model: The model.
        named: Whether the example goes on with its key; else with the record itself, in a variable.
    """
    cells = _cells(_sample(model))
    one, many, each = titled(model.SINGULAR), titled(model.PLURAL), argument_of(model)
    if types.Verb.CREATE in model.VERBS:
        makes = f"Create {one}    {cells}"
        return [*_before(model), makes if named else f"${{{each}}}=    {makes}"]
    rows = [f"${{row}}=    Create Dictionary    {cells}", f"Upsert {many}    ${{row}}"]
    taken = [f"@{{found}}=    Get {many}    ${{company}}", f"${{{each}}}=    Set Variable    ${{found}}[0]"]
    return [*_before(model), *rows, *([] if named else taken)]


def _row(model: Model, *, changed: bool) -> tuple[list[str], dict[str, str]]:
    """Returns the steps before a row, and the row; where models have no key of ours, a record that is there."""
    field, _, after = _change(model)
    each = argument_of(model)
    if not _key(model):
        made = f"${{{each}}}=    Create {titled(model.SINGULAR)}    {_cells(_sample(model))}"
        return [*_before(model), made], {"_id": f"${{{each}.id}}", field: after}
    # A row with a change has its key beside it, and what Planhat always needs.
    kept = {_key(model), *LABELS, *(field.name for field in model.required())}
    row = {name: value for name, value in _sample(model).items() if not changed or name in kept}
    return _before(model), {**row, field: after} if changed else row


def _heading(name: str) -> str:
    words = {"company_id": "Customer No", "_id": "Id"}
    return words.get(name) or titled(name.replace("_", " "))


def _cells(fields: dict[str, str]) -> str:
    return "    ".join(f"{name}={value}" for name, value in fields.items())
