"""Bulk upsert: any number of rows, in sequence, with an account of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import (
    PlanhatAuthFailedError,
    PlanhatBadRequestError,
    PlanhatBulkError,
    PlanhatError,
    PlanhatHTTPError,
    PlanhatOutcomeUnknownError,
    PlanhatTooLargeError,
    PlanhatUnexpectedContentError,
    PlanhatValidationError,
)
from RPA.Planhat.operations.accounting import account, error_texts, is_envelope
from RPA.Planhat.operations.payloads import missing_fields, payload_of
from RPA.Planhat.operations.report import BulkReport, Outcome, RowResult
from RPA.Planhat.session import PlanhatSession, has_unique_key, read_json
from RPA.Planhat.types.base import encode_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from RPA.Planhat.types import PlanhatObject

MOST_ROWS = 5000
"""Rows that Planhat takes in one call."""

MOST_BYTES = 32 * 1024 * 1024
"""Bytes that Planhat takes in one call."""

MOST_SPLITS = 64
"""Extra calls that are spent on finding the bad rows of one refused chunk."""

NAMED_PROBLEMS = 10
"""Bad rows that the error names which refuses the input."""


@dataclass(frozen=True)
class Item:
    """A row on its way.

    Attributes:
        number: The place in the input, from 1.
        row: The row as it was given.
        payload: What is sent.
        body: The payload as JSON.
        key: The strongest key with its value, as text; empty without one.
        keyed: Whether sending it twice meets the same record.
    """

    number: int
    row: Mapping[str, Any]
    payload: dict[str, Any]
    body: bytes
    key: str
    keyed: bool

    def result(self, outcome: Outcome, reason: str = "", planhat_id: str = "") -> RowResult:
        """Returns what became of this row."""
        return RowResult(self.number, outcome, self.row, self.key, planhat_id, reason)


def upsert(
    session: PlanhatSession,
    model: type[PlanhatObject],
    rows: Iterable[Mapping[str, Any]],
    *,
    fail_on_errors: bool = True,
) -> BulkReport:
    """Creates or updates rows, 5,000 rows and 32 MB a call, one call after the other.

    Planhat matches each row by the first key that it has; a row without a match is created.

    Args:
        session: The connection.
        model: The model.
        rows: Records or dictionaries with field names.
        fail_on_errors: Raise when a row failed or is unknown; otherwise the report tells.

    Raises:
        PlanhatValidationError: If rows can not be what Planhat takes, or contradict each other; nothing was sent.
        PlanhatBulkError: If a row failed or is unknown; the report is on the error.
    """
    items = prepare(model, rows)
    report = BulkReport()
    upload = _Upload(session, model, report)
    first_of: dict[tuple[str, bytes], Item] = {}
    for item in items:
        first_of.setdefault((item.key or str(item.number), item.body), item)
    upload.send_all(list(first_of.values()))
    by_number = {result.number: result for result in upload.results}
    for item in items:
        first = first_of[item.key or str(item.number), item.body]
        report.results.append(_repeated(by_number[first.number], item))
    if upload.stopped_by is not None:
        _raise_stopped(upload.stopped_by, report)
    if fail_on_errors:
        report.raise_if_failed()
    return report


def prepare(model: type[PlanhatObject], rows: Iterable[Mapping[str, Any]]) -> list[Item]:
    """Converts and checks all rows.

    Raises:
        PlanhatValidationError: If a row is bad, or two rows with one key differ. All bad rows are counted, the first
            are named.
    """
    if isinstance(rows, (str, bytes, Mapping)):
        raise PlanhatValidationError(f"Rows are a list of dictionaries, not {type(rows).__name__}.")
    items: list[Item] = []
    problems: list[str] = []
    for number, row in enumerate(rows, 1):
        try:
            items.append(_item(model, number, row))
        except ValueError as problem:  # noqa: PERF203 - all bad rows are told, not just the first
            problems.append(f"row {number}: {problem}")
    problems += _conflicts(items)
    if problems:
        shown = "\n  ".join(problems[:NAMED_PROBLEMS])
        more = f"\n  and {len(problems) - NAMED_PROBLEMS} more" if len(problems) > NAMED_PROBLEMS else ""
        raise PlanhatValidationError(f"Nothing was sent, since {len(problems)} rows are bad:\n  {shown}{more}")
    return items


def _item(model: type[PlanhatObject], number: int, row: Mapping[str, Any]) -> Item:
    if not isinstance(row, Mapping):
        raise PlanhatValidationError(f"a row is a dictionary, not {type(row).__name__}.")
    payload = {**model.FIXED, **payload_of(model, row, keep=model.KEYS)}
    keyed = has_unique_key(model, payload)
    missing = "" if keyed else missing_fields(model, payload)
    if missing:
        raise PlanhatValidationError(f"it has no key to match a record, and a new {model.SINGULAR} needs {missing}.")
    return Item(number, row, payload, encode_json(payload), key_of(model, payload), keyed)


def key_of(model: type[PlanhatObject], payload: Mapping[str, Any]) -> str:
    """Returns the strongest key of a row with its value, such as `externalId=A-1`; empty without one."""
    for key in model.KEYS:
        if payload.get(key):
            return f"{key}={payload[key]}"
    return ""


def _conflicts(items: list[Item]) -> list[str]:
    seen: dict[str, Item] = {}
    problems = []
    for item in items:
        identity = (
            f"{item.key} {_owner(item)}" if item.key and not item.key.startswith(("_id", "sourceId")) else item.key
        )
        first = seen.setdefault(identity, item) if identity else item
        if first is not item and first.body != item.body:
            problems.append(f"row {item.number}: it contradicts row {first.number}, which has the same {item.key}.")
    return problems


def _owner(item: Item) -> Any:
    return item.payload.get("companyId") or item.payload.get("cId") or ""


def _repeated(result: RowResult, item: Item) -> RowResult:
    if result.number == item.number:
        return result
    return replace(result, number=item.number, row=item.row, reason=result.reason or f"repeats row {result.number}")


def _raise_stopped(problem: PlanhatError, report: BulkReport) -> None:
    if report.calls <= 1 and not any(report[key] for key in ("created", "updated", "nonupdates")):
        raise problem
    raise PlanhatBulkError(f"The upload stopped: {problem}\nSo far: {report}", report) from problem


def chunks(items: list[Item]) -> Iterator[list[Item]]:
    """Yields rows in groups that one call can take; rows that may be sent twice never share a call with others."""
    for keyed in (True, False):
        chunk: list[Item] = []
        size = 2
        for item in (each for each in items if each.keyed is keyed):
            if chunk and (len(chunk) == MOST_ROWS or size + len(item.body) + 1 > MOST_BYTES):
                yield chunk
                chunk, size = [], 2
            chunk.append(item)
            size += len(item.body) + 1
        if chunk:
            yield chunk


class _Upload:
    """Sends chunks one after the other and keeps the account."""

    def __init__(self, session: PlanhatSession, model: type[PlanhatObject], report: BulkReport) -> None:
        self._session = session
        self._model = model
        self._report = report
        self._splits = 0
        self.results: list[RowResult] = []
        self.stopped_by: PlanhatError | None = None

    def send_all(self, items: list[Item]) -> None:
        for chunk in chunks(items):
            self._splits = 0
            if self.stopped_by is None:
                self._send(chunk)
            else:
                self._end(chunk, Outcome.FAILED, "it was not sent, since the upload stopped")

    def _send(self, chunk: list[Item]) -> None:
        try:
            envelope, refused = self._call(chunk)
        except PlanhatTooLargeError as problem:
            self._halve(chunk, str(problem), limited=False)
        except PlanhatBadRequestError as problem:
            self._halve(chunk, problem.details or str(problem), limited=True)
        except (PlanhatOutcomeUnknownError, PlanhatUnexpectedContentError) as problem:
            self._end(chunk, Outcome.UNKNOWN, str(problem).splitlines()[0])
        except PlanhatError as problem:
            certain = isinstance(problem, PlanhatAuthFailedError) or not chunk[0].keyed
            self._end(chunk, Outcome.FAILED if certain else Outcome.UNKNOWN, str(problem).splitlines()[0])
            self.stopped_by = problem
        else:
            self._account(chunk, envelope, refused=refused)

    def _call(self, chunk: list[Item]) -> tuple[dict[str, Any], bool]:
        body = b"[" + b",".join(item.body for item in chunk) + b"]"
        self._report.calls += 1
        try:
            response = self._session.call("PUT", f"/{self._model.API_NAME}", data=body, repeatable=chunk[0].keyed)
        except PlanhatHTTPError as problem:
            envelope = _envelope_in(problem)
            if envelope is None:
                raise
            return envelope, True
        answer = read_json(response)
        if not is_envelope(answer):
            raise PlanhatUnexpectedContentError.of(
                response, "The rows may be stored; Planhat's account of them is missing."
            )
        return answer, False

    def _account(self, chunk: list[Item], envelope: dict[str, Any], *, refused: bool) -> None:
        self._report.merge(envelope)
        results, unclear = account(self._model, chunk, envelope, refused=refused)
        self.results += results
        if not unclear:
            return
        reasons = "; ".join(dict.fromkeys(error_texts(envelope))) or "Planhat did not account for it"
        if unclear[0].keyed and len(unclear) > 1:
            self._halve(unclear, reasons, limited=True)
        else:
            self._end(unclear, Outcome.UNKNOWN, f"it may be stored: {reasons}")

    def _halve(self, chunk: list[Item], reason: str, *, limited: bool) -> None:
        """Sends the halves of a refused chunk, down to the rows that are bad."""
        self._splits += 1
        if len(chunk) == 1 or (limited and self._splits > MOST_SPLITS):
            self._end(chunk, Outcome.FAILED, reason)
            return
        middle = len(chunk) // 2
        self._send(chunk[:middle])
        self._send(chunk[middle:])

    def _end(self, chunk: list[Item], outcome: Outcome, reason: str) -> None:
        self.results += [item.result(outcome, reason) for item in chunk]


def _envelope_in(problem: PlanhatHTTPError) -> dict[str, Any] | None:
    if problem.response is None or problem.status not in (400, 403):
        return None
    try:
        answer = read_json(problem.response)
    except PlanhatError:
        return None
    return answer if is_envelope(answer) else None
