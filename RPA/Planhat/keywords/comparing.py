"""Keywords that compare: rows with Planhat, records with each other, and Planhat with its earlier state."""

from __future__ import annotations

from typing import Any, cast

from robot.api import logger
from robot.api.deco import keyword

from RPA.Planhat import operations
from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.keywords.component import UNSET, AnyRows, Component, Reference, refuse_nobody
from RPA.Planhat.keywords.logs import ROWS, log_list, log_table
from RPA.Planhat.text.messages import plural
from RPA.Planhat.text.parsing import as_strings
from RPA.Planhat.types import PlanhatObject, PlanhatObjectList


class CompareKeywords(Component):
    """Keywords that find what is missing, what is there twice, and what has changed."""

    @keyword(tags=["any model", "read"])
    def find_missing_objects(
        self, objects: AnyRows, model: str | None = None, *, alias: str | None = None
    ) -> PlanhatObjectList[Any]:
        """Returns the rows of a list that Planhat does not have, by any of their ids.

        Archived records count as there. Only ids are read, in one pass.

        Args:
            objects: Records, or rows with `_id`, `source_id` or `external_id`.
            model: The name of the model, needed when the rows are plain dictionaries.
            alias: The connection to use. Default: the current one.

        Returns:
            The missing ones, as records.

        Raises:
            PlanhatValidationError: If plain rows are given without `model=`, or are not rows; nothing was sent.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Find Missing Objects
            ${row}=    Create Dictionary    name=Nova    external_id=A-102
            ${new}=    Find Missing Objects    ${row}    company
            Log    ${new}
        ```
        """
        missing = operations.finding.find_missing(self.session(alias), _records_of(objects, model))
        log_list(missing, "Planhat does not have {}.")
        return missing

    @keyword(tags=["any model", "read"])
    def find_duplicates(
        self,
        model: str,
        fields: list[str] | str,
        *,
        company_ids: Reference = UNSET,
        properties: list[str] | str | None = None,
        where: str | None = None,
        alias: str | None = None,
    ) -> list[PlanhatObjectList[Any]]:
        """Finds duplicates: groups of records with equal values in the given fields. Nothing is merged or deleted.

        Case, the Unicode form of accents, and extra spaces do not matter. Records in which one of the fields is empty
        are in no group.

        Args:
            model: The name of the model.
            fields: The fields to compare, such as `email` or `name,company_id`; custom fields as `custom.<Name>`.
            company_ids: Only records of these companies.
            properties: Only these fields of the records, beside those that are compared. Default: all.
            where: Only records for which a condition holds, such as `phase != lost`, see [Filters].
            alias: The connection to use. Default: the current one.

        Returns:
            A list of lists of records.

        Raises:
            PlanhatValidationError: If a field is unknown.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Find Duplicates
            Create Company    name=Twin Peaks
            Create Company    name=TWIN PEAKS
            ${groups}=    Find Duplicates    companies    name
            Log    ${groups}[0]
        ```
        """
        kind = operations.references.model_of(model)
        refuse_nobody("company_ids", company_ids)
        companies = None if company_ids is UNSET else company_ids
        query = operations.reading.Query(company_ids=companies, properties=properties, where=where)
        groups = operations.finding.find_duplicates(self.session(alias), kind, as_strings(fields, "fields"), query)
        cells = ([len(group), str(group[0]), ", ".join(each.id for each in group)] for group in groups[:ROWS])
        line = (
            f"Found {plural(len(groups), 'group')} of {kind.PLURAL} that are equal in {', '.join(as_strings(fields))}"
        )
        log_table(line, ["records", "first", "ids"] if groups else [], cells, len(groups))
        return groups

    @keyword(tags=["any model", "changes"])
    def take_planhat_snapshot(
        self, model: str, path: str, *, fields: list[str] | str | None = None, alias: str | None = None
    ) -> int:
        """Saves a snapshot of all records of a model to a local file, to find later changes with it.

        Args:
            model: The name of the model.
            path: The file (SQLite); one for each model. An older snapshot in it is replaced, at once, at the end.
            fields: The fields to watch. Default: all that can be written.
            alias: The connection to use. Default: the current one.

        Returns:
            The number of records.

        Raises:
            PlanhatValidationError: If a field is unknown, or the file is something else.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Take Planhat Snapshot
            ${count}=    Take Planhat Snapshot    companies    ${OUTPUT_DIR}${/}watched.db    fields=name,phase
            Log    ${count}
        ```
        """
        kind = operations.references.model_of(model)
        count = operations.snapshots.take_snapshot(
            self.session(alias), kind, path, as_strings(fields, "fields") or None
        )
        logger.info(f"Kept {plural(count, str(kind.SINGULAR), str(kind.PLURAL))} in {path}.")
        return count

    @keyword(tags=["any model", "changes"])
    def get_planhat_changes(self, model: str, path: str, *, alias: str | None = None) -> operations.snapshots.Changes:  # type: ignore[type-arg]
        """Returns what was added, changed and removed since a snapshot.

        The snapshot stays as it is, so that a robot that fails gets the same changes again; call
        [Confirm Planhat Changes] when they are dealt with.

        Args:
            model: The name of the model.
            path: The file of the snapshot.
            alias: The connection to use. Default: the current one.

        Returns:
            The changes: `added`, `removed`, `changed` (each with `record` and `fields`, and these with `name`, `old`
            and `new`), `counts`, `since`.

        Raises:
            PlanhatValidationError: If there is no snapshot of this model in the file.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Get Planhat Changes
            ${file}=    Set Variable    ${OUTPUT_DIR}${/}changes.db
            Take Planhat Snapshot    companies    ${file}
            Create Company    name=Brand New
            ${changes}=    Get Planhat Changes    companies    ${file}
            FOR    ${company}    IN    @{changes.added}
                Log    ${company.name} is new.
            END
            Confirm Planhat Changes    ${file}
        ```
        """
        changes = operations.snapshots.changes_since(self.session(alias), operations.references.model_of(model), path)
        found = [(each.record, fields) for each in changes.changed for fields in each.fields]
        cells = ([str(record), field.name, field.old, field.new] for record, field in found[:ROWS])
        log_table(f"Found {changes}", ["record", "field", "old", "new"] if found else [], cells, len(found))
        return changes

    @keyword(tags=["any model", "changes"])
    def confirm_planhat_changes(self, path: str) -> None:
        """Makes the state that [Get Planhat Changes] read last the new baseline of the snapshot.

        Args:
            path: The file of the snapshot.

        Raises:
            PlanhatValidationError: If there is no snapshot, or nothing was read since.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Confirm Planhat Changes
            ${file}=    Set Variable    ${OUTPUT_DIR}${/}confirmed.db
            Take Planhat Snapshot    companies    ${file}
            ${changes}=    Get Planhat Changes    companies    ${file}
            Confirm Planhat Changes    ${file}
        ```
        """
        operations.snapshots.confirm_changes(path)
        logger.info(f"Confirmed the changes in {path}.")


def _records_of(objects: Any, model: str | None) -> PlanhatObjectList[Any]:
    """Returns rows as records of a model; records have theirs."""
    if isinstance(objects, PlanhatObjectList):
        return objects
    rows = list(operations.input.rows.read_rows(objects))
    if model is None:
        if not all(isinstance(row, PlanhatObject) for row in rows):
            raise PlanhatValidationError("The model of plain rows is unknown: set model=, such as model=company.")
        return PlanhatObjectList(cast("list[PlanhatObject]", rows))
    kind = operations.references.model_of(model)
    return PlanhatObjectList.of(
        kind, (kind(operations.rows.convert.payload_of(kind, row, keep=kind.KEYS)) for row in rows)
    )
