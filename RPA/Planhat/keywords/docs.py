"""The documentation of the keywords that the factory makes: a page for each, with an example that runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from robot.utils import html_escape

from RPA.Planhat import operations
from RPA.Planhat.keywords import tables
from RPA.Planhat.keywords.arguments import argument_of, field_docs, parameter_docs
from RPA.Planhat.text.messages import titled, with_article
from RPA.Planhat.types import Company, PlanhatIdType, PlanhatObject

Model = type[PlanhatObject]


class AnyModel(PlanhatObject):
    """Records of any model."""

    __slots__ = ()

    OPEN = True
    SINGULAR = "record of any model"
    PLURAL = "records of any model"


ANY = AnyModel
"""The model of keywords that take the name of one."""

ALIAS_DOC = "alias: The connection to use. Default: the current one."
MODEL_DOC = "model: The name of the model, such as `companies` or `Time Entry`, or a path such as `/teams`."
COMPANIES_DOC = (
    "company_ids: Only records of these companies: an id, several with commas, a record, or a list of these."
)
LIMIT_DOC = "limit: The maximum number of records. Default: all."
WHERE_DOC = (
    "where: Only records for which a condition holds, such as `phase in (onboarding, live) and custom.Seats > 100`, "
    "see [Filters]."
)
FREE_FIELDS_DOC = "**fields: Custom fields as `custom.<Name>=value`, and fields in Planhat's own spelling."

INVALID = "PlanhatValidationError: If a field is unknown or a value is not valid for it; nothing was sent."
NOT_FOUND = "PlanhatNotFoundError: If Planhat has no such {one}."
REFUSED = "PlanhatBadRequestError: If Planhat refuses it, for example because a key is in use."
UNCERTAIN = "PlanhatOutcomeUnknownError: If it is not known whether it was stored. It is never sent twice."
CHECK_CUSTOM_FIELDS = (
    "check_custom_fields: When true, custom values are converted and checked by the custom fields of the tenant, as "
    "imports do; these are read once. When false, Planhat stores values as they are."
)
LOADED = [
    "PlanhatValidationError: If the file cannot be read, or the mapping does not fit it; nothing was sent.",
    (
        "PlanhatBulkError: If rows are bad, in which case nothing was sent, or if rows failed; the report is on the "
        "error."
    ),
]
REPORT = (
    "The report: every row is created, updated, unchanged, failed, unknown, refused or repeated. `${report.failed}` "
    "has the rows that are not stored, refused ones too, each with `number`, `row`, `key` and `reason`; "
    "`${report.calls}` is the number of calls, `${report.alike}` names rows that Planhat may take for one record. With "
    "`dry_run=True` the plan: `${plan.counts}` and `${plan.differences}`."
)

SUMMARIES = {
    "Get {many}": "Returns a complete list of {many}.",
    "Get {one}": "Returns one {one} with all its fields.",
    "Create {one}": "Creates one {one} and returns it as Planhat stored it.",
    "Update {one}": "Updates the given fields of one {one} and leaves all others alone.",
    "Upsert {many}": "Creates or updates any number of {many}, in calls of at most 5,000 rows and 32 MB.",
    "Delete {one}": "Deletes one {one} permanently.",
    "Import {many}": "Imports {many} from a file or from rows, which are all checked before the first is sent.",
    "Sync {many}": "Syncs {many} with a table: compares the table with Planhat and sends only the differences.",
    "Export {many}": "Exports {many} to a file, or returns them as flat rows.",
    "Find {one}": "Finds the one {one} with this {names}.",
}
"""The first lines of the pages, which logs show as well."""

Page = tuple[str, list[str], str, list[str]]
"""What a page has beside its first line and its example: details, arguments, return value, errors."""

LONGEST_STEP = 88
"""Characters of a step in an example."""


def keyword_name(kind: str, model: Model) -> str:
    """Returns a name with `{one}` and `{many}` for a model."""
    if model is ANY:
        return kind.format(one="Planhat Object", many="Planhat Objects")
    return kind.format(one=titled(model.SINGULAR), many=titled(model.PLURAL))


def summary(kind: str, model: Model) -> str:
    """Returns the first line of the documentation of a keyword.

    Args:
        kind: The name of the keyword with its placeholders.
        model: The model.
    """
    return SUMMARIES[kind].format(one=model.SINGULAR, many=model.PLURAL, names=_names(model))


def document(kind: str, model: Model, name: str) -> str:
    """Returns the documentation of a keyword as Robot Framework and Libdoc read it.

    Args:
        kind: The name of the keyword with its placeholders.
        model: The model; `ANY` for a keyword that takes the name of one.
        name: The name of the keyword.
    """
    from RPA.Planhat.keywords import examples  # noqa: PLC0415 - a run shows none

    details, arguments, returns, raises = _PAGES[kind](model)
    arguments = [*([MODEL_DOC] if model is ANY else []), *arguments, ALIAS_DOC]
    steps = examples.steps(kind, Company if model is ANY else model, name, any_model=model is ANY)
    task = "\n".join([f"Example Of {name}", *(f"    {_over_lines(step)}" for step in steps)])
    sections = [
        "\n\n".join(filter(None, [summary(kind, model), details])),
        _section("Args", sorted(arguments, key=lambda line: line.startswith("**"))),
        _section("Returns", [returns]),
        _section("Raises", raises),
        f"Examples:\n\n```robotframework\n*** Tasks ***\n{task}\n```",
    ]
    return "\n\n".join(sections)


def _section(title: str, lines: list[str]) -> str:
    return "\n".join([f"{title}:", *(f"    {line}" for line in lines)])


def _over_lines(step: str) -> str:
    """Puts each argument of a long step on a line of its own."""
    if len(step) <= LONGEST_STEP:
        return step
    keyword = 2 if step.startswith(("${", "@{")) else 1
    cells = step.split("    ")
    return "\n    ...    ".join(["    ".join(cells[:keyword]), *cells[keyword:]])


def _list(model: Model) -> Page:
    from RPA.Planhat.keywords import examples  # noqa: PLC0415 - as above

    each = argument_of(model) if model is not ANY else "record"
    pages = (
        "" if model is ANY else f" Planhat returns it in pages of {model.PAGE.size}; this keyword reads all of them."
    )
    owned = model.COMPANY_PARAMETER is not None or model.field("company_id") is not None
    sort = "-name" if model.field("name") else "-updated_at"
    example = f"{examples.filter_of(model)}` or `" if model is not ANY else "phase=live` or `"
    custom = "custom.Region=EMEA" if model is ANY or model.field("custom") else "updated_at=2026-03-01"
    arguments = [
        *([COMPANIES_DOC] if owned else []),
        "properties: Only these fields: a name, several with commas, a list, or `ALL`. Faster, and less memory.",
        (
            "columns: Rows with these columns instead of records, as of an export: field names, and fields of records "
            "that are referred to, such as `name,owner.email,company.owner.email`."
        ),
        f"sort: The field to sort by, such as `{sort}`; `-` sorts descending. Default: `_id`.",
        LIMIT_DOC,
        WHERE_DOC,
        *parameter_docs(model),
        (
            f"**filters: Values by field, such as `{example}{custom}`. Planhat cannot filter by them; the library "
            "applies them after downloading, and returns only records with this value."
        ),
    ]
    returns = (
        f"A list of records, empty when there are none. `${{{each}.id}}` reads a field of one. With `columns=` a "
        "list of flat dictionaries."
    )
    return f"{_about(model)}{pages}".strip(), arguments, returns, [INVALID]


def _get(model: Model) -> Page:
    return (
        "",
        [_reference_doc(model, _taken_as_it_is(model, "reads", model.READ_BY))],
        "The record.",
        [_one(model, NOT_FOUND)],
    )


def _create(model: Model) -> Page:
    arguments = [
        "row: A dictionary or record with fields, such as a row of a table; named fields win over it.",
        *field_docs(model, creating=True),
        *_check_doc(model),
        FREE_FIELDS_DOC,
    ]
    return _about(model), arguments, "The new record, with its `id`.", [INVALID, REFUSED, UNCERTAIN]


def _update(model: Model) -> Page:
    arguments = [
        _reference_doc(model, _taken_as_it_is(model, "updates", model.WRITE_BY)),
        "row: A dictionary or record with the fields to update; named fields win over it.",
        *field_docs(model, creating=False),
        *_check_doc(model),
        FREE_FIELDS_DOC,
    ]
    details = "A field that is left out stays as it is; `${None}` clears it."
    return details, arguments, "The whole record as it is now.", [INVALID, _one(model, NOT_FOUND)]


def _upsert(model: Model) -> Page:
    keys = ", then ".join(f"`{key}`" for key in model.KEYS)
    matched = (
        "Each model has its own keys, see [Models]. "
        if model is ANY
        else f"Planhat matches each row by the first of these keys that it has: {keys}. "
    )
    details = (
        f"{matched}A row without a match is created; a row without any key is always created. Fields that a row does "
        "not have stay as they are."
    )
    arguments = [
        "rows: Rows in any form, or the path of a file, see [Tables]. Columns are field names.",
        *tables.upload_docs(model),
    ]
    returns = (
        "The report: every row is created, updated, unchanged, failed or unknown. `${report.counts}`, "
        "`${report.failed}`, `${report.unknown}`, `${report.calls}` and, with `verify=True`, `${report.proof}`. "
        "See [Bulk upserts]."
    )
    raises = [INVALID, "PlanhatBulkError: If a row failed or is unknown; the good rows are stored."]
    return details, arguments, returns, raises


def _delete(model: Model) -> Page:
    arguments = [
        _reference_doc(model, " Other kinds of id are resolved to the Planhat id first."),
        "missing_ok: When true, a record that does not exist is not an error.",
    ]
    return "", arguments, "The id that was given.", [_one(model, NOT_FOUND)]


def _import(_model: Model) -> Page:
    details = "A mapping turns columns into fields, and cells become values by the type of the field. See [Tables]."
    return details, tables.load_docs(tables.IMPORT), REPORT, LOADED


def _sync(model: Model) -> Page:
    details = (
        f"A second run sends nothing. Fields that the table does not have stay as they are, and so do {model.PLURAL} "
        "that are in no row. See [Tables]."
    )
    others = f" `${{report.not_in_table}}` has the {model.PLURAL} that are in no row."
    return details, tables.load_docs(tables.SYNC), f"{REPORT}{others}", LOADED


def _export(_model: Model) -> Page:
    details = (
        "The file appears when it is complete. An export that was interrupted continues where it stopped when you run "
        "it again. Strings that a spreadsheet would take for a formula get an apostrophe."
    )
    arguments = [
        "path: The file, a `.csv`, `.tsv`, `.jsonl`, `.ndjson`, `.json` or `.xlsx`. Default: rows are returned.",
        (
            "columns: Field names, `custom.<Name>`, and fields of records that are referred to, such as `owner.email` "
            "or `company.owner.email`: a list, or with commas, or a dictionary of headings and fields. Default: keys, "
            "all fields that can be written, and all custom fields."
        ),
        COMPANIES_DOC,
        LIMIT_DOC,
        WHERE_DOC,
        "as_table: When true and without a path, a Table of RPA.Tables is returned, if rpaframework is installed.",
        *(f"{each.name}: {each.doc}" for each in tables.LAYOUT),
        "**filters: Values by field or by parameter of the model.",
    ]
    returns = "The path of the file; without a path a list of flat dictionaries, or a Table."
    return (
        details,
        arguments,
        returns,
        ["PlanhatValidationError: If the file extension, a column or a filter is unknown."],
    )


def _find(model: Model) -> Page:
    details = "Case does not matter, except in ids."
    if model in (Company, ANY):
        details += " Companies are found in one list of all, which is read once and kept until the next write."
    arguments = [
        f"wanted: {_names(model).capitalize()}: Planhat's own, or one of yours with or without its prefix.",
        f"default: The value that is returned when there is no such {model.SINGULAR}. Default: an error.",
        WHERE_DOC,
        "**fields: Values by field, such as `company_id=`; all of them must match.",
    ]
    raises = [
        f"PlanhatNotFoundError: If there is no such {model.SINGULAR}, and no default.",
        f"PlanhatValidationError: If several {model.PLURAL} match; the message lists them.",
    ]
    return details, arguments, f"The {model.SINGULAR} with all its fields, or the default.", raises


_PAGES: dict[str, Callable[[Model], Page]] = {
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


def _about(model: Model) -> str:
    return "" if model is ANY else " ".join((model.__doc__ or "").split())


def _one(model: Model, text: str) -> str:
    return text.format(one=model.SINGULAR)


def _check_doc(model: Model) -> list[str]:
    return [CHECK_CUSTOM_FIELDS] if model.field("custom") else []


def _reference_doc(model: Model, more: str) -> str:
    name = "record" if model is ANY else argument_of(model)
    has = [
        f"`{kind.value}…`" for kind in operations.references.PREFIXED if model is ANY or model.field(model.key_of(kind))
    ]
    return f"{name}: A Planhat id, {''.join(f'{each}, ' for each in has)}or a record.{more}"


def _taken_as_it_is(model: Model, does: str, kinds: Iterable[PlanhatIdType]) -> str:
    """Returns by which ids Planhat reads or updates, and what happens with the others that the model has."""
    others = [kind for kind in operations.references.PREFIXED if model.field(model.key_of(kind)) and kind not in kinds]
    if model is ANY:
        return ""
    looked_up = f" The library looks up {' and '.join(with_article(kind.label) for kind in others)} in the list first."
    return f" Planhat {does} by {' or '.join(kind.label for kind in kinds)}.{looked_up if others else ''}"


def _names(model: Model) -> str:
    """Returns what people find a record of a model by."""
    named = [
        ("name", "name"),
        ("title", "title"),
        ("subject", "subject"),
        ("nick_name", "nick name"),
        ("email", "e-mail address"),
        ("domains", "domain"),
    ]
    known = [word for name, word in named if model is ANY or model.field(name)]
    return ", ".join(known) + " or id" if known else "id"


SECTIONS = {"Args:": "Arguments", "Returns:": "Returns", "Raises:": "Raises"}
"""The sections of a docstring that Libdoc reads since Robot Framework 7.5, and their headings before."""


def as_html(text: str, names: Iterable[str]) -> str:
    """Returns documentation as HTML, for a Libdoc that does not read Markdown.

    Args:
        text: The documentation in Markdown, with sections of a docstring.
        names: What `[name]` can be a link to: keywords, and sections of the introduction.
    """
    try:
        from markdown import markdown  # noqa: PLC0415 - only Libdoc asks for it, never a run
    except ImportError:
        return f"<pre>{html_escape(text, linkify=False)}</pre>"
    links = re.compile(rf"\[({'|'.join(map(re.escape, names))})\](?!\()")
    marked = links.sub("\ue000\\1\ue001", _lists_of_sections(text))
    html = markdown(marked, extensions=["tables", "fenced_code", "sane_lists"])
    return str(html).replace("\ue000", "`").replace("\ue001", "`")


def _lists_of_sections(text: str) -> str:
    """Turns the sections of a docstring into headings with lists, and their wrapped lines into one."""
    lines: list[str] = []
    section = ""
    for line in text.splitlines():
        if line in SECTIONS:
            section = line
            lines += [f"**{SECTIONS[line]}**", ""]
        elif section and line and not line.startswith(" "):
            section = ""
            lines += ["", line]
        elif section and line.startswith("     "):
            lines[-1] += f" {line.strip()}"
        elif section and line:
            name, colon, rest = line.strip().partition(": ")
            listed = section != "Returns:" and colon
            lines.append(f"- `{name}`: {rest}" if listed else line.strip())
        else:
            lines.append(line)
    return "\n".join(lines)
