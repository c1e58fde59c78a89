"""Keywords that find out what has changed in Planhat."""

from __future__ import annotations

from robot.api import logger
from robot.api.deco import keyword

from RPA.Planhat.keywords.component import Component
from RPA.Planhat.keywords.logs import ROWS, log_table
from RPA.Planhat.operations import snapshots
from RPA.Planhat.operations.references import model_of
from RPA.Planhat.operations.snapshots import Changes
from RPA.Planhat.text.parsing import as_strings


class ChangeKeywords(Component):
    """Keywords that find out what has changed in Planhat."""

    @keyword(tags=["any model", "changes"])
    def take_planhat_snapshot(
        self, model: str, path: str, *, fields: list[str] | str | None = None, alias: str | None = None
    ) -> int:
        """Keeps all records of a model in a local file, so that later changes can be found.

        Args:
            model: The name of the model.
            path: The file (SQLite); one for each model. An older snapshot in it is replaced, at once, at the end.
            fields: The fields to watch; all that can be written unless given.
            alias: The connection to use; the current one unless given.

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
        kind = model_of(model)
        count = snapshots.take_snapshot(self.session(alias), kind, path, as_strings(fields, "fields") or None)
        logger.info(f"Kept {count} {kind.PLURAL} in {path}.")
        return count

    @keyword(tags=["any model", "changes"])
    def get_planhat_changes(self, model: str, path: str, *, alias: str | None = None) -> Changes:
        """Returns what was added, changed and removed since a snapshot.

        The snapshot stays as it is, so that a robot that fails gets the same changes again; call
        [Confirm Planhat Changes] when they are dealt with.

        Args:
            model: The name of the model.
            path: The file of the snapshot.
            alias: The connection to use; the current one unless given.

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
        changes = snapshots.changes_since(self.session(alias), model_of(model), path)
        found = [(each.record, fields) for each in changes.changed for fields in each.fields]
        cells = ([str(record), field.name, field.old, field.new] for record, field in found[:ROWS])
        log_table(f"Found {changes}", ["record", "field", "old", "new"] if found else [], cells, len(found))
        return changes

    @keyword(tags=["any model", "changes"])
    def confirm_planhat_changes(self, path: str) -> None:
        """Makes what [Get Planhat Changes] has read last the snapshot that the next changes are found by.

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
        snapshots.confirm_changes(path)
        logger.info(f"Confirmed the changes in {path}.")
