"""Which rows may be new or known, and what happens to the records that are in no row: options of a compared plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatBulkError, PlanhatValidationError
from RPA.Planhat.operations.references import address
from RPA.Planhat.operations.rows.comparing import changes_of
from RPA.Planhat.operations.rows.convert import BadRow, RowConverter
from RPA.Planhat.operations.rows.options import KEEP, REPORT, RowOptions
from RPA.Planhat.operations.rows.outcomes import CREATE, REFUSED, SKIPPED, UPDATE, Account
from RPA.Planhat.text.messages import plural
from RPA.Planhat.types import PlanhatObject, Verb
from RPA.Planhat.types.base import label_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from RPA.Planhat.operations.rows.plan import Plan
    from RPA.Planhat.operations.rows.report import Report
    from RPA.Planhat.session import PlanhatSession

ARCHIVE, DELETE, CHANGE = "archive", "delete", "update"
DONE = {ARCHIVE: "archived", DELETE: "deleted", CHANGE: "updated"}
"""Actions on records that are in no row, and what these are afterwards."""


class Others(Account):
    """The records that are in no row, and what happens to them.

    As a dictionary it has `counts`, and `rows` with `_id`, `name`, `outcome` and `reason`.

    Attributes:
        action: `keep`, `report`, `archive`, `delete` or `update`.
        records: Those that are concerned.
    """

    NOUN, NOT_DONE = "records", ("failed",)

    def __init__(self, model: type[PlanhatObject], action: str, fields: dict[str, Any], records: Sequence[Any]) -> None:
        super().__init__(model=str(model.SINGULAR), action=action)
        self.model, self.action, self.fields = model, action, fields
        self.records = records
        self.done: dict[str, tuple[str, str]] = {}
        self.DONE = DONE.get(action, action)

    @classmethod
    def of(cls, session: PlanhatSession, plan: Plan) -> Others:
        """Returns what is to be done with them.

        Raises:
            PlanhatValidationError: If the model cannot do it, the table is empty, or rows are bad.
            PlanhatSafetyError: If the connection must not do it.
        """
        options, model = plan.options, plan.model
        action = options.others if isinstance(options.others, str) else CHANGE
        if action in (KEEP, REPORT):
            return cls(model, action, {}, plan.store.others() if action == REPORT else [])
        fields = _fields(session, model, options.others)
        records = [each for each in plan.store.others() if action == DELETE or changes_of(model, fields, each)]
        if action == DELETE and Verb.DELETE not in model.VERBS:
            raise PlanhatValidationError(f"Planhat does not delete {model.PLURAL}: others={action!r} is not possible.")
        for record in records[:1]:
            session.require_permission("DELETE" if action == DELETE else "PUT", address(model, str(record["_id"])))
        _require_whole_table(plan)
        return cls(model, action, fields, records)

    @property
    def counts(self) -> dict[str, int]:
        """How many there are for each outcome; before it is done, for the action."""
        if not self.done:
            return {self.action: len(self.records)}
        outcomes = [outcome for outcome, _ in self.done.values()]
        return {name: outcomes.count(name) for name in (self.DONE, "missing", "failed", "unknown") if name in outcomes}

    def entries(self) -> Iterable[dict[str, Any]]:
        """Returns a dictionary for each record."""
        for record in self.records:
            outcome, reason = self.done.get(str(record["_id"]), (self.action, ""))
            yield {"_id": record["_id"], "name": label_of(record), "outcome": outcome, "reason": reason}

    def __str__(self) -> str:
        return "no records" if not self.records else super().__repr__().replace(f" {REPORT}", " reported")

    __repr__ = __str__


def _fields(session: PlanhatSession, model: type[PlanhatObject], given: Any) -> dict[str, Any]:
    """Returns what records are changed to, by Planhat's keys."""
    if given == DELETE:
        return {}
    if given == ARCHIVE:
        names = [name for name in ("archived", "is_archived") if model.field(name)]
        if not names:
            raise PlanhatValidationError(
                f"{str(model.PLURAL).capitalize()} cannot be archived. Change a field of theirs, such as "
                "others={'phase': 'lost'}, or use others=report."
            )
        given = {names[0]: True}
    (made,) = RowConverter(session, model, RowOptions(given=True, partial=True)).convert([given])
    if isinstance(made, BadRow):
        raise PlanhatValidationError(f"others={given!r}: {made}")
    return dict(made)


def _require_whole_table(plan: Plan) -> None:
    """Refuses to touch other records when it is not certain that the table means no other records than it names."""
    bad = plan.states.count(REFUSED)
    if not len(plan):
        raise PlanhatValidationError(
            f"Nothing was sent, since the table has no rows: others={plan.options.others!r} would concern every record."
        )
    if bad:
        raise PlanhatValidationError(
            f"Nothing was sent, since {plural(bad, 'row is', 'rows are')} bad: records that they mean would be taken "
            f"for others. Correct the rows, or use others=report.{plan.reasons(REFUSED)}"
        )


def decide(plan: Plan) -> None:
    """Skips or refuses rows that are new or known, by the options."""
    options, states = plan.options, plan.states
    known = list(states.having(UPDATE, "unchanged")) if options.known != "update" else []
    for asked, numbers, why in (
        (options.new, list(states.having(CREATE)) if options.new != "create" else [], "Planhat does not have it"),
        (options.known, known, "Planhat has it already"),
    ):
        if numbers:
            states.set(numbers, SKIPPED if asked == "skip" else REFUSED, f"{why}.")


def brake(plan: Plan, others: Others | None, report: Report) -> None:
    """Refuses to change more records than `at_most` allows.

    Raises:
        PlanhatBulkError: If more would change; the plan is on it.
    """
    limit = plan.options.limit_of(plan.known)
    found = [(plan.states.count(UPDATE), DONE[CHANGE])]
    if others is not None and others.action in DONE:
        found.append((len(others.records), others.DONE))
    for count, done in found:
        if limit is not None and count > limit:
            raise PlanhatBulkError(
                f"Nothing was sent, since {plural(count, 'record')} would be {done}, and "
                f"at_most={plan.options.at_most} allows {limit:,} of {plan.known:,}. The plan: {report}",
                report,
            )
