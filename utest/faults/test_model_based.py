"""A robot, a sandbox and a dictionary go the same way; requests go wrong at random, and nothing is lost or doubled.

Hypothesis makes up the way: which records are made, changed, deleted and read, and what goes wrong meanwhile. The
environment variable `PLANHAT_LONG_TESTS` makes it search for minutes instead of seconds.
"""

from __future__ import annotations

import os
from collections import Counter
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from RPA.Planhat import errors
from RPA.Planhat.operations import writing
from RPA.Planhat.operations.rows import upsert as bulk
from RPA.Planhat.sandbox import Sandbox
from RPA.Planhat.types import Company
from utest.faults.world import library
from utest.stub import TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from RPA.Planhat.operations.rows.report import BulkReport

LONG = bool(os.environ.get("PLANHAT_LONG_TESTS"))
PROFILE = settings(
    max_examples=1000 if LONG else 40,
    stateful_step_count=50 if LONG else 20,
    deadline=None,
    derandomize=not LONG,
    database=None,
    suppress_health_check=list(HealthCheck),
)

FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "reset_before"},
    {"kind": "reset_after"},
    {"kind": "reset_middle"},
    {"kind": "close_after"},
    {"kind": "close_middle"},
    {"kind": "wrong_length"},
    {"kind": "truncated_gzip"},
    {"kind": "truncated_json"},
    {"kind": "status", "status": 429, "retry_after": "0.01"},
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 504, "process": True},
    {"kind": "status", "status": 502, "process": True},
)

keys = st.sampled_from(["K-1", "K-2", "K-3", "K-4"])
phases = st.sampled_from(["one", "two", "three"])
faults = st.lists(st.sampled_from(FAULTS), max_size=3)
verbs = st.sampled_from(["GET", "POST", "PUT", "DELETE", "*"])


class Robots(RuleBasedStateMachine):
    """What a robot does to records with a key, and to rows without one; and what has to hold after each step."""

    sandbox: Sandbox
    names = count()

    def __init__(self) -> None:
        super().__init__()
        self.sandbox.reset()
        self.planhat = library(self.sandbox.url, TOKEN, settle=0.002, backoff=0.001, retries=2)
        self.session = self.planhat.session
        self.known: dict[str, set[str | None]] = {}
        """For each key the phases that the record may have; more than one, or none at all, after an error."""
        self.unkeyed: dict[str, set[int]] = {}
        """For each row without a key how often it may be stored."""

    def teardown(self) -> None:
        self.planhat.close()

    def may_be(self, key: str) -> set[str | None]:
        return self.known.setdefault(key, {None})

    def attempt(self, key: str, after: set[str | None], act: Callable[[], Any]) -> None:
        """Does something to a record; where it ends in an error of doubt, it may be done or not."""
        before = self.may_be(key)
        try:
            act()
        except errors.PlanhatNotFoundError:
            assert None in before
        except errors.PlanhatBadRequestError:
            pass
        except errors.PlanhatError:
            self.known[key] = before | after
        else:
            self.known[key] = set(after)

    # -------------------------------------------------------------------------------------- what is done

    @rule(spoiled=faults, verb=verbs)
    def requests_go_wrong(self, spoiled: list[dict[str, Any]], verb: str) -> None:
        for fault in spoiled:
            self.sandbox.inject_fault(**fault, verb=verb, times=1)

    @rule()
    def requests_go_well_again(self) -> None:
        self.sandbox.clear_faults()

    @rule(key=keys, phase=phases)
    def create(self, key: str, phase: str) -> None:
        row = {"name": key, "externalId": key, "phase": phase}
        before = self.may_be(key)
        if before == {None}:
            self.attempt(key, {phase}, lambda: writing.create(self.session, Company, row))
        elif None not in before:
            with pytest.raises((errors.PlanhatBadRequestError, errors.PlanhatOutcomeUnknownError)):
                _create_in_vain(self.session, row)

    @rule(key=keys, phase=phases)
    def update(self, key: str, phase: str) -> None:
        self.attempt(key, {phase}, lambda: writing.update(self.session, Company, f"extid-{key}", {"phase": phase}))

    @rule(chosen=st.sets(keys, min_size=1), phase=phases, fresh=st.integers(0, 2))
    def upsert(self, chosen: set[str], phase: str, fresh: int) -> None:
        keyed = [{"name": key, "externalId": key, "phase": phase} for key in sorted(chosen)]
        unkeyed = [{"name": f"Row {next(self.names)}"} for _ in range(fresh)]
        try:
            report: BulkReport = bulk.upsert(self.session, Company, [*keyed, *unkeyed], fail_on_errors=False)
        except errors.PlanhatBulkError as problem:
            report = problem.report
        except errors.PlanhatError as problem:
            # Nothing is known of any row but what the error says of the call.
            self._unknown(keyed, unkeyed, phase, in_doubt=_leaves_doubt(problem))
            return
        assert len(report.results) == len(keyed) + len(unkeyed)
        for result in report.results:
            key = result.row.get("externalId")
            if key is None:
                self.unkeyed[result.row["name"]] = (
                    {1} if result.is_stored else {"failed": {0}}.get(result.outcome.value, {0, 1})
                )
            else:
                after = {phase} if result.is_stored else self.may_be(key) | {phase}
                self.known[key] = set(after)

    def _unknown(self, keyed: list[Any], unkeyed: list[Any], phase: str, *, in_doubt: bool) -> None:
        for row in keyed:
            self.known[row["externalId"]] = self.may_be(row["externalId"]) | ({phase} if in_doubt else set())
        for row in unkeyed:
            self.unkeyed[row["name"]] = {0, 1} if in_doubt else {0}

    @rule()
    def create_without_a_key(self) -> None:
        name = f"Row {next(self.names)}"
        try:
            writing.create(self.session, Company, {"name": name})
        except errors.PlanhatOutcomeUnknownError:
            self.unkeyed[name] = {0, 1}
        except errors.PlanhatError:
            self.unkeyed[name] = {0}
        else:
            self.unkeyed[name] = {1}

    @rule(key=keys)
    def delete(self, key: str) -> None:
        self.attempt(key, {None}, lambda: writing.delete(self.session, Company, f"extid-{key}"))

    # -------------------------------------------------------------------------------------- what is read

    @rule(key=keys)
    def get(self, key: str) -> None:
        try:
            record = self.planhat.get_object_by_id(Company, f"extid-{key}")
        except errors.PlanhatNotFoundError:
            assert None in self.may_be(key)
        except errors.PlanhatError:
            pass
        else:
            assert record.phase in self.may_be(key)

    @rule()
    def list(self) -> None:
        try:
            read = self.planhat.get_objects(Company, properties="name")
        except errors.PlanhatError:
            return
        stored = Counter(row["_id"] for row in self.sandbox.rows("companies"))
        assert Counter(each.id for each in read) == stored

    # --------------------------------------------------------------------------------- what always holds

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        rows = self.sandbox.rows("companies")
        stored = Counter(row["name"] for row in rows)
        phase_of = {row["externalId"]: row.get("phase") for row in rows if row.get("externalId")}
        for key, possible in self.known.items():
            assert stored[key] <= 1, f"{key} is there {stored[key]} times"
            assert phase_of.get(key) in possible, f"{key} is {phase_of.get(key)}, and was said to be {possible}"
        for name, times in self.unkeyed.items():
            assert stored[name] in times, f"{name} is there {stored[name]} times, and was said to be {times}"
        assert set(stored) <= {*self.known, *self.unkeyed}


def _create_in_vain(session: Any, row: dict[str, Any]) -> None:
    """Creates a record whose key is in use: whatever goes wrong, it must not seem to have been made anew."""
    try:
        made = writing.create(session, Company, row)
    except errors.PlanhatServerError as problem:
        raise errors.PlanhatOutcomeUnknownError(str(problem)) from problem
    except (errors.PlanhatBadRequestError, errors.PlanhatOutcomeUnknownError):
        raise
    except errors.PlanhatError as problem:
        raise errors.PlanhatOutcomeUnknownError(str(problem)) from problem
    # Where the stored record is equal to ours in all that was sent, nobody can tell them apart.
    assert made.phase == row["phase"]
    raise errors.PlanhatOutcomeUnknownError("equal")


def _leaves_doubt(problem: errors.PlanhatError) -> bool:
    return not isinstance(problem, (errors.PlanhatRateLimitError, errors.PlanhatBadRequestError))


def test_nothing_is_lost_or_doubled_whatever_goes_wrong(remote_sandbox: Sandbox) -> None:
    Robots.sandbox = remote_sandbox
    run_state_machine_as_test(Robots, settings=PROFILE)
