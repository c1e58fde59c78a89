"""Keywords that turn records into files and flat rows."""

from __future__ import annotations

from typing import Any

from robot.api import logger
from robot.api.deco import keyword

from RPA.Planhat.keywords.component import Component
from RPA.Planhat.keywords.converters import Reference
from RPA.Planhat.keywords.table_makers import export_model
from RPA.Planhat.operations.flattening import as_table as table_of
from RPA.Planhat.operations.flattening import flat_rows
from RPA.Planhat.operations.references import model_of


class ExportKeywords(Component):
    """Keywords that turn records into files and flat rows."""

    @keyword(tags=["any model", "table"])
    def export_planhat_objects(
        self,
        model: str,
        path: str | None = None,
        columns: Any = None,
        *,
        company_ids: Reference = None,
        limit: int | None = None,
        as_table: bool = False,
        alias: str | None = None,
        **filters: Any,
    ) -> Any:
        """Writes records of any model to a file, or returns them as flat rows.

        Args:
            model: The name of the model, as `companies` or `Time Entry`, or a path such as `/teams`.
            path: The file; its ending tells the form: `.csv`, `.tsv`, `.jsonl`, `.json` or `.xlsx`. Without it rows
                are returned.
            columns: Field names and `custom.<Name>` as a list or with commas, or a dictionary of headings and fields.
            company_ids: Only of these companies.
            limit: The number of records at most.
            as_table: When true and without a path, a Table of RPA.Tables is returned.
            alias: The connection to use; the current one unless given.
            **filters: Values by field or by parameter of the model.

        Returns:
            The path of the file; without one a list of flat dictionaries, or a Table.

        Raises:
            PlanhatValidationError: If the ending, a column or a filter is unknown.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Export Planhat Objects
            ${rows}=    Export Planhat Objects    companies    columns=name,phase    limit=2
            Log    ${rows}[0][name]
        ```
        """
        asked = {"company_ids": company_ids, "limit": limit, "as_table": as_table, **filters}
        return export_model(self.session(alias), model_of(model), path, columns, **asked)

    @keyword(tags=["any model", "table"])
    def flatten_objects(self, objects: Any, columns: Any = None, *, as_table: bool = False) -> Any:
        """Returns records as flat rows, one value in each cell, for RPA.Tables, Excel and CSV.

        Custom fields become columns `custom.<Name>`. Lists become text with commas, other structures JSON.

        Args:
            objects: Records, or rows in any form.
            columns: Only these: a list, a text with commas, or a dictionary of headings and fields.
            as_table: When true, a Table of RPA.Tables is returned, if rpaframework is installed.

        Returns:
            A list of flat dictionaries, or a Table.

        Raises:
            PlanhatValidationError: If a column is no field, or RPA.Tables is not installed.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Flatten Objects
            ${companies}=    Get Companies    properties=ALL    limit=2
            ${rows}=    Flatten Objects    ${companies}    columns=name,tags,custom.Plan
            Log    ${rows}[0][custom.Plan]
        ```
        """
        rows = flat_rows(objects, columns)
        logger.info(f"Flattened {len(rows)} records.")
        return table_of(rows) if as_table else rows
