"""Duplicates are found by reading few fields of all records, and all fields of few."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import types
from RPA.Planhat.operations import writing
from RPA.Planhat.operations.finding import find_duplicates
from RPA.Planhat.operations.reading import Query
from RPA.Planhat.operations.rows.upsert import upsert
from utest.stub import TOKEN
from utest.tables.conftest import UNLIMITED, Counting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from RPA.Planhat.sandbox import Sandbox

MANY = 600
"""Records of which a few are worth a call each; the sandbox lists endusers in one page."""


class Watched(Counting):
    """Does something before the first record is read by its id, as somebody else could."""

    before: Callable[[], Any] | None = None

    def call(self, method: str, url: str, **options: Any) -> Any:
        if url.startswith("/endusers/") and self.before is not None:
            before, self.before = self.before, None
            before()
        return super().call(method, url, **options)

    @property
    def read(self) -> list[str]:
        return [each for each in self.calls if each.startswith("GET /endusers/")]


@pytest.fixture
def watched(remote_sandbox: Sandbox, acme: types.Company) -> Iterator[Watched]:
    made = Watched(TOKEN, base_url=remote_sandbox.url, analytics_url=remote_sandbox.url, settings=UNLIMITED)
    rows = [{"email": f"e{n}@acme.example", "name": f"N {n}", "companyId": acme.id} for n in range(MANY)]
    rows[3] |= {"name": "Ada  BYRON", "phone": "+46 1"}
    rows[400] |= {"name": " ada byron", "phone": "+46 2", "position": "Owner"}
    upsert(made, types.Enduser, rows)
    made.calls.clear()
    yield made
    made.close()


def records(session: Watched) -> list[types.Enduser]:
    (group,) = find_duplicates(session, types.Enduser, ["name"])
    return list(group)


def test_few_duplicates_are_read_whole_by_their_ids(watched: Watched) -> None:
    found = records(watched)
    assert [each.phone for each in found] == ["+46 1", "+46 2"]
    assert found[1].position == "Owner"
    assert not found[0].is_unread("position")
    assert len(watched.read) == 2
    found[0].phone = "+46 3"
    writing.update_changes(watched, found[0])
    assert records(watched)[0].phone == "+46 3"


def test_many_duplicates_are_read_in_pages(watched: Watched) -> None:
    people = find_duplicates(watched, types.Enduser, ["companyId", "phone"])
    assert people == []
    upsert(watched, types.Enduser, [{"email": f"e{n}@acme.example", "position": "Lead"} for n in range(0, MANY, 4)])
    (group,) = find_duplicates(watched, types.Enduser, ["position"])
    assert len(group) == MANY // 4
    assert not watched.read
    assert all(each.email and each.name for each in group)


def test_only_some_fields_need_no_second_look(watched: Watched) -> None:
    (group,) = find_duplicates(watched, types.Enduser, ["name"], Query(properties="phone"))
    assert [each.phone for each in group] == ["+46 1", "+46 2"]
    assert group[0].is_unread("position")
    assert not watched.read


def another(session: Watched) -> types.Enduser:
    (group,) = find_duplicates(session, types.Enduser, ["name"])
    session.calls.clear()
    return group[1]  # type: ignore[no-any-return]


@pytest.mark.parametrize("what", ["renamed", "deleted", "archived", "outside"])
def test_what_is_changed_meanwhile_is_in_no_group(
    watched: Watched, planhat: Counting, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    one = another(watched)
    changes: dict[str, Callable[[], Any]] = {
        "renamed": lambda: writing.update(planhat, types.Enduser, one.id, {"name": "Grace"}),
        "deleted": lambda: writing.delete(planhat, types.Enduser, one.id),
        "archived": lambda: writing.update(planhat, types.Enduser, one.id, {"archived": True}),
        "outside": lambda: writing.update(planhat, types.Enduser, one.id, {"position": "Gone"}),
    }
    watched.before = changes[what]
    with caplog.at_level(logging.INFO, "RPA.Planhat"):
        found = find_duplicates(watched, types.Enduser, ["name"], Query(where="position != Gone"))
    assert found == []
    assert "Changed while duplicates were read, and left out: 1 enduser." in caplog.text
    assert len(watched.read) == 2


def test_what_becomes_a_duplicate_of_others_stays_with_its_own(watched: Watched, planhat: Counting) -> None:
    one = another(watched)
    watched.before = lambda: writing.update(planhat, types.Enduser, one.id, {"name": "ADA byron", "position": "Now"})
    assert records(watched)[1].position == "Now"
