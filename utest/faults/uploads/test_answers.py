"""What Planhat did with each row, and how it tells that: the report says the same, whatever the answer leaves out."""

from __future__ import annotations

import random
from itertools import count
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from RPA.Planhat.operations.options import UpsertOptions
from RPA.Planhat.operations.rows.upsert import upsert
from RPA.Planhat.types import Company, Enduser
from utest.stub import Reply, Seen, Stub, an_id, reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from RPA.Planhat.session import PlanhatSession
    from RPA.Planhat.types import PlanhatObject

COUNTS = {"created": "created", "updated": "updated", "unchanged": "nonupdates"}
NAMED = {"created": "insertsKeys", "updated": "updatesKeys"}
STORED_BEFORE = "stored by an earlier call whose answer was lost, or unchanged"
JOURNALS = count()


class Answers:
    """A bulk route that does with each row what it is told, and answers in one of the ways of Planhat.

    Args:
        keys: The keys of each row.
        truth: What becomes of each row when it comes first; a stored row is unchanged when it comes again.
        naming: How rows are named that were created or updated: by all their keys, by one of them, or not.
        failing: How failures name their rows.
        chance: The order of what is named.
    """

    def __init__(
        self, keys: list[dict[str, str]], truth: list[str], naming: str, failing: str, chance: random.Random
    ) -> None:
        self.keys, self.truth, self.naming, self.failing, self.chance = keys, truth, naming, failing, chance
        self.seen: set[int] = set()

    def __call__(self, request: Seen) -> Reply:
        envelope: dict[str, Any] = dict.fromkeys(COUNTS.values(), 0)
        envelope |= {"insertsKeys": [], "updatesKeys": [], "createdErrors": []}
        for row in request.json:
            place = int(row["name"].split()[1])
            outcome = self.truth[place]
            if outcome == "failed":
                envelope["createdErrors"].append(self._failure(place))
                continue
            if place in self.seen:
                outcome = "unchanged"
            self.seen.add(place)
            envelope[COUNTS[outcome]] += 1
            if outcome in NAMED and self.naming != "not":
                envelope[NAMED[outcome]].append(self._named(place))
        for names in NAMED.values():
            self.chance.shuffle(envelope[names])
        failed = len(envelope["createdErrors"])
        return reply(envelope, 400 if failed and failed == len(request.json) else 200)

    def _named(self, place: int) -> dict[str, str]:
        own = {key: value.lower() if key == "email" else value for key, value in self.keys[place].items()}
        if self.naming == "by one key":
            own = dict([self.chance.choice(list(own.items()))])
        return {"_id": an_id(place + 1), **own}

    def _failure(self, place: int) -> Any:
        told, own = f"no {place}", self.keys[place]
        return {
            "in words": told,
            "by keys": {"message": told, **own},
            "in an object": {"error": told, "number": 5, "item": {"name": "x", **own}},
        }[self.failing]


KEYS = {Company: ("externalId", "sourceId"), Enduser: ("externalId", "email")}
OUTCOMES = st.lists(st.sampled_from(["created", "updated", "unchanged", "failed"]), min_size=1, max_size=5)


def keys_of_rows(model: type[PlanhatObject], chance: random.Random, rows: int) -> list[dict[str, str]]:
    """Returns keys of rows: one row has for a key what another has for another key."""
    first, second = KEYS[model]
    values = [f"{letter}@Acme.example" for letter in "ABCDE"[:rows]]
    firsts, seconds = chance.sample(values, rows), chance.sample(values, rows)
    which = [chance.choice(["first", "second", "both"]) for _ in range(rows)]
    return [
        {**({first: a} if has != "second" else {}), **({second: b} if has != "first" else {})}
        for a, b, has in zip(firsts, seconds, which, strict=True)
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(list(KEYS)), OUTCOMES, st.sampled_from(["by all keys", "by one key", "not"]),
    st.sampled_from(["in words", "by keys", "in an object"]), st.integers(0, 10_000),
)  # fmt: skip
def test_each_row_ends_as_planhat_did_with_it(  # noqa: PLR0917 - fixtures
    stub: Stub,
    to: Callable[..., PlanhatSession],
    tmp_path: Path,
    model: type[PlanhatObject],
    truth: list[str],
    naming: str,
    failing: str,
    seed: int,
) -> None:
    chance = random.Random(seed)
    keys = keys_of_rows(model, chance, len(truth))
    owner = {"companyId": an_id(900)} if model is Enduser else {}
    rows = [{"name": f"Row {n}", **owner, **own} for n, own in enumerate(keys)]
    stub.on(f"PUT /{model.API_NAME}", Answers(keys, truth, naming, failing, chance))
    options = UpsertOptions(journal=tmp_path / f"journal-{next(JOURNALS)}")
    session = to(stub.url)
    report = upsert(session, model, rows, options, fail_on_errors=False)
    assert [each.number for each in report.results] == list(range(1, len(rows) + 1))
    for place, (row, did) in enumerate(zip(report.results, truth, strict=True)):
        told = row.outcome.value
        if (
            told == "unknown"
        ):  # an address alone is no key that is sent twice, and the answer leaves open what became of it
            assert model is Enduser
            assert "externalId" not in keys[place]
            assert naming == "not" or failing == "in words"
        elif did == "failed":
            assert (told, row.id) == ("failed", "")
            assert f"no {place}" in row.reason.split("; ")
        elif naming != "not":  # what is named is certain at once
            assert told == did
            assert row.id == (an_id(place + 1) if did in NAMED else "")
        else:
            vague = row.reason == STORED_BEFORE or row.reason.startswith("updated or unchanged")
            assert told == did or (vague and told in ("updated", "unchanged"))
    if model is Company and naming != "not" and failing != "in words":
        assert report.calls == 1
    sent = len(stub.seen)
    again = upsert(session, model, rows, options, fail_on_errors=False)
    assert (again.results, again.counts, again.calls) == (report.results, report.counts, report.calls)
    assert len(stub.seen) == sent
