"""Keywords that move tables of any model, and save what became of them."""

from __future__ import annotations

from typing import Any

from robot.api import logger
from robot.api.deco import keyword

from RPA.Planhat.keywords import tables
from RPA.Planhat.keywords.component import Component
from RPA.Planhat.keywords.models import ALIAS, Function
from RPA.Planhat.keywords.pages import page
from RPA.Planhat.keywords.signatures import positional, present
from RPA.Planhat.keywords.table_texts import RAISES, REPORT
from RPA.Planhat.operations.options import Described
from RPA.Planhat.operations.references import model_of
from RPA.Planhat.operations.rows.table_report import TablePlan, TableReport
from RPA.Planhat.text.validation import require

MODEL_DOC = "model: The name of the model, as `companies` or `Time Entry`, or a path such as `/teams`."


class AnyTableKeywords(Component):
    """Keywords that move tables of any model."""

    @keyword(tags=["any model", "table"])
    def save_planhat_plan(self, plan: TablePlan, path: str) -> str:
        """Saves what an import or a sync would do as a CSV file: a line for each field that changes.

        Args:
            plan: What an `Import …` or `Sync …` keyword returned with `dry_run=True`.
            path: The file.

        Returns:
            The path.

        Raises:
            PlanhatValidationError: If the file can not be written.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Save Planhat Plan
            ${row}=    Create Dictionary    name=Acme    external_id=A-104
            ${plan}=    Import Companies    ${row}    dry_run=True
            Save Planhat Plan    ${plan}    ${OUTPUT_DIR}${/}plan.csv
        ```
        """
        require("plan", plan, TablePlan, "what an import or a sync returned with dry_run=True")
        logger.info(f"Saved {plan.save(path)} lines of the plan as {path}.")
        return path


def _any_model(differences: bool, name: str, more: list[Described], summary: str, step: str) -> Function:
    arguments = [positional("model", str), *tables.arguments(more), ALIAS]

    def load(
        self: Component, model: str, rows: Any, mapping: Any = None, alias: str | None = None, **given: Any
    ) -> Any:
        return tables.load(self.session(alias), model_of(model), rows, mapping, differences=differences, **given)

    made: Any = load
    docs = [MODEL_DOC, *tables.argument_docs(more)]
    steps = ["${row}=    Create Dictionary    name=Acme    external_id=A-105", step, "Log    ${report}"]
    present(made, name, page(name, (summary, docs, REPORT, RAISES, steps)), arguments, TablePlan | TableReport)
    decorated: Function = keyword(name, tags=["any model", "table"])(made)
    return decorated


AnyTableKeywords.import_planhat_objects = _any_model(  # type: ignore[attr-defined]
    differences=False,
    name="Import Planhat Objects",
    more=tables.IMPORT,
    summary="Creates or updates records of any model from a file or from rows. See [Tables].",
    step="${report}=    Import Planhat Objects    companies    ${row}",
)
AnyTableKeywords.sync_planhat_objects = _any_model(  # type: ignore[attr-defined]
    differences=True,
    name="Sync Planhat Objects",
    more=tables.SYNC,
    summary="Makes records of any model equal to a table, and sends real differences only. See [Tables].",
    step="${report}=    Sync Planhat Objects    companies    ${row}",
)
