"""Tables in, tables out, look-ups and changes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from RPA.Planhat import errors, operations
from RPA.Planhat.api.base import Surface, checked_model
from RPA.Planhat.text.parsing import as_strings
from RPA.Planhat.types import PlanhatObject, PlanhatObjectList
from RPA.Planhat.types.base import label_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from typing_extensions import Unpack

    from RPA.Planhat.operations.exporting import Exported
    from RPA.Planhat.operations.options import (
        ImportOptions,
        ImportSettings,
        LayoutOptions,
        Progress,
        SyncOptions,
        SyncSettings,
    )
    from RPA.Planhat.operations.rows.report import TablePlan, TableReport
    from RPA.Planhat.operations.snapshots import Changes

P = TypeVar("P", bound=PlanhatObject)
D = TypeVar("D")

LOGGER = logging.getLogger("RPA.Planhat")

_NO_DEFAULT = object()


def _name_others(result: TablePlan | TableReport, _files: Collection[Path]) -> None:
    """Logs the records that are in no row."""
    for record in result.not_in_table:
        LOGGER.info("In Planhat and in no row: %s (%s)", label_of(record), record.get("_id"))


class TableMethods(Surface):
    """Tables in, tables out, look-ups and changes."""

    @overload
    def import_objects(
        self,
        object_type: type[PlanhatObject],
        rows: Any,
        mapping: Mapping[str, Any] | Iterable[str] | str | None = None,
        *,
        dry_run: Literal[True],
        progress: Progress | None = None,
        **options: Unpack[ImportSettings],
    ) -> TablePlan: ...
    @overload
    def import_objects(
        self,
        object_type: type[PlanhatObject],
        rows: Any,
        mapping: Mapping[str, Any] | Iterable[str] | str | None = None,
        *,
        dry_run: Literal[False] = False,
        progress: Progress | None = None,
        **options: Unpack[ImportSettings],
    ) -> TableReport: ...
    @overload
    def import_objects(
        self,
        object_type: type[PlanhatObject],
        rows: Any,
        mapping: Mapping[str, Any] | Iterable[str] | str | None = None,
        *,
        dry_run: bool,
        progress: Progress | None = None,
        **options: Unpack[ImportSettings],
    ) -> TablePlan | TableReport: ...
    def import_objects(
        self,
        object_type: type[PlanhatObject],
        rows: Any,
        mapping: Mapping[str, Any] | Iterable[str] | str | None = None,
        *,
        dry_run: bool = False,
        progress: Progress | None = None,
        **options: Unpack[ImportSettings],
    ) -> TablePlan | TableReport:
        """Creates or updates records from a file or from rows, checked before anything is sent.

        Args:
            object_type: The model, such as `types.Company`.
            rows: The path of a CSV, Excel, JSON or JSON Lines file, or rows: a list, a generator, a Table, a frame.
            mapping: Lines `column -> field`, or a dictionary of columns and fields. Without it columns are named as
                fields.
            dry_run: Send nothing, and return the plan.
            progress: Called with the step, the number of rows done, and the total; 0 when that is not known.
            **options: See `ImportOptions`.

        Returns:
            The report: every row is created, updated, unchanged, failed, unknown, refused or repeated. With
                `dry_run=True` the plan.

        Raises:
            PlanhatValidationError: If the file cannot be read, or the mapping does not fit it; nothing was sent.
            PlanhatBulkError: If rows are bad and not to be skipped, in which case nothing was sent, or rows failed;
                the report is on the error.

        Examples:
            ```python
            rows = [{"Account": "Acme", "Id": "A-1", "Since": "01.03.2024"}]
            mapping = ["Account -> name", "Id -> external_id", "Since -> custom.Since"]
            planhat.create_object(types.CustomField({"name": "Since", "type": "day", "parent": "company"}))
            print(planhat.import_objects(types.Company, rows, mapping, dates="DD.MM.YYYY", dry_run=True))
            report = planhat.import_objects(types.Company, rows, mapping, dates="DD.MM.YYYY")
            assert report.counts["created"] == 1
            ```
        """
        return self._load(
            object_type, rows, mapping, {**options, "dry_run": dry_run}, differences=False, progress=progress
        )

    @overload
    def sync_objects(
        self,
        object_type: type[PlanhatObject],
        rows: Any,
        mapping: Mapping[str, Any] | Iterable[str] | str | None = None,
        *,
        dry_run: Literal[True],
        name_others: bool = False,
        progress: Progress | None = None,
        **options: Unpack[SyncSettings],
    ) -> TablePlan: ...
    @overload
    def sync_objects(
        self,
        object_type: type[PlanhatObject],
        rows: Any,
        mapping: Mapping[str, Any] | Iterable[str] | str | None = None,
        *,
        dry_run: Literal[False] = False,
        name_others: bool = False,
        progress: Progress | None = None,
        **options: Unpack[SyncSettings],
    ) -> TableReport: ...
    @overload
    def sync_objects(
        self,
        object_type: type[PlanhatObject],
        rows: Any,
        mapping: Mapping[str, Any] | Iterable[str] | str | None = None,
        *,
        dry_run: bool,
        name_others: bool = False,
        progress: Progress | None = None,
        **options: Unpack[SyncSettings],
    ) -> TablePlan | TableReport: ...
    def sync_objects(  # noqa: PLR0913 - what a sync may be told, all named
        self,
        object_type: type[PlanhatObject],
        rows: Any,
        mapping: Mapping[str, Any] | Iterable[str] | str | None = None,
        *,
        dry_run: bool = False,
        name_others: bool = False,
        progress: Progress | None = None,
        **options: Unpack[SyncSettings],
    ) -> TablePlan | TableReport:
        """Makes records equal to a table: reads what Planhat has, and sends real differences only.

        Args:
            object_type: The model.
            rows: As of `import_objects`.
            mapping: As of `import_objects`.
            dry_run: Send nothing, and return the plan.
            name_others: Log the records that are in no row, which `not_in_table` of the report has.
            progress: Called with the step, the number of rows done, and the total; 0 when that is not known.
            **options: See `SyncOptions`.

        Returns:
            The report; its `not_in_table` yields the records that are in no row. With `dry_run=True` the plan.

        Raises:
            PlanhatValidationError: If the file cannot be read, or the mapping does not fit it; nothing was sent.
            PlanhatBulkError: If rows are bad and not to be skipped, in which case nothing was sent, or rows failed;
                the report is on the error.

        Examples:
            ```python
            rows = [{"name": "Acme", "external_id": "A-1", "phase": "live"}]
            planhat.sync_objects(types.Company, rows)
            again = planhat.sync_objects(types.Company, rows)
            assert str(again) == "1 unchanged"
            ```
        """
        given: SyncOptions = {**options, "dry_run": dry_run}
        tell = _name_others if name_others else None
        return self._load(object_type, rows, mapping, given, differences=True, progress=progress, tell=tell)

    def _load(
        self,
        object_type: type[PlanhatObject],
        rows: Any,
        mapping: Any,
        options: ImportOptions | SyncOptions,
        **more: Any,
    ) -> TablePlan | TableReport:
        return operations.rows.importing.load(self.session, checked_model(object_type), rows, mapping, options, **more)

    def export_objects(  # noqa: PLR0913 - what an export may be told, all named
        self,
        object_type: type[PlanhatObject],
        path: str | Path,
        columns: Any = None,
        *,
        company_ids: Any = None,
        limit: int | None = None,
        where: str | None = None,
        progress: Progress | None = None,
        delimiter: str | None = None,
        decimal: str | None = None,
        encoding: str | None = None,
        dates: str | None = None,
        **filters: Any,
    ) -> Exported:
        """Writes records to a file, which appears when it is complete.

        An export that was interrupted continues where it stopped when it is run again.

        Args:
            object_type: The model.
            path: The file, a `.csv`, `.tsv`, `.jsonl`, `.json` or `.xlsx`.
            columns: Field names, `custom.<Name>` and fields of records that are referred to, such as `owner.email` or
                `company.owner.email`, as a list or with commas, or a dictionary of headings and fields;
                default: keys, all that can be written and all custom fields.
            company_ids: Only of these companies.
            limit: The maximum number of records. Default: all.
            where: Only records for which a condition holds, such as `renewal_date <= today+90d`.
            progress: Called with the number of rows written.
            delimiter: The delimiter of a CSV file. Default: a comma.
            decimal: The decimal separator in a CSV file. Default: a point.
            encoding: The encoding of a CSV file. Default: UTF-8; Excel shows it right with `utf-8-sig`.
            dates: The date format in a CSV file, such as `DD.MM.YYYY`. Default: ISO 8601.
            **filters: Values by field or by parameter of the model.

        Returns:
            The `path`, and how many `rows` it has.

        Raises:
            PlanhatValidationError: If the ending, a column or a filter is unknown, or the file cannot be written.

        Examples:
            ```python
            done = planhat.export_objects(types.Company, "companies.csv", ["name", "phase", "custom.Plan"])
            print(done.path, done.rows)
            ```
        """
        query = operations.reading.Query(company_ids=company_ids, limit=limit, filters=filters, where=where)
        layout = {"delimiter": delimiter, "decimal": decimal, "encoding": encoding, "dates": dates}
        return operations.exporting.export(
            self.session, checked_model(object_type), path, query, columns=columns, progress=progress, **layout
        )

    def save_rows(self, rows: Any, path: str | Path, columns: Any = None, **layout: Unpack[LayoutOptions]) -> Exported:
        """Writes records, or rows in any form, to a file as an export does.

        Args:
            rows: Records, dictionaries, a Table, a frame, or the rows of a report.
            path: The file, a `.csv`, `.tsv`, `.jsonl`, `.json` or `.xlsx`.
            columns: Only these, as of `export_objects`. Default: all that the rows have.
            **layout: How a CSV file is written; see `LayoutOptions`.

        Raises:
            PlanhatValidationError: If the file extension, a column or an option is unknown, or the file cannot be
                written.

        Examples:
            ```python
            due = planhat.get_objects(types.License, where="to_date <= today+90d", properties="value,to_date")
            planhat.save_rows(due, "renewals.csv", delimiter=";", decimal=",", dates="DD.MM.YYYY")
            ```
        """
        return operations.exporting.save_rows(rows, path, columns, **layout)

    def export_rows(
        self,
        object_type: type[PlanhatObject],
        columns: Any = None,
        *,
        company_ids: Any = None,
        limit: int | None = None,
        where: str | None = None,
        **filters: Any,
    ) -> Iterator[dict[str, Any]]:
        """Yields records as flat rows, with the memory of one page.

        Args:
            object_type: The model.
            columns: As of `export_objects`.
            company_ids: Only of these companies.
            limit: The maximum number of records. Default: all.
            where: Only records for which a condition holds.
            **filters: Values by field or by parameter of the model.

        Raises:
            PlanhatValidationError: If a column or a filter is unknown.

        Examples:
            ```python
            for row in planhat.export_rows(types.Company, "name,custom.Plan", limit=3):
                print(row["name"], row["custom.Plan"])
            ```
        """
        query = operations.reading.Query(company_ids=company_ids, limit=limit, filters=filters, where=where)
        return operations.exporting.export_rows(self.session, checked_model(object_type), query, columns)

    def flatten_objects(self, objects: Any, columns: Any = None) -> list[dict[str, Any]]:
        """Returns records as flat rows: `custom.<Name>` for custom fields, lists as text with commas.

        Args:
            objects: Records, or rows in any form.
            columns: Only these: a list, a comma-separated string, or a dictionary of headings and fields.

        Examples:
            ```python
            companies = planhat.get_objects(types.Company, properties="ALL")
            rows = planhat.flatten_objects(companies, "name,tags,custom.Plan")
            ```
        """
        return operations.flattening.flat_rows(objects, columns)

    @overload
    def find_object(
        self, object_type: type[P], wanted: str | None = None, *, default: D, where: str | None = None, **fields: Any
    ) -> P | D: ...
    @overload
    def find_object(
        self, object_type: type[P], wanted: str | None = None, *, where: str | None = None, **fields: Any
    ) -> P: ...
    def find_object(
        self,
        object_type: type[P],
        wanted: str | None = None,
        *,
        default: Any = _NO_DEFAULT,
        where: str | None = None,
        **fields: Any,
    ) -> Any:
        """Returns the one record that is meant by a name, an e-mail address, a domain or an id.

        Args:
            object_type: The model.
            wanted: A name, an e-mail address, a domain or an id. Case does not matter.
            default: What is returned when there is no such record; else that is an error.
            where: Only a record for which a condition holds.
            **fields: Values by field; all of them must match.

        Raises:
            PlanhatNotFoundError: If there is no such record, and no default.
            PlanhatValidationError: If several fit; the message lists them.

        Examples:
            ```python
            planhat.create_object(types.Company({"name": "Acme Rockets", "domains": ["rockets.example"]}))
            company = planhat.find_object(types.Company, "https://www.rockets.example")
            nobody = planhat.find_object(types.Enduser, "nobody@rockets.example", default=None)
            ```
        """
        try:
            return operations.finding.find_one(self.session, checked_model(object_type), wanted, fields, where)
        except errors.PlanhatNotFoundError:
            if default is _NO_DEFAULT:
                raise
            return default

    def find_duplicates(
        self,
        object_type: type[P],
        fields: Iterable[str] | str,
        company_ids: Any = None,
        *,
        properties: Iterable[str] | str | None = None,
        where: str | None = None,
    ) -> list[PlanhatObjectList[P]]:
        """Returns groups of records that are equal in some fields. Nothing is merged or deleted.

        Args:
            object_type: The model.
            fields: The fields to compare, such as `email` or `name,company_id`; custom fields as `custom.<Name>`.
            company_ids: Only records of these companies. Default: all.
            properties: Only these fields of the records, beside those that are compared. Default: all.
            where: Only records for which a condition holds.

        Raises:
            PlanhatValidationError: If a field is unknown.

        Examples:
            ```python
            for group in planhat.find_duplicates(types.Enduser, "email,company_id"):
                print([each.id for each in group])
            ```
        """
        return operations.finding.find_duplicates(
            self.session,
            checked_model(object_type),
            as_strings(fields, "fields"),
            operations.reading.Query(company_ids=company_ids, properties=properties, where=where),
        )

    def take_snapshot(
        self, object_type: type[PlanhatObject], path: str | Path, fields: Iterable[str] | str | None = None
    ) -> int:
        """Keeps all records of a model in a local file, so that later changes can be found.

        Args:
            object_type: The model.
            path: The file (SQLite); one for each model. An older snapshot in it is replaced, at once, at the end.
            fields: The fields to watch. Default: all that can be written.

        Returns:
            The number of records.

        Raises:
            PlanhatValidationError: If a field is unknown, or the file is something else.
        """
        names = as_strings(fields, "fields") or None
        return operations.snapshots.take_snapshot(self.session, checked_model(object_type), path, names)

    def get_changes(self, object_type: type[P], path: str | Path) -> Changes[P]:
        """Returns what was added, changed and removed since a snapshot, which stays as it is.

        Args:
            object_type: The model.
            path: The file of the snapshot.

        Raises:
            PlanhatValidationError: If there is no snapshot of this model in the file.

        Examples:
            ```python
            planhat.take_snapshot(types.Company, "companies.db", "name,phase")
            planhat.create_object(types.Company(name="Brand New"))
            changes = planhat.get_changes(types.Company, "companies.db")
            assert [each["name"] for each in changes.added] == ["Brand New"]
            planhat.confirm_changes("companies.db")
            ```
        """
        return operations.snapshots.changes_since(self.session, checked_model(object_type), path)

    def confirm_changes(self, path: str | Path) -> None:
        """Makes the state that `get_changes` read last the new baseline of the snapshot.

        Args:
            path: The file of the snapshot.

        Raises:
            PlanhatValidationError: If there is no snapshot, or nothing was read since.
        """
        operations.snapshots.confirm_changes(path)
