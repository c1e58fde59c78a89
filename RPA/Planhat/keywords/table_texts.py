"""The documentation of the keywords that move tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from RPA.Planhat.keywords import tables, texts
from RPA.Planhat.keywords.pages import page

if TYPE_CHECKING:
    from collections.abc import Callable

    from RPA.Planhat.keywords.pages import Parts
    from RPA.Planhat.types import PlanhatObject

RAISES = [
    "PlanhatValidationError: If the file can not be read, or the mapping does not fit it; nothing was sent.",
    (
        "PlanhatBulkError: If rows are bad and not to be skipped, in which case nothing was sent, or rows failed; the "
        "report is on the error."
    ),
]
REPORT = (
    "The report: every row is created, updated, unchanged, failed, unknown, refused or repeated. `${report.failed}` "
    "has the first rows that are not stored, refused ones too, each with `number`, `row`, `key` and `reason`. With "
    "`dry_run=True` the plan: `${plan.counts}` and `${plan.differences}`."
)

EXPORT_DOCS = [
    "path: The file, a `.csv`, `.tsv`, `.jsonl`, `.json` or `.xlsx`. Without it rows are returned.",
    (
        "columns: Field names and `custom.<Name>` as a list or with commas, or a dictionary of headings and fields; "
        "keys, all that can be written and all custom fields unless given."
    ),
    "company_ids: Only of these companies: an id, several with commas, a record, or a list of these.",
    "limit: The number of records at most.",
    "as_table: When true and without a path, a Table of RPA.Tables is returned, if rpaframework is installed.",
    "**filters: Values by field or by parameter of the model.",
]


def document(model: type[PlanhatObject], kind: str, name: str) -> str:
    """Returns the documentation of a keyword.

    Args:
        model: The model.
        kind: The name of the keyword with its placeholders.
        name: The name of the keyword.
    """
    return page(name, _WRITERS[kind](model, name))


def _import(model: type[PlanhatObject], name: str) -> Parts:
    summary = (
        f"Creates or updates {model.PLURAL} from a file or from rows, checked before anything is sent.\n\n"
        "Columns become fields by a mapping, and cells values by the type of the field. See [Tables]."
    )
    steps = [*texts.sample_rows(model), f"${{report}}=    {name}    ${{rows}}", "Log    ${report}"]
    return summary, tables.argument_docs(tables.IMPORT), REPORT, RAISES, steps


def _sync(model: type[PlanhatObject], name: str) -> Parts:
    summary = (
        f"Makes {model.PLURAL} equal to a table: reads what Planhat has, and sends real differences only.\n\n"
        f"A second run sends nothing. Fields that the table does not have stay as they are, and so do {model.PLURAL} "
        "that are in no row. See [Tables]."
    )
    many = name.removeprefix("Sync ")
    steps = [f"@{{rows}}=    Get {many}    limit=3", f"${{report}}=    {name}    ${{rows}}", "Log    ${report}"]
    return summary, tables.argument_docs(tables.SYNC), REPORT, RAISES, steps


def _export(model: type[PlanhatObject], name: str) -> Parts:
    summary = (
        f"Writes {model.PLURAL} to a file, or returns them as flat rows.\n\n"
        "The file appears when it is complete. An export that was interrupted goes on where it stopped when it is run "
        "again. Texts that a spreadsheet would take for a formula get an apostrophe."
    )
    returns = "The path of the file; without one a list of flat dictionaries, or a Table."
    raises = ["PlanhatValidationError: If the ending, a column or a filter is unknown."]
    path = f"${{OUTPUT_DIR}}${{/}}{model.API_NAME}.csv"
    return summary, EXPORT_DOCS, returns, raises, [f"${{file}}=    {name}    {path}", "Log    ${file}"]


def _find(model: type[PlanhatObject], name: str) -> Parts:
    summary = (
        f"Returns the one {model.SINGULAR} that is meant by a name, an e-mail address, a domain or an id.\n\n"
        "Case does not matter. Companies are found in one list of all that is read once and kept until the next write."
    )
    arguments = [
        "wanted: A name, an e-mail address, a domain, a Planhat id, an external id or a source id.",
        f"default: What is returned when there is no such {model.SINGULAR}; else that is an error.",
        "**fields: Values by field, all of which have to fit, such as `company_id=`.",
    ]
    returns = f"The {model.SINGULAR} with all its fields, or the default."
    raises = [
        f"PlanhatNotFoundError: If there is no such {model.SINGULAR}, and no default.",
        f"PlanhatValidationError: If several {model.PLURAL} fit; the message lists them.",
    ]
    steps = [f"${{found}}=    {name}    Nobody At All    default=${{None}}", "Should Be Equal    ${found}    ${None}"]
    return summary, arguments, returns, raises, steps


_WRITERS: dict[str, Callable[[type[PlanhatObject], str], Parts]] = {
    "Import {many}": _import,
    "Sync {many}": _sync,
    "Export {many}": _export,
    "Find {one}": _find,
}
