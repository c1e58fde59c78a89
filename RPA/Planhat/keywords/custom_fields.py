"""Keywords that treat custom fields as a declared schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from robot.api import logger
from robot.api.deco import keyword

from RPA.Planhat import operations
from RPA.Planhat.keywords.arguments import takes
from RPA.Planhat.keywords.component import AnyRows, Component
from RPA.Planhat.keywords.logs import ROWS, done, log_table
from RPA.Planhat.operations.options import DeclarationOptions
from RPA.Planhat.text.messages import plural


class CustomFieldKeywords(Component):
    """Keywords that treat custom fields as a declared schema."""

    @keyword(tags=["custom field", "read"])
    @takes(DeclarationOptions)
    def plan_custom_fields(
        self, fields: Any, *, alias: str | None = None, **options: Any
    ) -> operations.custom.schema.CustomFieldPlan:
        """Compares declared custom fields with those of the tenant; changes nothing.

        A YAML or JSON file has a list of fields for each model. A table, such as a CSV file, has the columns `name`,
        `parent` (also `object` or `model`) and `type`, and further ones such as `options` with all options in one
        cell. What the declaration leaves out of a field is left alone.

        Args:
            fields: The path of a YAML, JSON, CSV or Excel file, a table, or a list of dictionaries.
            **options: <options>
            alias: The connection to use. Default: the current one.

        Returns:
            The plan: lists `create`, `change`, `same` and `extra` (in Planhat and not declared); `${plan.lines}` are
            the differences in words, and `${plan.is_done}` is true when there is nothing to do.

        Raises:
            PlanhatValidationError: If the declaration is wrong; the message names the rows.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Plan Custom Fields
            ${tier}=    Create Dictionary    name=Tier 113    object=company    type=list    options=Gold; Silver
            ${fields}=    Create List    ${tier}
            ${plan}=    Plan Custom Fields    ${fields}
            Should Be Equal    ${plan.lines}[0]    + company.Tier 113 (list)
        ```
        """
        plan = operations.custom.schema.make_plan(self.session(alias), fields, cast("DeclarationOptions", options))
        cells = [[line] for line in plan.lines[:ROWS]]
        log_table(f"Planned custom fields: {plan}.", ["difference"] if cells else [], cells, len(plan.lines))
        return plan

    @keyword(tags=["custom field", "bulk"])
    @takes(DeclarationOptions)
    def apply_custom_fields(
        self,
        fields: Any,
        *,
        change_types: bool = False,
        delete_extra: bool = False,
        fail_on_errors: bool = True,
        alias: str | None = None,
        **options: Any,
    ) -> operations.rows.report.BulkReport:
        """Creates and updates custom fields so that the tenant has them as declared.

        They are planned again and written one by one, so that running it again continues where it stopped, and does
        nothing when all is done. Nothing is deleted except on request.

        Args:
            fields: The path of a YAML, JSON, CSV or Excel file, or a list of dictionaries.
            change_types: When true, types are changed as well, which may spoil the values of a field.
            delete_extra: When true, fields that are not declared are deleted with their values; only those of
                models of which the declaration has fields.
            fail_on_errors: When false, fields that failed are only reported.
            **options: <options>
            alias: The connection to use. Default: the current one.

        Returns:
            The report: `${report.counts}`, the outcome of each field in `${report.results}`, and the names of
            deleted fields in `${report}[deleted]`.

        Raises:
            PlanhatValidationError: If the declaration is wrong; nothing was sent.
            PlanhatSafetyError: If a type would change; nothing was sent.
            PlanhatBulkError: If fields failed; the report is on the error.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Apply Custom Fields
            ${tier}=    Create Dictionary    name=Tier 114    object=company    type=list    options=Gold; Silver
            ${fields}=    Create List    ${tier}
            ${report}=    Apply Custom Fields    ${fields}
            Should Be Equal As Strings    ${report}    1 created
            ${again}=    Apply Custom Fields    ${fields}
            Should Be Equal As Strings    ${again}    1 unchanged
        ```
        """
        session = self.session(alias)
        plan = operations.custom.schema.make_plan(session, fields, cast("DeclarationOptions", options))
        report = operations.custom.schema.apply(session, plan, change_types=change_types, delete_extra=delete_extra)
        _log_applied(report, done(session, "Applied"))
        if fail_on_errors:
            report.raise_if_failed()
        return report

    @keyword(tags=["custom field", "read"])
    def export_custom_fields(
        self, path: str, *, models: list[str] | str | None = None, alias: str | None = None
    ) -> str:
        """Exports the tenant's custom fields to a file that [Apply Custom Fields] takes.

        Args:
            path: The file, which ends in `.yaml`, `.yml`, `.json` or `.csv`.
            models: Only those of these models; a list, or a comma-separated string.
            alias: The connection to use. Default: the current one.

        Returns:
            The path.

        Raises:
            PlanhatValidationError: If there is no such model, or the file cannot be written.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Export Custom Fields
            ${path}=    Export Custom Fields    ${OUTPUT DIR}/fields.json    models=company
            ${plan}=    Plan Custom Fields    ${path}
            Should Be True    ${plan.is_done}
        ```
        """
        count = operations.custom.schema.export(self.session(alias), path, models)
        logger.info(f"Wrote {plural(count, 'custom field')} to {Path(path).name}.")
        return path

    @keyword(tags=["custom field", "read"])
    @takes(DeclarationOptions)
    def check_custom_values(
        self,
        rows: AnyRows,
        model: str,
        *,
        fields: Any = None,
        fail_on_errors: bool = True,
        alias: str | None = None,
        **options: Any,
    ) -> operations.custom.checked_values.CheckedValues:
        """Checks the custom values of rows against the tenant's custom fields, since Planhat stores any value.

        Unknown names, wrong types, values that are not an option, and calculated fields are errors. Values that look
        wrong, such as 0.42 in a field of percent, are warnings.

        Args:
            rows: A list of dictionaries, a Table, a frame, JSON, or the path of a file. Custom values are given under
                `custom.<Name>`, or in a dictionary `custom`.
            model: The model of the rows, such as `company`.
            fields: Declared custom fields to check against, as in [Plan Custom Fields]. Default: those of the
                tenant.
            fail_on_errors: When false, errors are only reported.
            **options: <options>
            alias: The connection to use. Default: the current one.

        Returns:
            The checked rows: `${checked.rows}` have values converted to what their fields hold, ready for an upsert;
            `${checked.errors}` and `${checked.warnings}` have `number`, `field`, `value` and `message`.

        Raises:
            PlanhatValidationError: If there are errors.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Check Custom Values
            Create Custom Field    name=Seats 115    parent=company    type=number
            ${row}=    Create Dictionary    name=Acme    external_id=A-115    custom.Seats 115=12
            ${checked}=    Check Custom Values    ${row}    company
            Upsert Companies    ${checked.rows}
            ${company}=    Get Company    extid-A-115
            Should Be Equal As Integers    ${company.custom}[Seats 115]    12
        ```
        """
        chosen = cast("DeclarationOptions", options)
        checked = operations.custom.checked_values.check_table(
            self.session(alias), operations.references.model_of(model), rows, fields, chosen
        )
        cells = ([each.number, each.field, each.value, each.message] for each in checked.problems[:ROWS])
        head = ["row", "field", "value", "problem"] if checked.problems else []
        log_table(f"Checked custom values: {checked}.", head, cells, len(checked.problems))
        if fail_on_errors:
            checked.raise_if_wrong()
        return checked


def _log_applied(report: operations.rows.report.BulkReport, what: str) -> None:
    touched = [each for each in report.results if each.outcome is not operations.rows.outcomes.Outcome.UNCHANGED]
    cells = [[each.outcome.value, each.key, each.reason] for each in touched]
    cells += [["deleted", name, ""] for name in report["deleted"]]
    deleted = f", {len(report['deleted'])} deleted" if report["deleted"] else ""
    head = ["outcome", "field", "details"] if cells else []
    log_table(f"{what} custom fields: {report}{deleted}.", head, cells[:ROWS], len(cells))
