"""Sending the rows of a bulk write, one call after the other, until each is settled or nothing more can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from RPA.Planhat.answers import read_json
from RPA.Planhat.errors import (
    PlanhatAuthFailedError,
    PlanhatBadRequestError,
    PlanhatBulkError,
    PlanhatError,
    PlanhatHTTPError,
    PlanhatOutcomeUnknownError,
    PlanhatServerError,
    PlanhatTooLargeError,
    PlanhatUnexpectedContentError,
    PlanhatValidationError,
)
from RPA.Planhat.operations.bulk import plan as bulk_plan
from RPA.Planhat.operations.bulk.accounting import is_envelope
from RPA.Planhat.operations.bulk.read_back import read_back
from RPA.Planhat.operations.bulk.report import Outcome

if TYPE_CHECKING:
    from RPA.Planhat.operations.bulk.journal import Facts
    from RPA.Planhat.operations.bulk.plan import Item
    from RPA.Planhat.operations.bulk.report import RowResult
    from RPA.Planhat.session import PlanhatSession

MOST_SPLITS = 64
"""Extra calls that are spent on finding the bad rows of one refused chunk."""

MOST_SILENT = 4
"""Calls in a row without a clear answer after which the upload stops: Planhat is down."""

NEVER_TWICE = "without a key it is never sent twice"


class Upload:
    """Sends rows and notes the facts.

    Args:
        session: The connection.
        facts: What is known of the rows.
        stop_after_failed: Stop when so many rows failed: a number, or a share of those sent such as `5%`.

    Attributes:
        stopped_by: Why the upload stopped before the end.

    Raises:
        PlanhatValidationError: If the limit is neither.
    """

    def __init__(self, session: PlanhatSession, facts: Facts, stop_after_failed: int | str | None = None) -> None:
        self._session = session
        self._facts = facts
        self._model = facts.plan.model
        self._limit = _limit(stop_after_failed)
        self._splits = 0
        self._silent = 0
        self.stopped_by: PlanhatError | None = None

    def run(self) -> None:
        """Sends all rows that are not settled; those in doubt only if they have a key."""
        self._give_up_unkeyed([item for item in self._facts.open_items() if item.number in self._facts.doubt])
        self._send_all(self._facts.open_items())
        # What is in doubt still, since Planhat was down for a moment, has a second chance by now.
        self._send_all(self._facts.open_items(), again=True)
        if self.stopped_by is None:
            self._facts.ended()

    def _send_all(self, items: list[Item], *, again: bool = False) -> None:
        for chunk in bulk_plan.chunks(items):
            self._splits = 0
            self._send(chunk, again=again)
            self._count_failed()

    def _send(self, items: list[Item], *, again: bool = False) -> None:
        if self.stopped_by is not None:
            return
        if len(items) == 1 and items[0].size + 2 > bulk_plan.MOST_BYTES:
            self._fail(items, f"too large: {items[0].size:,} bytes, and Planhat takes {bulk_plan.MOST_BYTES:,} a call")
            return
        body = bulk_plan.body_of(items)
        chunk = self._facts.sent(items, body)
        try:
            status, envelope = self._call(body, keyed=items[0].keyed)
        except PlanhatError as problem:
            self._not_answered(chunk, items, problem, again=again)
        else:
            self._silent = 0
            self._facts.answered(chunk, status, envelope)
            self._settle([item for item in items if item.number in self._facts.doubt], alone=len(items) == 1)

    def _call(self, body: bytes, *, keyed: bool) -> tuple[int, dict[str, Any]]:
        try:
            response = self._session.call("PUT", f"/{self._model.API_NAME}", data=body, repeatable=keyed)
        except PlanhatHTTPError as problem:
            envelope = _envelope_in(problem)
            if envelope is None:
                raise
            return problem.status or 0, envelope
        answer = read_json(response)
        if not is_envelope(answer):
            raise PlanhatUnexpectedContentError.of(
                response, "The rows may be stored; Planhat's account of them is missing."
            )
        return response.status_code, answer

    def _not_answered(self, chunk: int, items: list[Item], problem: PlanhatError, *, again: bool) -> None:
        why = str(problem).splitlines()[0]
        doubtful = _leaves_doubt(problem, keyed=items[0].keyed)
        if doubtful:
            self._facts.left_open(chunk, why)
        else:
            self._facts.refused(chunk, why)
        if isinstance(problem, PlanhatTooLargeError):
            self._narrow(items, f"too large: {why}", limited=False)
        elif isinstance(problem, PlanhatBadRequestError):
            self._narrow(items, problem.details or why)
        elif doubtful and not isinstance(problem, PlanhatAuthFailedError):
            self._send_again(items, problem, again=again)
        elif getattr(problem, "status", 0) == 403 and self._facts.results:
            self._fail(items, why)
        else:
            self.stopped_by = problem

    def _send_again(self, items: list[Item], problem: PlanhatError, *, again: bool) -> None:
        self._silent += 1
        if self._silent >= MOST_SILENT:
            self.stopped_by = problem
        if not items[0].keyed:
            self._give_up_unkeyed(items)
        elif not again:
            for half in _halves(items):
                self._send(half, again=True)

    def _settle(self, unclear: list[Item], *, alone: bool) -> None:
        """Finds out about rows that Planhat's account leaves open."""
        if not unclear:
            return
        if not unclear[0].keyed:
            self._give_up_unkeyed(unclear)
        elif alone:
            self._read_back(unclear[0])
        elif self._splits < MOST_SPLITS:
            self._splits += 1
            for half in _halves(unclear):
                self._send(half)

    def _read_back(self, item: Item) -> None:
        result = read_back(self._session, self._model, item)
        if result is not None:
            self._facts.resolved([result], "read-back")

    def _narrow(self, items: list[Item], reason: str, *, limited: bool = True) -> None:
        """Sends the halves of a refused chunk, down to the rows that are bad."""
        self._splits += 1
        if len(items) == 1:
            self._fail(items, reason)
        elif limited and self._splits > MOST_SPLITS:
            self._fail(items, f"refused together with {len(items) - 1} others: {reason}", retryable=True)
        else:
            for half in _halves(items):
                self._send(half)

    def _fail(self, items: list[Item], reason: str, *, retryable: bool = False) -> None:
        results = [item.result(Outcome.FAILED, reason, retryable=retryable) for item in items]
        self._facts.resolved(results, "refused")

    def _give_up_unkeyed(self, items: list[Item]) -> None:
        by_reason: dict[str, list[RowResult]] = {}
        for item in items:
            if not item.keyed:
                why = f"{self._facts.doubt[item.number]}; {NEVER_TWICE}"
                by_reason.setdefault(why, []).append(item.result(Outcome.UNKNOWN, why))
        for results in by_reason.values():
            self._facts.resolved(results, "never sent twice")

    def _count_failed(self) -> None:
        results = self._facts.results.values()
        failed = sum(result.outcome is Outcome.FAILED for result in results)
        count, share = self._limit
        if self.stopped_by is None and failed and failed >= count and failed >= share * len(results):
            self.stopped_by = PlanhatBulkError(
                f"{failed} of {len(results)} rows failed, and stop_after_failed allows no more."
            )


def _halves(items: list[Item]) -> list[list[Item]]:
    middle = len(items) // 2
    return [half for half in (items[:middle], items[middle:]) if half]


def _leaves_doubt(problem: PlanhatError, *, keyed: bool) -> bool:
    """Tells whether rows may be stored although the call ended with an error."""
    if isinstance(problem, (PlanhatOutcomeUnknownError, PlanhatUnexpectedContentError)):
        return True
    # A keyed call is sent again after a failure, so that the last answer is not the whole story.
    return keyed and (isinstance(problem, PlanhatServerError) or bool(getattr(problem, "doubt", "")))


def _limit(given: int | str | None) -> tuple[float, float]:
    if given is None:
        return float("inf"), 0.0
    text = str(given).strip()
    number = text.removesuffix("%")
    if not number.isdecimal() or int(number) == 0:
        raise PlanhatValidationError(f"stop_after_failed is a number of rows or a share such as 5%, not {given!r}.")
    return (float(number), 0.0) if number == text else (1.0, float(number) / 100)


def _envelope_in(problem: PlanhatHTTPError) -> dict[str, Any] | None:
    if problem.response is None or problem.status not in (400, 403):
        return None
    try:
        answer = read_json(problem.response)
    except PlanhatError:
        return None
    return answer if is_envelope(answer) else None
