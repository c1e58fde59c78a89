"""A connection that reads, and only reports what it would write."""

from __future__ import annotations

import json
import logging
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import requests

from RPA.Planhat.errors import PlanhatBadRequestError, PlanhatBulkError, PlanhatNotFoundError
from RPA.Planhat.errors.base import path_of
from RPA.Planhat.operations.custom.declared import key_of
from RPA.Planhat.operations.reading import Query, read_all_pages, read_list, read_one
from RPA.Planhat.operations.rows.comparing import changes_of
from RPA.Planhat.operations.rows.convert import BadRow
from RPA.Planhat.operations.rows.identity import (
    OTHER_IDS,
    comparable,
    is_unique,
    known_owner_ids,
    may_own,
    needs_owner,
    owner_ids,
    owner_key,
    owner_of,
    with_owner,
)
from RPA.Planhat.operations.rows.lookups import CompanyIndex, Names, plan_companies
from RPA.Planhat.operations.rows.matching import UNCHANGED, compare
from RPA.Planhat.operations.rows.options import failure_limit
from RPA.Planhat.operations.rows.outcomes import CREATE, REFUSED, SKIPPED, UPDATE, Outcome
from RPA.Planhat.operations.rows.payloads import emptied_field
from RPA.Planhat.operations.rows.plan import AT_ONCE, MOST_ROWS, Plan
from RPA.Planhat.operations.rows.report import BulkReport, TablePlan
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.text.messages import plural
from RPA.Planhat.text.parsing import absolute_url, http_method
from RPA.Planhat.transport import READS
from RPA.Planhat.types import Company, CustomField, PlanhatObject, Verb, find_model, model_at_path
from RPA.Planhat.types.encoding import encode_json
from RPA.Planhat.types.fields import split_reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


LOGGER = logging.getLogger("RPA.Planhat")

MADE_UP = "d0000000000000000{:07x}"
"""Ids of records that would be created."""

TO_STORE = (CREATE, UPDATE)

NAMED = 20
"""Changes of a bulk write that the log shows."""


class DryRun(PlanhatSession):
    """A connection that sends no write. Each is answered as Planhat would, and logged.

    Attributes:
        would: What would have been written, one line each.
    """

    dry_run = True

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.would: list[str] = []
        self._deleted: set[str] = set()
        self._numbers = count(1)

    def call(self, method: str, url: str, **options: Any) -> requests.Response:
        """Sends a read; answers a write by what it would do."""
        method = http_method(method)
        if method in READS:
            return super().call(method, url, **options)
        self.require_permission(method, absolute_url(self.base_url, url))
        path = urlsplit(absolute_url(self.base_url, url)).path.removeprefix(urlsplit(self.base_url).path).strip("/")
        name, _, reference = path.partition("/")
        model = find_model(name) or model_at_path(name)
        data, given = options.get("data"), options.get("json")
        body = given if data is None else json.loads(data)
        return self._answers(method, model, unquote(reference), body)

    def call_analytics(self, path: str, payload: Any, **_options: Any) -> requests.Response:
        """Counts what would be sent to the analytics host."""
        self.require_tenant()
        target = f"{self.analytics_url}/{path}"
        self.require_permission("POST", target)
        rows = json.loads(payload) if isinstance(payload, (bytes, str)) else payload
        self._tell(f"send {plural(len(rows) if isinstance(rows, list) else 1, 'row')} to {path_of(target)}")
        return _response({"processed": len(rows) if isinstance(rows, list) else 1})

    def _answers(self, method: str, model: type[PlanhatObject], reference: str, body: Any) -> requests.Response:
        if method == "POST":
            return self._create(model, body)
        if method == "DELETE":
            return self._delete(model, reference)
        return self._update(model, reference, body) if reference else self._upsert(model, body)

    def _create(self, model: type[PlanhatObject], body: Any) -> requests.Response:
        row = body if isinstance(body, dict) else {}
        self._refuse(CompanyIndex(self).problem_of(model, row, is_new=True))
        self._refuse_twin(model, row)
        record = {"_id": self._new_id(), **row}
        self._note(model, record)
        self._tell(f"create {model.SINGULAR} {json.dumps(body, ensure_ascii=False, default=str)[:500]}")
        return _response(record)

    @staticmethod
    def _refuse(problem: str) -> None:
        """Refuses a write as Planhat would, if there is a problem with it."""
        if problem:
            raise PlanhatBadRequestError(f"{PlanhatBadRequestError.HEADLINE}: {problem}")

    def _note(self, model: type[PlanhatObject], *rows: Mapping[str, Any]) -> None:
        """Remembers companies as they would be now: later records of this run may belong to them."""
        if issubclass(model, Company):
            plan_companies(self, rows)

    def note_plan(self, plan: Plan) -> None:
        """Remembers the companies that a plan would store."""
        for number in plan.states.having(*TO_STORE) if issubclass(plan.model, Company) else ():
            self._note(plan.model, {**plan.payload(number), "_id": plan.states.ids[number] or self._new_id()})

    def _new_id(self) -> str:
        return MADE_UP.format(next(self._numbers))

    def _refuse_twin(self, model: type[PlanhatObject], body: Mapping[str, Any]) -> None:
        """Refuses a new record with a key that another one has; those by which Planhat reads were looked up before."""
        unique = [key for key in model.KEYS if key not in model.SHARED_KEYS and body.get(key)]
        readable = {model.key_of(kind) for kind in model.READ_BY}
        for key in unique if Verb.LIST in model.VERBS else ():
            if key not in readable and self._listed(model, key, body[key]) is not None:
                self._refuse(f"another {model.SINGULAR} has the {key} {body[key]!r}.")
        self._refuse_second_address(model, body)
        if issubclass(model, CustomField) and key_of(body) in {key_of(each) for each in read_list(self, CustomField)}:
            self._refuse("there is such a custom field already.")

    def _refuse_second_address(self, model: type[PlanhatObject], body: Mapping[str, Any]) -> None:
        """Refuses a new user with the e-mail address of another, and an enduser of a company without any other key."""
        shared = [key for key in model.KEYS if key in model.SHARED_KEYS and body.get(key)]
        owned = owner_key(model)
        if not shared or (owned and model.has_unique_key(body)):
            return
        owner = owner_of(body) or CompanyIndex(self).of_domain(str(body[shared[0]]))
        owner = owner_ids(self, [owner]).get(owner, owner)
        key, wanted = shared[0], comparable(shared[0], body[shared[0]])
        for page in read_all_pages(self, model, Query(properties=[key, owned] if owned else [key])):
            for other in page:
                is_same = comparable(key, dict.get(other, key) or "") == wanted
                if is_same and (not owned or owner_of(other) == owner):
                    self._refuse(f"another {model.SINGULAR} has the {key} {body[key]!r}.")

    def _update(self, model: type[PlanhatObject], reference: str, body: dict[str, Any]) -> requests.Response:
        record = self._stored(model, reference)
        self._refuse(CompanyIndex(self).problem_of(model, body, is_new=False))
        self._refuse(emptied_field(model, body, record))
        self._refuse_key_of_another(model, record, body)
        changes, names = changes_of(model, body, record, exact=True), Names(model)
        names.want_changed(changes)
        names.read(self)
        self._note(model, {**body, "_id": record.id})
        self._tell(f"update {model.SINGULAR} {reference}: {_changes(changes, names)}")
        custom = {**(dict.get(record, "custom") or {}), **(body.get("custom") or {})}
        return _response({**record, **body, **({"custom": custom} if custom else {})})

    def _refuse_key_of_another(self, model: type[PlanhatObject], record: PlanhatObject, body: dict[str, Any]) -> None:
        """Refuses a change of a key that another record has; of an external id, another one of the same company."""
        changed = [key for key in model.KEYS if is_unique(key) and body.get(key) and body[key] != dict.get(record, key)]
        owner = owner_key(model)
        wanted = owner_of({**record, **body})
        for key in changed if Verb.LIST in model.VERBS else ():
            keys = [key, owner] if owner else [key]
            for page in read_all_pages(self, model, Query(properties=keys)):
                for other in page:
                    is_same = comparable(key, dict.get(other, key) or "") == comparable(key, body[key])
                    if is_same and other.id != record.id and (not needs_owner(model, key) or may_own(wanted, other)):
                        self._refuse(f"another {model.SINGULAR} has the {key} {body[key]!r}.")

    def _delete(self, model: type[PlanhatObject], reference: str) -> requests.Response:
        record = self._stored(model, reference)
        self._deleted.add(record.id)
        if issubclass(model, Company):
            self.planned_companies[record.id] = None
        self._tell(f"delete {model.SINGULAR} {reference}")
        return _response({"n": 1, "ok": 1, "deletedCount": 1})

    def _stored(self, model: type[PlanhatObject], reference: str) -> PlanhatObject:
        """Returns a record that this run would not have deleted yet."""
        record = self._read(model, reference)
        if record.id in self._deleted:
            raise PlanhatNotFoundError(f"{PlanhatNotFoundError.HEADLINE}: this dry run has deleted {reference}.")
        return record

    def _read(self, model: type[PlanhatObject], reference: str) -> PlanhatObject:
        """Returns the record as Planhat has it; one that this run would have created has nothing yet."""
        if reference.startswith(MADE_UP[:16]):
            return model({"_id": reference})
        kind, value = split_reference(reference)
        if Verb.LIST not in model.VERBS or (Verb.GET in model.VERBS and kind in model.READ_BY):
            return read_one(self, model, value, kind)
        found = self._listed(model, model.key_of(kind), value)
        if found is None:
            raise PlanhatNotFoundError(f"{PlanhatNotFoundError.HEADLINE}: there is no {model.SINGULAR} {reference}.")
        return read_one(self, model, found.id) if Verb.GET in model.VERBS else found

    def _listed(self, model: type[PlanhatObject], key: str, value: Any) -> PlanhatObject | None:
        """Returns the record that has a key; Planhat reads none of the model by it, so that its list tells."""
        pages = read_all_pages(self, model, Query(properties=[key])) if model.field(key) else ()
        return next((record for page in pages for record in page if dict.get(record, key) == value), None)

    def _upsert(self, model: type[PlanhatObject], body: list[dict[str, Any]]) -> requests.Response:
        """Answers a bulk upsert by a plan: which rows would be created, updated, unchanged or refused."""
        plan = Plan(model)
        ids = owner_ids(self, map(owner_of, body))
        plan.add(body, [with_owner(row, ids) for row in body])
        plan.refuse_shared_keys(self)
        plan.keys = {key: None for payload in body for key in payload}
        self._compare(plan)
        return _response(self._envelope(plan), 206 if plan.states.count(REFUSED) else 200)

    def upload(self, plan: Plan, report: BulkReport) -> None:
        """Gives the rows of a plan the outcomes that they would have; all are compared together, whatever their number.

        Raises:
            PlanhatBulkError: If so many rows would fail that the upload would stop.
        """
        self._name_companies(plan)
        bad = {number: plan.states.reasons[number] for number in plan.states.having(REFUSED)}
        self._compare(plan)
        plan.states.set(bad, SKIPPED)  # these never reach Planhat
        report.merge(self._envelope(plan))
        reasons = {number: plan.states.reasons[number] for number in plan.states.having(REFUSED)}
        for number, reason in bad.items():
            plan.states.set([number], REFUSED, reason)
        report.calls += -(-plan.states.count(*TO_STORE, UNCHANGED) // MOST_ROWS)
        for state, outcome in ((CREATE, Outcome.CREATED), (UPDATE, Outcome.UPDATED)):
            plan.states.set(list(plan.states.having(state)), outcome.value)
        for number, reason in reasons.items():
            plan.states.set([number], Outcome.FAILED.value, reason)
        plan.settle_repeated()
        limit = plan.options.stop_after_failed
        least, share = (1, 2.0) if limit is None else failure_limit(limit)
        if reasons and len(reasons) >= max(least, share * len(plan)):
            why = f"{len(reasons)} of {len(plan)} rows would fail, and stop_after_failed allows no more."
            raise PlanhatBulkError(f"The upload would stop: {why}", report)

    def _name_companies(self, plan: Plan) -> None:
        """Plans rows again with the Planhat ids of their companies, by which Planhat finds their records."""
        size, owners = len(plan), set[str]()
        chunks = [range(first, min(first + AT_ONCE, size + 1)) for first in range(1, size + 1, AT_ONCE)]
        for numbers in chunks if plan.ways & {*OTHER_IDS} else ():
            owners.update(map(owner_of, plan.store.payloads(numbers)))
        ids = known_owner_ids(self, owners)
        if not ids:
            return
        named, reasons = Plan(plan.model, plan.options), plan.states.reasons
        for numbers in chunks:
            rows = [with_owner(row, ids) for row in plan.store.payloads(numbers)]
            is_bad = [plan.states[number] == REFUSED for number in numbers]
            made = [BadRow(reasons[each]) if bad else row for each, bad, row in zip(numbers, is_bad, rows, strict=True)]
            named.add(plan.store.rows(numbers), made)
        named.refuse_shared_keys(self)
        plan.store, plan.claims, plan.states = named.store, named.claims, named.states

    def _compare(self, plan: Plan) -> None:
        if not plan.compared:
            compare(self, plan)
        plan.settle_repeated()
        found, model = TablePlan(plan), plan.model
        self._tell(f"upsert {plural(len(plan), str(model.SINGULAR), str(model.PLURAL))}: {found}")
        for row in found.rows(CREATE, UPDATE, limit=NAMED):
            words = _changes(row.changes, plan.names)
            LOGGER.info("Dry run: row %d, %s %s: %s", row.number, row.action, row.record_name, words)

    def _envelope(self, plan: Plan) -> dict[str, Any]:
        """Returns a plan in the form of Planhat's answer to a bulk upsert."""

        def having(state: str) -> Iterator[tuple[dict[str, Any], int]]:
            return ((plan.payload(number), number) for number in plan.states.having(state))

        new = list(plan.states.having(CREATE))
        plan.states.set(new, CREATE, ids=[self._new_id() for _ in new])
        created, updated = (
            [{**row, "_id": plan.states.ids[number]} for row, number in having(state)] for state in TO_STORE
        )
        self._note(plan.model, *created, *updated)
        errors = [{**row, "message": plan.states.reasons[number]} for row, number in having(REFUSED)]
        return {
            "created": len(created),
            "insertsKeys": created,
            "updated": len(updated),
            "updatesKeys": updated,
            "nonupdates": plan.states.count("unchanged"),
            "createdErrors": errors,
            "updatedErrors": [],
            "permissionErrors": [],
        }

    def _tell(self, what: str) -> None:
        self.would.append(what)
        LOGGER.info("Dry run, nothing is sent. It would %s.", what)


def _changes(changes: Mapping[str, tuple[Any, Any]], names: Names) -> str:
    def shown(value: Any) -> str:
        return names.shown(value) if names.of(value) else repr(value)

    return (
        "; ".join(f"{name}: {shown(old)} -> {shown(new)}" for name, (old, new) in changes.items())[:1000] or "nothing"
    )


def _response(content: Any, status: int = 200) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response._content = encode_json(content)  # noqa: SLF001 - the only way to make an answer by hand
    response.headers["Content-Type"] = "application/json"
    return response
