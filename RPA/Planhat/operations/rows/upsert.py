"""Bulk writes: rows are planned, sent one call after the other until each is settled, and accounted for."""

from __future__ import annotations

import logging
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from RPA.Planhat import errors
from RPA.Planhat.operations.dry_run import DryRun
from RPA.Planhat.operations.input.rows import delimiter_of, is_table, read_rows, tell_unused_options
from RPA.Planhat.operations.options import MappedTable, UpsertOptions, described
from RPA.Planhat.operations.rows import modes
from RPA.Planhat.operations.rows import plan as bulk_plan
from RPA.Planhat.operations.rows.envelope import envelope_in, envelope_of
from RPA.Planhat.operations.rows.events import EventLog
from RPA.Planhat.operations.rows.journal_file import JournalFile
from RPA.Planhat.operations.rows.matching import compare, sharing_rows
from RPA.Planhat.operations.rows.natural_keys import NaturalKey
from RPA.Planhat.operations.rows.options import RowOptions, failure_limit
from RPA.Planhat.operations.rows.outcomes import REFUSED, STORED, TO_SEND, Outcome, Resolution
from RPA.Planhat.operations.rows.plan import Plan
from RPA.Planhat.operations.rows.report import BulkReport, Report
from RPA.Planhat.operations.rows.verify import MOST_SINGLE_READS, find_back, read_back, verify_stored
from RPA.Planhat.text.messages import first_line, plural
from RPA.Planhat.transport import Deadline, sleep
from RPA.Planhat.types import PlanhatObject, Verb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from RPA.Planhat.session import PlanhatSession

R = TypeVar("R", bound=Report)

LOGGER = logging.getLogger("RPA.Planhat")

MOST_SPLITS = 64
"""Extra calls that are spent on finding the bad rows of one refused chunk."""

FIRST_ROWS = 100
"""Rows of the first call of an upload that stops when too many rows failed, if no more of them may fail."""

MOST_SILENT = 4
"""Calls in a row without a clear answer after which the upload stops: Planhat is down."""

NEVER_TWICE = "without a key it is never sent twice"


class Upload:
    """Sends rows and notes the events.

    Args:
        session: The connection.
        events: What is known of the rows.
        stop_after_failed: Stop when so many rows failed: a number, or a share of those sent such as `5%`.
        find_by: What rows in doubt that have no key are found by.

    Attributes:
        stopped_by: Why the upload stopped before the end.

    Raises:
        PlanhatValidationError: If the limit is neither.
    """

    def __init__(
        self,
        session: PlanhatSession,
        events: EventLog,
        stop_after_failed: int | str | None = None,
        find_by: NaturalKey | None = None,
    ) -> None:
        self._session = session
        self._events = events
        self._plan = events.plan
        self._limit = None if stop_after_failed is None else failure_limit(stop_after_failed)
        self._most = max(FIRST_ROWS, int(self._limit[0])) if self._limit else bulk_plan.MOST_ROWS
        self._find_by = find_by
        self._splits = 0
        self._silent = 0
        self.stopped_by: errors.PlanhatError | None = None

    def run(self) -> None:
        """Sends all rows that are not settled; those in doubt only if they have a key."""
        events = self._events
        if events.doubt:
            self._settle_unkeyed()
        self._send_all()
        if events.settled < events.total:
            # What is in doubt still, since Planhat was down for a moment, has a second chance by now.
            self._send_all(again=True)
        if events.doubt:
            self._settle_unkeyed()
            self._look_for_keyed()
        if self.stopped_by is None:
            events.ended()

    def _send_all(self, *, again: bool = False) -> None:
        numbers, doubt, keyed = self._plan.open_rows(), self._events.doubt, self._plan.keyed
        if doubt:
            numbers = [number for number in numbers if number not in doubt or keyed[number]]
        for chunk, body in self._plan.chunks(numbers, self._rows_of_next_call if self._limit else None):
            if self.stopped_by is not None:
                return
            self._splits = 0
            self._send(chunk, body, again=again)
            if self._limit:
                self._count_failed(*self._limit)
            if self._plan.options.progress is not None:
                self._plan.options.progress("sent", self._events.settled, self._events.total)

    def _rows_of_next_call(self) -> int:
        """With a limit, calls begin small and grow, so that rows which all fail are found out early."""
        rows, self._most = self._most, min(2 * self._most, bulk_plan.MOST_ROWS)
        return rows

    def _send(self, numbers: Sequence[int], body: bytes = b"", *, again: bool = False) -> None:
        if self.stopped_by is not None:
            return
        body = body or self._plan.body(numbers)
        if len(numbers) == 1 and len(body) > bulk_plan.MOST_BYTES:
            size = len(body) - len("[]")
            self._fail(numbers, f"too large: {size:,} bytes, and Planhat takes {bulk_plan.MOST_BYTES:,} a call")
            return
        chunk = self._events.sent(numbers, body)
        path, keyed = f"/{self._plan.model.API_NAME}", bool(self._plan.keyed[numbers[0]])
        try:
            try:
                response = self._session.call("PUT", path, data=body, repeatable=keyed)
            except errors.PlanhatHTTPError as problem:
                # Planhat's account of the rows can come with an error, too.
                status, envelope, doubt = problem.status or 0, envelope_in(problem), problem.doubt
                if envelope is None:
                    raise
            else:
                status, envelope, doubt = response.status_code, envelope_of(response), getattr(response, "doubt", "")
        except errors.PlanhatError as problem:
            self._not_answered(chunk, numbers, problem, again=again)
        else:
            self._silent = 0
            self._events.answered(chunk, status, envelope, doubt)
            if self._events.doubt:
                self._settle(numbers)

    def _not_answered(self, chunk: int, numbers: Sequence[int], problem: errors.PlanhatError, *, again: bool) -> None:
        """Goes on after a call that ended with an error: sends the rows in parts, leaves them in doubt, or stops."""
        why = first_line(problem)
        doubtful = _leaves_doubt(problem, keyed=bool(self._plan.keyed[numbers[0]]))
        if doubtful:
            self._events.left_open(chunk, why)
        else:
            self._events.refused(chunk, why)
        if isinstance(problem, errors.PlanhatTooLargeError):
            self._narrow(numbers, f"too large: {why}", limited=False)
        elif isinstance(problem, errors.PlanhatBadRequestError):
            self._narrow(numbers, problem.details or why)
        elif doubtful and not isinstance(problem, (errors.PlanhatAuthFailedError, errors.PlanhatRedirectError)):
            self._send_again(numbers, problem, again=again)
        elif getattr(problem, "status", 0) == 403 and self._events.has_answer:
            self._fail(numbers, why)  # the token may write, as earlier calls show: it may not write these records
        else:
            self.stopped_by = problem

    def _send_again(self, numbers: Sequence[int], problem: errors.PlanhatError, *, again: bool) -> None:
        self._silent += 1
        if self._silent >= MOST_SILENT:
            self.stopped_by = problem
        if not again and self._plan.keyed[numbers[0]]:
            for half in _halves(numbers):
                self._send(half, again=True)

    def _settle(self, numbers: Sequence[int]) -> None:
        """Finds out about rows of a call that Planhat's account leaves open."""
        unclear = [number for number in numbers if number in self._events.doubt]
        if len(unclear) == len(numbers):
            self._session.close()  # if it is the answer to another call, the next one may come late, too
        if not unclear or not self._plan.keyed[unclear[0]]:
            return
        if len(numbers) == 1:
            settled = read_back(self._session, self._plan, unclear[0])
            if settled is not None:
                self._events.resolved(settled, "read-back")
        elif self._splits < MOST_SPLITS:
            self._splits += 1
            for half in _halves(unclear):
                self._send(half)

    def _look_for_keyed(self) -> None:
        """Looks for rows in doubt once more, after a moment for writes that are late.

        One that is not there stays in doubt: it may still be under way.
        """
        numbers = sorted(number for number in self._events.doubt if self._plan.keyed[number])
        if not numbers or self.stopped_by is not None:
            return
        sleep(self._session.settings.settle, Deadline(self._session.settings.settle))
        for number in numbers[:MOST_SINGLE_READS]:
            settled = read_back(self._session, self._plan, number)
            if settled is None:
                return
            if settled.outcome in STORED:
                self._events.resolved(settled, "read-back")

    def _narrow(self, numbers: Sequence[int], reason: str, *, limited: bool = True) -> None:
        """Sends the halves of a refused chunk, down to the rows that are bad."""
        self._splits += 1
        if len(numbers) == 1:
            self._fail(numbers, reason)
        elif limited and self._splits > MOST_SPLITS:
            others = plural(len(numbers) - 1, "other")
            self._fail(numbers, f"refused together with {others}: {reason}", retryable=True)
        else:
            for half in _halves(numbers):
                self._send(half)

    def _fail(self, numbers: Sequence[int], reason: str, *, retryable: bool = False) -> None:
        self._events.resolved(Resolution(numbers, Outcome.FAILED, reason, retryable=retryable), "refused")

    def _settle_unkeyed(self) -> None:
        """Finds rows in doubt that have no key by what tells them apart; the others stay unknown permanently."""
        numbers = sorted(number for number in self._events.doubt if not self._plan.keyed[number])
        why = {number: f"{self._events.doubt[number]}; {NEVER_TWICE}" for number in numbers}
        if numbers and self._find_by is not None:
            if self.stopped_by is not None:
                return
            try:
                stored, others = find_back(self._session, self._plan, numbers, self._find_by)
            except errors.PlanhatError as problem:
                LOGGER.warning("Rows in doubt could not be looked for: %s", first_line(problem))
                return
            for settled in stored:
                self._events.resolved(settled, "read-back")
            why = {number: f"{why[number]}, and {doubt}" for number, doubt in others.items()}
        by_reason: dict[str, list[int]] = {}
        for number, reason in why.items():
            by_reason.setdefault(reason, []).append(number)
        for reason, alike in by_reason.items():
            self._events.resolved(Resolution(alike, Outcome.UNKNOWN, reason), "never sent twice")

    def _count_failed(self, count: float, share: float) -> None:
        failed, total = self._plan.states.count(Outcome.FAILED.value), self._events.settled
        if self.stopped_by is None and failed and failed >= count and failed >= share * total:
            self.stopped_by = errors.PlanhatBulkError(
                f"{failed} of {total} rows failed, and stop_after_failed allows no more."
            )


def _halves(numbers: Sequence[int]) -> list[Sequence[int]]:
    middle = len(numbers) // 2
    return [half for half in (numbers[:middle], numbers[middle:]) if half]


def _leaves_doubt(problem: errors.PlanhatError, *, keyed: bool) -> bool:
    """Returns whether rows may be stored although the call ended with an error."""
    if isinstance(problem, (errors.PlanhatOutcomeUnknownError, errors.PlanhatUnexpectedContentError)):
        return True
    # A keyed call is sent again after a failure, so that the last answer is not the whole story.
    return bool(getattr(problem, "doubt", "")) or (keyed and isinstance(problem, errors.PlanhatServerError))


def require_bulk(model: type[PlanhatObject]) -> None:
    """Refuses a model that Planhat does not take in bulk.

    Raises:
        PlanhatValidationError: If it is one.
    """
    if Verb.UPSERT not in model.VERBS:
        raise errors.PlanhatValidationError(
            f"Planhat does not accept {model.PLURAL} in bulk: create and update them one by one."
        )


def natural_key(model: type[PlanhatObject], names: str | Iterable[str]) -> NaturalKey:
    """Returns the fields by which rows without a key are found.

    Raises:
        PlanhatValidationError: If Planhat does not list the model, or it has no such field.
    """
    if Verb.LIST not in model.VERBS:
        raise errors.PlanhatValidationError(f"Planhat does not list {model.PLURAL}, so find_by cannot be used.")
    return NaturalKey(model, names)


def send(session: PlanhatSession, plan: Plan, report: R, decide: Callable[[], None] | None = None) -> R:
    """Sends what a plan has to send, and returns the account of all rows.

    Args:
        session: The connection.
        plan: The rows.
        report: Takes the account.
        decide: Called before anything is sent, with what the journal has: may take rows out, or refuse all.

    Raises:
        PlanhatValidationError: If the journal is that of other rows; nothing was sent.
        PlanhatBulkError: If it stopped before the end; the report is on the error.
        PlanhatError: If the first call already was refused as a whole, or the journal cannot be written.
    """
    options = plan.options
    find_by = natural_key(plan.model, options.find_by) if options.find_by else None
    journal = options.journal if not session.dry_run else None
    with nullcontext() if journal is None else JournalFile(journal) as file:
        events = EventLog(plan, report, file)
        if journal is not None:
            _refuse_former_journal(Path(journal))
            events.resume(session, _identity_options(plan.model, options))
        if decide is not None:
            before = plan.states.count(*TO_SEND)
            decide()
            events.total -= before - plan.states.count(*TO_SEND)
        upload = Upload(session, events, options.stop_after_failed, find_by)
        try:
            upload.run()
        except errors.PlanhatError as problem:  # the journal cannot be written, so that nothing more is sent
            upload.stopped_by = problem
        except BaseException as interrupt:  # a signal, or a timeout of Robot Framework
            why = str(interrupt) or type(interrupt).__name__
            how = f" Run the same again to continue with {journal}." if journal else ""
            LOGGER.warning("The upload was interrupted (%s): %s.%s", why, events.full_report(stopped=why), how)
            raise
        if upload.stopped_by is not None:
            raise _stopped(upload.stopped_by, events)
        if options.verify and not session.dry_run:
            proof = verify_stored(session, plan, plan.states.having(*(each.value for each in STORED)))
            events.verified(proof)
            report.proof = proof
        events.full_report()
        return report


def _refuse_former_journal(path: Path) -> None:
    """Versions up to 1.0 kept a journal for each 5,000 rows of a table."""
    former = path.with_name(f"{path.name}.0001")
    if former.exists():
        raise errors.PlanhatValidationError(
            f"Nothing was sent, since {former} is the journal of an import that an earlier version of this library "
            f"began. Let that version finish it, or check in Planhat what is stored and delete the files {path.name}."
            "0001 and following."
        )


def _identity_options(model: type[PlanhatObject], options: RowOptions) -> str:
    """Returns how rows get their identity, which has to be the same in each run with one journal."""
    names = {"generate_keys": options.generate_keys, "find_by": options.find_by}
    chosen = [f"{name}={', '.join(NaturalKey(model, given).keys)}" for name, given in names.items() if given]
    defaults = {"duplicates": "refuse", "new": "create", "known": "update"}
    chosen += [
        f"{name}={getattr(options, name)}" for name, default in defaults.items() if getattr(options, name) != default
    ]
    return ", ".join(chosen)


def _stopped(problem: errors.PlanhatError, events: EventLog) -> errors.PlanhatError:
    events.doubt_what_is_under_way()
    began = events.report.calls > 1 or events.settled > 0 or bool(events.doubt)
    report = events.full_report(stopped=first_line(problem))
    if not began:
        return problem
    error = errors.PlanhatBulkError(f"The upload stopped: {problem}\nSo far: {report}", report)
    error.__cause__ = problem
    return error


def upsert(
    session: PlanhatSession,
    model: type[PlanhatObject],
    rows: Any,
    options: UpsertOptions | None = None,
    *,
    fail_on_errors: bool = True,
) -> BulkReport:
    """Creates or updates rows, 5,000 rows and 32 MB a call, one call after the other.

    Planhat matches each row by the first key that it has; a row without a match is created.

    Args:
        session: The connection.
        model: The model.
        rows: Records or dictionaries with field names; or a table: the path of a file, a Table, a frame.
        options: Journal, reading back, and when to stop.
        fail_on_errors: Raise when a row failed or is unknown; otherwise the report has them.

    Raises:
        PlanhatValidationError: If rows cannot be what Planhat takes, or contradict each other, or the journal is
            that of other rows; nothing was sent.
        PlanhatBulkError: If a row failed or is unknown, or the upload stopped; the report is on the error.
        PlanhatError: If the first call already was refused as a whole, or the journal cannot be written.
    """
    require_bulk(model)
    as_table = is_table(rows)
    chosen: Mapping[str, Any] = options or {}
    has_cells = as_table
    for each in described(MappedTable):  # rows are cells of a table, too, if the caller gives formats of such cells
        has_cells = has_cells or chosen.get(each.name, each.default) != each.default
    given = RowOptions.of(UpsertOptions, chosen, given=not has_cells)
    if given.compares:
        given = replace(given, resolve_companies=True)
    if given.find_by:
        natural_key(model, given.find_by)
    if not (as_table or given.given):
        tell_unused_options(rows, given)
    plan = Plan.of(session, model, read_rows(rows, given) if as_table else rows, given)
    report = BulkReport(plan)
    if as_table:
        report.delimiter = delimiter_of(rows, given.encoding, given.delimiter)

    _refuse_bad(plan)
    if given.compares or isinstance(session, DryRun):
        _carry_out(session, plan, report)
    else:
        report.alike = sharing_rows(plan) if plan.claims.has_weaker else []
        send(session, plan, report, None)
    if fail_on_errors:
        report.raise_if_failed()
    return report


def _carry_out(session: PlanhatSession, plan: Plan, report: BulkReport) -> None:
    """Sends a plan, compared with Planhat before where the options ask for it; a dry run always compares."""
    compares = plan.options.compares

    def decide() -> None:
        modes.decide(plan)
        modes.brake(plan, None, report)
        _refuse_bad(plan)

    if compares:
        compare(session, plan)
    elif plan.claims.has_weaker:
        report.alike = sharing_rows(plan)
    if not isinstance(session, DryRun):
        send(session, plan, report, decide if compares else None)
        return
    if compares:
        decide()
    session.upload(plan, report)


def _refuse_bad(plan: Plan) -> None:
    if plan.states.count(REFUSED) and plan.options.bad_rows == "refuse":
        raise errors.PlanhatValidationError(plan.reasons(REFUSED).refusal)
