"""Custom fields as a declared schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from RPA.Planhat import operations
from RPA.Planhat.api.base import Surface, checked_model

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from typing_extensions import Unpack

    from RPA.Planhat.operations.custom.checked_values import CheckedValues
    from RPA.Planhat.operations.custom.schema import CustomFieldPlan
    from RPA.Planhat.operations.options import DeclarationOptions
    from RPA.Planhat.operations.rows.report import BulkReport
    from RPA.Planhat.types import PlanhatObject


class CustomFieldMethods(Surface):
    """Custom fields as a declared schema."""

    def plan_custom_fields(self, fields: Any, **options: Unpack[DeclarationOptions]) -> CustomFieldPlan:
        """Compares declared custom fields with those of the tenant; changes nothing.

        Args:
            fields: The path of a YAML, JSON, CSV or Excel file, a table, or a list of dictionaries.
            **options: How a table is read; see `DeclarationOptions`.

        Returns:
            The plan: lists `create`, `change`, `same` and `extra`; `lines` are the differences in words, and
                `is_done` is true when there is nothing to do.

        Raises:
            PlanhatValidationError: If the declaration is wrong; the message names the rows.
        """
        return operations.custom.schema.make_plan(self.session, fields, options)

    def apply_custom_fields(
        self,
        fields: Any,
        *,
        change_types: bool = False,
        delete_extra: bool = False,
        fail_on_errors: bool = True,
        **options: Unpack[DeclarationOptions],
    ) -> BulkReport:
        """Creates and changes custom fields until the tenant has them as declared.

        Args:
            fields: The path of a YAML, JSON, CSV or Excel file, or a list of dictionaries.
            change_types: When true, types are changed as well, which may spoil the values of a field.
            delete_extra: When true, fields that are not declared are deleted with their values; only those of models
                of which the declaration has fields.
            fail_on_errors: Raise when fields failed; otherwise they are only reported.
            **options: How a table is read; see `DeclarationOptions`.

        Returns:
            The report: `counts`, the outcome of each field in `results`, and the names of deleted fields in
                `["deleted"]`.

        Raises:
            PlanhatValidationError: If the declaration is wrong; nothing was sent.
            PlanhatSafetyError: If a type would change; nothing was sent.
            PlanhatBulkError: If fields failed; the report is on the error.

        Examples:
            ```python
            tier = {"name": "Tier", "parent": "company", "type": "list", "options": ["Gold", "Silver"]}
            print(planhat.plan_custom_fields([tier]).lines)
            planhat.apply_custom_fields([tier])
            assert planhat.plan_custom_fields([tier]).is_done
            ```
        """
        plan = operations.custom.schema.make_plan(self.session, fields, options)
        report = operations.custom.schema.apply(
            self.session, plan, change_types=change_types, delete_extra=delete_extra
        )
        if fail_on_errors:
            report.raise_if_failed()
        return report

    def export_custom_fields(self, path: str | Path, models: Iterable[str] | str | None = None) -> int:
        """Writes the custom fields of the tenant as a file that declares them.

        Args:
            path: The file, which ends in `.yaml`, `.json` or `.csv`.
            models: Only those of these models; a list, or a comma-separated string.

        Returns:
            The number of custom fields.

        Raises:
            PlanhatValidationError: If there is no such model, or the file cannot be written.
        """
        return operations.custom.schema.export(self.session, path, models)

    def check_custom_values(
        self,
        object_type: type[PlanhatObject],
        rows: Any,
        fields: Any = None,
        *,
        fail_on_errors: bool = True,
        **options: Unpack[DeclarationOptions],
    ) -> CheckedValues:
        """Checks the custom values of rows against the tenant's custom fields, since Planhat stores any value.

        Args:
            object_type: The model of the rows.
            rows: The path of a file, or rows in any form; custom values are given under `custom.<Name>`, or in a
                dictionary `custom`.
            fields: Declared custom fields to check against. Default: those of the tenant.
            fail_on_errors: Raise when values do not fit; otherwise the result has them.
            **options: How a table is read; see `DeclarationOptions`.

        Returns:
            The checked rows: `rows` have values converted to what their fields hold; `errors` and `warnings` have
                `number`, `field`, `value` and `message`.

        Raises:
            PlanhatValidationError: If there are errors.

        Examples:
            ```python
            fields = [{"name": "Seats", "parent": "company", "type": "number"}]
            checked = planhat.check_custom_values(types.Company, [{"name": "Acme", "custom.Seats": "12"}], fields)
            assert checked.rows == [{"name": "Acme", "custom": {"Seats": 12}}]
            ```
        """
        checked = operations.custom.checked_values.check_table(
            self.session, checked_model(object_type), rows, fields, options
        )
        if fail_on_errors:
            checked.raise_if_wrong()
        return checked
