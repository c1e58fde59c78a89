"""Merge endusers: move what refers to duplicates to the one that stays, fill its gaps, and archive the others."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatBulkError, PlanhatError, PlanhatValidationError
from RPA.Planhat.operations.reading import Query, read_all_pages, read_list, read_one
from RPA.Planhat.operations.references import references_in
from RPA.Planhat.operations.rows.lookups import Names
from RPA.Planhat.operations.rows.outcomes import Account
from RPA.Planhat.operations.rows.upsert import upsert
from RPA.Planhat.text.messages import first_line, plural
from RPA.Planhat.types import NPS, Conversation, Enduser, Issue, Kind, PlanhatObject, Task, Ticket

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from RPA.Planhat.session import PlanhatSession

REFERRING: tuple[tuple[type[PlanhatObject], str, str], ...] = (
    (Conversation, "endusers", "subject"),
    (Issue, "enduserIds", "title"),
)
"""Models whose records name endusers, under which key, and the field that people know a record by."""

KEPT_BACK = frozenset({"email", "name", "companyId", "externalId", "sourceId", "lastActive"})
"""Fields of the kept enduser that are never filled from a duplicate: they identify the person."""


@dataclass(frozen=True)
class MergeStep:
    """One change that a merge makes.

    Attributes:
        model: The singular name of the model.
        id: The Planhat id of the record.
        name: The headline, name or e-mail address that people know the record by.
        action: `move`, `fill` or `archive`.
        changes: By field, the old and the new value.
        outcome: `planned`, `done`, `failed`, `unknown` or `not sent`.
        reason: Why it failed; else empty.
    """

    model: str
    id: str
    name: str
    action: str
    changes: dict[str, tuple[Any, Any]]
    outcome: str = "planned"
    reason: str = ""

    def __str__(self) -> str:
        why = f": {self.reason}" if self.reason else ""
        return f"{self.action} {self.model} {self.name or self.id} ({', '.join(self.changes)}) {self.outcome}{why}"


class MergeReport(Account):
    """What a merge does, or did, step by step.

    As a dictionary it has `keep`, `duplicates`, `not_moved`, `names` by id, `counts`, and `rows`, one for each step.

    Attributes:
        keep: The Planhat id of the enduser that stays.
        duplicates: Those of the others.
        steps: The changes in their order; the duplicates are archived last.
        not_moved: What Planhat lets nobody move, such as `2 tickets of ada@old.example`.
        names: What people call the endusers that are merged, whose ids are in the changes.
    """

    NOUN, DONE, NOT_DONE = "changes", "made", ("failed", "not sent")

    def __init__(self, keep: str, duplicates: list[str]) -> None:
        self.keep, self.duplicates = keep, duplicates
        self.steps: list[MergeStep] = []
        self.not_moved: list[str] = []
        self.names = Names(Enduser)
        super().__init__(keep=keep, duplicates=duplicates, not_moved=self.not_moved, names=self.names.known)

    @property
    def counts(self) -> dict[str, int]:
        """How many steps have which outcome."""
        return dict(Counter(step.outcome for step in self.steps))

    def entries(self) -> list[dict[str, Any]]:
        """Returns a dictionary for each step."""
        return list(map(asdict, self.steps))

    def as_dict(self) -> dict[str, Any]:
        """Returns the report as plain dictionaries and lists, with the steps as `steps`."""
        return {"keep": self.keep, "duplicates": self.duplicates, "steps": self.entries(), "not_moved": self.not_moved}

    def __repr__(self) -> str:
        done = super().__repr__() if self.steps else "nothing to do"
        return f"{done}; not moved: {', '.join(self.not_moved)}" if self.not_moved else done

    __str__ = __repr__


def merge_endusers(session: PlanhatSession, keep: Any, duplicates: Any, *, dry_run: bool = False) -> MergeReport:
    """Merges endusers of one company into one of them.

    Conversations and issues that name a duplicate name the kept enduser instead. Fields and custom fields that
    are empty in the kept one are filled from the duplicates, in their order, and their e-mail addresses become further
    ones. The duplicates are archived at the end, not deleted. When the same merge is repeated, only what is left is
    done.

    Args:
        session: The connection.
        keep: The enduser that stays: an id or a record.
        duplicates: The others: one or several.
        dry_run: Plan only; nothing is sent.

    Raises:
        PlanhatValidationError: If there is no duplicate, one of them is the kept one, or they belong to different
            companies; nothing was sent.
        PlanhatBulkError: If a step failed or its outcome is not known; what follows was not sent. The report is on it.
    """
    named = references_in(Enduser, "duplicates", duplicates)
    kept = read_one(session, Enduser, keep)
    others = [read_one(session, Enduser, each) for each in named]
    _check(kept, others)
    report = MergeReport(kept.id, [each.id for each in others])
    for each in (kept, *others):
        report.names.add(each)
    report.steps = [*_moves(session, kept, others), *_fill(kept, others), *_archive(others)]
    report.not_moved += _left_behind(session, kept, others)
    if not (dry_run or session.dry_run):
        _carry_out(session, report)
    return report


def _check(kept: Enduser, others: Sequence[Enduser]) -> None:
    """Refuses endusers that are too few, the same, or of different companies."""
    if not others:
        raise PlanhatValidationError(
            "There is no duplicate to merge: name at least one enduser beside the one to keep."
        )
    ids = [kept.id, *(each.id for each in others)]
    if len(set(ids)) < len(ids):
        raise PlanhatValidationError("An enduser cannot be merged with itself: one is named twice. Nothing was sent.")
    strangers = [each for each in others if each.company_id != kept.company_id]
    if strangers:
        raise PlanhatValidationError(
            f"{strangers[0].email or strangers[0].id} belongs to another company than {kept.email or kept.id}: "
            "endusers of one company can be merged. Nothing was sent."
        )


def _moves(session: PlanhatSession, kept: Enduser, others: Sequence[Enduser]) -> Iterator[MergeStep]:
    """Yields a step for each record that names a duplicate: it is going to name the kept enduser."""
    old = {each.id for each in others}
    for model, key, headline in REFERRING:
        known = model.field(key)
        query = Query(company_ids=[kept.company_id], properties=["_id", key, headline])
        for page in read_all_pages(session, model, query):
            for record in page:
                named = [_id_of(each) for each in dict.get(record, key) or []]
                if old.isdisjoint(named):
                    continue
                moved = list(dict.fromkeys(kept.id if each in old else each for each in named))
                new = moved if known and known.kind is Kind.IDS else [{"id": each} for each in moved]
                change = {key: (dict.get(record, key), new)}
                yield MergeStep(str(model.SINGULAR), record.id, str(record.get(headline) or ""), "move", change)


def _id_of(reference: Any) -> str:
    found = (reference.get("id") or reference.get("_id")) if isinstance(reference, dict) else reference
    return str(found or "")


def _fill(kept: Enduser, others: Sequence[Enduser]) -> Iterator[MergeStep]:
    """Yields the step that fills what is empty in the kept enduser, and adds the addresses of the others."""
    changes: dict[str, tuple[Any, Any]] = {}
    for known in Enduser.writable():
        value = next((each[known.key] for each in others if _is_filled(each.get(known.key))), None)
        fills = known.key not in KEPT_BACK and known.kind in (Kind.TEXT, Kind.NUMBER, Kind.INTEGER)
        if fills and value is not None and not _is_filled(kept.get(known.key)):
            changes[known.key] = (None, value)
    for each in others:
        for name, value in (dict.get(each, "custom") or {}).items():
            if _is_filled(value) and not _is_filled((dict.get(kept, "custom") or {}).get(name)):
                changes.setdefault(f"custom.{name}", (None, value))
    emails = [*kept.other_emails, *(each.email for each in others), *(e for each in others for e in each.other_emails)]
    known_emails = {str(kept.email).casefold()}
    more = [e for e in dict.fromkeys(emails) if e and e.casefold() not in known_emails]
    if more != list(kept.other_emails):
        changes["otherEmails"] = (list(kept.other_emails), more)
    if changes:
        yield MergeStep("enduser", kept.id, str(kept.email or kept.name), "fill", changes)


def _is_filled(value: Any) -> bool:
    return value not in (None, "", [], {})


def _archive(others: Sequence[Enduser]) -> Iterator[MergeStep]:
    for each in others:
        if not each.archived:
            yield MergeStep("enduser", each.id, str(each.email or each.name), "archive", {"archived": (False, True)})


def _left_behind(session: PlanhatSession, kept: Enduser, others: Sequence[Enduser]) -> Iterator[str]:
    """Yields what stays with the duplicates: Planhat sets who is in tasks, and ties tickets and NPS to addresses."""
    tasks = read_list(session, Task, Query([others[0].company_id], ["_id", "endusers"])) if others else []
    for each in others:
        own = [one for one in tasks if each.id in map(_id_of, dict.get(one, "endusers") or [])]
        if own:
            yield f"{plural(len(own), 'task')} of {each.email or each.id}"
    # What is tied to an address that both have, belongs to the kept one as well.
    for each in (one for one in others if one.email and one.email.casefold() != str(kept.email).casefold()):
        tickets = read_list(session, Ticket, Query(properties=["_id"], filters={"email": each.email}))
        answers = read_list(session, NPS, Query([each.company_id], ["_id", "email"]))
        mine = [one for one in answers if str(one.get("email") or "").casefold() == each.email.casefold()]
        if tickets:
            yield f"{plural(len(tickets), 'ticket')} of {each.email}"
        if mine:
            yield f"{plural(len(mine), 'NPS response')} of {each.email}"


def _carry_out(session: PlanhatSession, report: MergeReport) -> None:
    """Sends the steps in their order, one bulk call for those of one model and action; stops at the first failure."""
    models: dict[str, type[PlanhatObject]] = {"enduser": Enduser, **{str(m.SINGULAR): m for m, _, _ in REFERRING}}
    places = list(enumerate(report.steps))
    for (name, _), group in groupby(places, key=lambda each: (each[1].model, each[1].action)):
        some = list(group)
        rows = [{"_id": step.id, **{key: new for key, (_, new) in step.changes.items()}} for _, step in some]
        try:
            sent = upsert(session, models[name], rows, fail_on_errors=False)
        except PlanhatError as problem:
            _mark(report, some[0][0], len(some), "failed", first_line(problem))
            raise _stopped(report) from problem
        for (place, step), result in zip(some, sent.results, strict=True):
            outcome = "done" if result.is_stored else result.outcome.value
            report.steps[place] = replace(step, outcome=outcome, reason="" if result.is_stored else result.reason)
        if any(report.steps[place].outcome != "done" for place, _ in some):
            _mark(report, some[-1][0] + 1, 0, "", "")
            raise _stopped(report)


def _mark(report: MergeReport, first: int, count: int, outcome: str, reason: str) -> None:
    """Gives steps an outcome, and marks all behind them as not sent."""
    for place in range(first, first + count):
        report.steps[place] = replace(report.steps[place], outcome=outcome, reason=reason)
    for place in range(first + count, len(report.steps)):
        report.steps[place] = replace(report.steps[place], outcome="not sent")


def _stopped(report: MergeReport) -> PlanhatBulkError:
    bad = next(each for each in report.steps if each.outcome in ("failed", "unknown"))
    return PlanhatBulkError(
        f"The merge stopped: {bad}. So far: {report}.\n"
        "Repeat it once the cause is gone: what is done stays, and the rest follows.",
        report,
    )
