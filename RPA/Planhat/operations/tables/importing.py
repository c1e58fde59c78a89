"""Tables into Planhat: read, convert, check, plan, send, account for every row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from RPA.Planhat.errors import PlanhatBulkError, PlanhatError, PlanhatValidationError
from RPA.Planhat.operations.bulk import upsert as bulk
from RPA.Planhat.operations.bulk.options import BulkOptions
from RPA.Planhat.operations.bulk.plan import MOST_ROWS
from RPA.Planhat.operations.payloads import missing_fields
from RPA.Planhat.operations.tables.converting import Converter, Rules
from RPA.Planhat.operations.tables.drafts import Draft, DraftRow
from RPA.Planhat.operations.tables.matching import NOBODY, WEAK, identities, meet, to_send
from RPA.Planhat.operations.tables.plans import TablePlan, TableReport
from RPA.Planhat.operations.tables.sharing import refuse_sharing, sharing_rows
from RPA.Planhat.session import has_unique_key
from RPA.Planhat.wording import with_article

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from RPA.Planhat.session import PlanhatSession
    from RPA.Planhat.types import PlanhatObject

DUPLICATES = ("refuse", "first", "last")

A = TypeVar("A", TablePlan, TableReport)

Progress = Callable[[str, int, int], None]
"""Is told the step, how many rows are done, and of how many; 0 when that is not known."""


def silent(step: str, done: int, total: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class Options:
    """What an import may be told.

    Attributes:
        rules: How rows become records.
        skip_bad: Send the good rows although there are bad ones.
        duplicates: What is done with rows that have one key and differ: `refuse` them, or send the `first` or `last`.
        unique: Further fields by which rows are the same, such as `email`.
        match_by: Further fields by which a row finds its record, such as `name`, beside Planhat's keys.
        journal: A file, or the beginning of the names of several, that keep what was done.
        differences: Compare with Planhat first, and send what differs only.
        progress: Is told how far it is.
    """

    rules: Rules = field(default_factory=Rules)
    skip_bad: bool = False
    duplicates: str = "refuse"
    unique: tuple[str, ...] = ()
    match_by: tuple[str, ...] = ()
    journal: str | Path | None = None
    differences: bool = False
    progress: Progress = silent

    def __post_init__(self) -> None:
        if self.duplicates not in DUPLICATES:
            raise PlanhatValidationError(f"duplicates is one of {', '.join(DUPLICATES)}, not {self.duplicates!r}.")


class Table:
    """A table on its way to one model.

    Args:
        session: The connection.
        model: The model.
        options: What the import was told.
    """

    def __init__(self, session: PlanhatSession, model: type[PlanhatObject], options: Options) -> None:
        self._session = session
        self._model = model
        self._options = options
        self._draft = Draft()
        self._converter = Converter(session, model, options.rules)
        self._unique = [_key_of(model, name) for name in options.unique]
        self._match_by = [_key_of(model, name) for name in options.match_by]

    def read(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Converts and checks all rows.

        Raises:
            PlanhatValidationError: If the mapping does not fit the table.
        """
        number = 0
        for number, row in enumerate(rows, 1):
            self._add(number, row)
            if number % MOST_ROWS == 0:
                self._options.progress("checked", number, 0)
        self._converter.finish()
        self._draft.share_weaker(WEAK)
        if number >= MOST_ROWS:
            self._options.progress("checked", number, number)

    def _add(self, number: int, row: Mapping[str, Any]) -> None:
        try:
            payload = self._converter.payload(row)
            self._require(payload)
        except ValueError as problem:
            self._draft.add(DraftRow(number, "refused", _kept(row), reason=str(problem)))
            return
        strongest = next((key for key in self._model.KEYS if payload.get(key)), "")
        key = f"{strongest}={payload[strongest]}" if strongest else ""
        self._draft.add(DraftRow(number, "send", _kept(row), payload, key))
        self._claim(number, payload)

    def _require(self, payload: Mapping[str, Any]) -> None:
        if not payload or dict(payload) == dict(self._model.FIXED):
            raise PlanhatValidationError("it is empty.")
        if self._options.differences:
            self._require_key(payload)
            return
        missing = "" if has_unique_key(self._model, payload) else missing_fields(self._model, payload)
        if missing:
            raise PlanhatValidationError(
                f"it has no key to match a record, and a new {self._model.SINGULAR} needs {missing}."
            )

    def _require_key(self, payload: Mapping[str, Any]) -> None:
        """A row without a key would be created anew by each sync."""
        names = [*self._model.KEYS, *self._match_by]
        if not any(payload.get(key) for key in names):
            raise PlanhatValidationError(f"it has none of {', '.join(names)}, by which its record could be found.")

    def _claim(self, number: int, payload: dict[str, Any]) -> None:
        own = identities(self._model, payload, self._match_by)
        more = [f"{key} {str(payload[key]).casefold()}" for key in self._unique if payload.get(key)]
        for identity in [*own[:1], *more]:
            if not self._settle(identity, number, payload):
                return
        keys = identities(self._model, payload)
        for identity in own[1:]:
            other = self._draft.owner(WEAK + identity)
            if other is None:
                self._draft.claim(WEAK + identity, number)
                continue
            self._draft.hand_over(WEAK + identity, NOBODY)
            if identity in keys:
                self._draft.share(identity, other, number)

    def _settle(self, identity: str, number: int, payload: dict[str, Any]) -> bool:
        """Tells whether a row is still to be sent after it met another one with the same identity."""
        first = self._draft.claim(identity, number)
        if first in (number, NOBODY):
            return True
        if self._draft.get(first).payload == payload or self._options.duplicates == "first":
            self._draft.set(number, action="repeated", reason=f"repeats row {first}")
            return False
        if self._options.duplicates == "last":
            self._draft.set(first, action="repeated", reason=f"repeated by row {number}")
            self._draft.hand_over(identity, number)
            return True
        problem = f"it contradicts row {first}, which has the same {identity.strip()}."
        self._draft.set(number, action="refused", reason=problem)
        return False

    def compare(self) -> None:
        """Finds out what each row would change."""
        self._options.progress("comparing", 0, 0)
        meet(self._session, self._model, self._draft, self._converter.keys, self._match_by)
        refuse_sharing(self._draft)

    def plan(self) -> TablePlan:
        """Returns what would be done."""
        return self._told(TablePlan(self._model, self._draft))

    def stop_if_bad(self) -> None:
        """Refuses the table when it has bad rows.

        Raises:
            PlanhatBulkError: If it has, and the good ones are not to be sent without them; the report is on it.
        """
        bad = self._draft.counts().get("refused", 0)
        if not bad or self._options.skip_bad:
            return
        report, reasons = self._report(), self._draft.reasons("refused")
        for action in ("send", "create", "update"):
            self._draft.set_all(action, "failed", "it was not sent, since other rows are bad", retryable=True)
        raise PlanhatBulkError(f"Nothing was sent, since {bad} of {report.total} rows are bad:{reasons}", report)

    def send(self) -> TableReport:
        """Sends what is to be sent.

        Raises:
            PlanhatBulkError: If it stopped before the end; the report is on the error.
            PlanhatError: If the first call already was refused as a whole.
        """
        report = self._report()
        report.alike = [] if self._options.differences else sharing_rows(self._draft)
        counts = self._draft.counts()
        total = sum(counts.get(action, 0) for action in ("send", "create", "update"))
        done = 0
        for batch, rows in enumerate(_batches(self._draft.rows(("send", "create", "update"))), 1):
            self._send(report, batch, rows)
            done += len(rows)
            self._options.progress("sent", done, total)
        return report

    def _send(self, report: TableReport, batch: int, rows: list[DraftRow]) -> None:
        payloads = [to_send(self._model, row) for row in rows]
        journal = f"{self._options.journal}.{batch:04}" if self._options.journal else None
        try:
            sent = bulk.upsert(self._session, self._model, payloads, BulkOptions(journal), fail_on_errors=False)
        except PlanhatError as problem:
            self._stopped(report, rows, problem)
            if batch == 1 and not isinstance(problem, PlanhatBulkError):
                raise
            stopped = f"The upload stopped: {report.stopped}\nSo far: {report}"
            raise PlanhatBulkError(stopped, report) from problem
        report.calls += sent.calls
        self._note(rows, sent.results)

    def _note(self, rows: list[DraftRow], results: Iterable[Any]) -> None:
        for row, result in zip(rows, results, strict=True):
            known = {"reason": result.reason, "retryable": int(result.retryable)}
            self._draft.set(row.number, action=result.outcome.value, planhat_id=result.id or row.planhat_id, **known)

    def _stopped(self, report: TableReport, rows: list[DraftRow], problem: PlanhatError) -> None:
        partial = getattr(problem, "report", None)
        if partial is not None and len(partial.results) == len(rows):
            report.calls += partial.calls
            self._note(rows, partial.results)
        report.stopped = str(problem).splitlines()[0]
        for action in ("send", "create", "update"):
            reason = f"it was not sent, since the upload stopped: {report.stopped}"
            self._draft.set_all(action, "failed", reason, retryable=True)

    def _report(self) -> TableReport:
        return self._told(TableReport(self._model, self._draft))

    def _told(self, account: A) -> A:
        account.left_out = dict(self._converter.left_out)
        account.unused = self._converter.unused
        return account


def _kept(row: Any) -> dict[str, Any]:
    """Returns a row for the report: its cells that are not empty."""
    return {name: cell for name, cell in row.items() if cell != ""} if hasattr(row, "items") else {"row": row}


def _key_of(model: type[PlanhatObject], name: str) -> str:
    known = model.field(name)
    if known is None:
        raise PlanhatValidationError(
            f"{with_article(model.SINGULAR, first=True)} has no field {name!r} by which rows could be the same."
        )
    return known.key


def _batches(rows: Iterator[DraftRow]) -> Iterator[list[DraftRow]]:
    """Yields rows as many at a time as one call takes, so that no more are in memory."""
    while batch := list(islice(rows, MOST_ROWS)):
        yield batch


def plan_table(
    session: PlanhatSession, model: type[PlanhatObject], rows: Iterable[Mapping[str, Any]], options: Options
) -> TablePlan:
    """Returns what importing a table would do, compared with what Planhat has; nothing is sent.

    Raises:
        PlanhatValidationError: If the mapping does not fit the table.
    """
    table = Table(session, model, options)
    table.read(rows)
    table.compare()
    return table.plan()


def import_table(
    session: PlanhatSession, model: type[PlanhatObject], rows: Iterable[Mapping[str, Any]], options: Options
) -> TableReport:
    """Creates or updates records from the rows of a table; with `differences`, sends what differs only.

    Raises:
        PlanhatValidationError: If the mapping does not fit the table.
        PlanhatBulkError: If rows are bad and not to be skipped, or the upload stopped; the report is on the error.
    """
    table = Table(session, model, options)
    table.read(rows)
    if options.differences:
        table.compare()
    table.stop_if_bad()
    return table.send()
