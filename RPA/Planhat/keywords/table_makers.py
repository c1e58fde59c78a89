"""The keywords of each model that move tables: `Import Companies`, `Sync Endusers`, `Export Licenses`, `Find Company`.

They are made as those of `models.py` are, for the models that have the verb which they stand on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from robot.api import logger

from RPA.Planhat.errors import PlanhatNotFoundError
from RPA.Planhat.keywords import table_texts, tables
from RPA.Planhat.keywords.component import UNSET, Component
from RPA.Planhat.keywords.converters import Reference
from RPA.Planhat.keywords.logs import log_record
from RPA.Planhat.keywords.models import ALIAS, Function, Maker, assembled, named, tagged
from RPA.Planhat.keywords.signatures import free_named, named_only, positional
from RPA.Planhat.operations import exporting, finding
from RPA.Planhat.operations.flattening import as_table
from RPA.Planhat.operations.reading import Query
from RPA.Planhat.operations.rows.table_report import TablePlan, TableReport
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.types import MODELS, CustomField, PlanhatObject, Verb


class TableKeywords(Component):
    """The keywords of all models that move tables; they are added below."""


def _import(model: type[PlanhatObject]) -> Function:
    def import_(self: Component, alias: str | None = None, **given: Any) -> TablePlan | TableReport:
        return tables.load(self.session(alias), model, differences=False, **given)

    return import_


def _sync(model: type[PlanhatObject]) -> Function:
    def sync(self: Component, alias: str | None = None, **given: Any) -> TablePlan | TableReport:
        return tables.load(self.session(alias), model, differences=True, **given)

    return sync


def _export(model: type[PlanhatObject]) -> Function:
    def export(self: Component, alias: str | None = None, **asked: Any) -> Any:
        return export_model(self.session(alias), model, **asked)

    return export


def _find(model: type[PlanhatObject]) -> Function:
    def find(
        self: Component, wanted: str | None = None, alias: str | None = None, default: Any = UNSET, **fields: Any
    ) -> Any:
        return find_model(self.session(alias), model, wanted, default, fields)

    return find


def export_model(
    session: PlanhatSession, model: type[PlanhatObject], path: str | None = None, columns: Any = None, **asked: Any
) -> Any:
    """Exports a model to a file or as rows, and logs it."""
    wants_table = asked.pop("as_table", False)
    options = {name: asked.pop(name, None) for name in ("company_ids", "limit")}
    query = Query(**options, filters=asked)
    if path is not None:
        done = exporting.export(session, model, path, query, columns=columns, progress=tables.Progress())
        resumed = f" {done.resumed} of them were there from an earlier run." if done.resumed else ""
        logger.info(f"Exported {done.rows} {model.PLURAL} to {done.path}.{resumed}")
        return str(done.path)
    rows = list(exporting.export_rows(session, model, query, columns))
    logger.info(f"Exported {len(rows)} {model.PLURAL} as rows.")
    return as_table(rows) if wants_table else rows


def find_model(
    session: PlanhatSession, model: type[PlanhatObject], wanted: str | None, default: Any, fields: dict[str, Any]
) -> Any:
    """Finds the one record that is meant, or returns the default, and logs it."""
    try:
        found = finding.find_one(session, model, wanted, fields)
    except PlanhatNotFoundError as problem:
        if default is UNSET:
            raise
        logger.info(f"{problem} So it is {default!r}.")
        return default
    log_record("Found", found)
    return found


@dataclass(frozen=True)
class TableMaker(Maker):
    """How the keywords of one kind are made.

    Attributes:
        verb: What a model has to allow for it.
    """

    verb: Verb = Verb.LIST


EXPORT_ARGUMENTS = [
    positional("path", str | None, None),
    positional("columns", Any, None),
    named_only("company_ids", Reference, None),
    named_only("limit", int | None, None),
    named_only("as_table", bool, default=False),
]
FIND_ARGUMENTS = [positional("wanted", str | None, None), named_only("default", Any)]

MAKERS: list[TableMaker] = [
    TableMaker(
        "Import {many}",
        _import,
        lambda _model: [*tables.arguments(tables.IMPORT), ALIAS],
        lambda _model: TablePlan | TableReport,
        "table bulk",
        Verb.UPSERT,
    ),
    TableMaker(
        "Sync {many}",
        _sync,
        lambda _model: [*tables.arguments(tables.SYNC), ALIAS],
        lambda _model: TablePlan | TableReport,
        "table bulk",
        Verb.UPSERT,
    ),
    TableMaker(
        "Export {many}",
        _export,
        lambda _model: [*EXPORT_ARGUMENTS, ALIAS, free_named("filters")],
        lambda _model: Any,
        "table read",
        Verb.LIST,
    ),
    TableMaker(
        "Find {one}",
        _find,
        lambda _model: [*FIND_ARGUMENTS, ALIAS, free_named("fields")],
        lambda _model: Any,
        "read",
        Verb.LIST,
    ),
]


OTHERS = {(CustomField, "Export {many}")}
"""What is done by a keyword of its own: this one writes a file that declares the fields."""


def make(model: type[PlanhatObject], maker: TableMaker) -> Function:
    """Returns the keyword of a model, with signature, types, documentation and tags."""
    name = named(maker.name, model)
    document = table_texts.document(model, maker.name, name)
    return tagged(assembled(name, maker, model, document), name, model, maker.tag)


def _add_all() -> None:
    for model in MODELS.values():
        for maker in MAKERS:
            if {maker.verb, Verb.LIST} <= model.VERBS and model.KEYS and (model, maker.name) not in OTHERS:
                function = make(model, maker)
                setattr(TableKeywords, function.__name__, function)


_add_all()
