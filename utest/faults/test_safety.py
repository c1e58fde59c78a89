"""The safety switches: what a connection must not do is refused before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, errors
from RPA.Planhat.operations import writing
from RPA.Planhat.operations.options import UpsertOptions
from RPA.Planhat.operations.rows import upsert as bulk
from RPA.Planhat.types import Company, Note
from utest.faults.world import World
from utest.stub import TENANT, TOKEN, an_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


PAIR = 2


@pytest.fixture(params=["import", "connection"])
def switched(request: pytest.FixtureRequest, world: World) -> Iterator[Callable[..., Planhat]]:
    """Makes libraries with safety switches, given at the import or when a connection is opened."""
    made: list[Planhat] = []
    hosts: dict[str, Any] = {"base_url": world.sandbox.url, "analytics_url": world.sandbox.url}

    def make(**switches: bool) -> Planhat:
        at_import: dict[str, Any] = switches if request.param == "import" else {}
        library = Planhat(TOKEN, tenant_uuid=TENANT, **hosts, **at_import)
        made.append(library)
        if request.param == "connection":
            library.keywords["connect_to_planhat"](api_key=TOKEN, tenant_uuid=TENANT, **hosts, **switches)
        return library

    yield make
    for each in made:
        each.close()


WRITES: dict[str, Callable[[Any, str, Path], Any]] = {
    "create_object": lambda planhat, _, __: planhat.create_object(Company(name="Fresh")),
    "update_object": lambda planhat, acme, _: planhat.update_object(Company(id=acme, phase="done")),
    "update_objects": lambda planhat, _, __: planhat.update_objects([Company(name="Fresh")]),
    "with a journal": lambda planhat, _, folder: bulk.upsert(
        planhat.session, Company, [{"name": "Fresh"}], UpsertOptions(journal=folder / "journal")
    ),
    "delete": lambda planhat, acme, _: planhat.delete_planhat_object(Company(id=acme)),
    "delete by external id": lambda planhat, _, __: writing.delete(planhat.session, Company, "extid-A-1"),
    "keyword per model": lambda planhat, _, __: planhat.keywords["Create Company"](name="Fresh"),
    "keyword for any model": lambda planhat, _, __: planhat.keywords["Create Planhat Object"]("company", name="Fresh"),
    "delete many": lambda planhat, acme, _: planhat.keywords["Delete Planhat Objects"]("company", [acme], expected=1),
    "request POST": lambda planhat, _, __: planhat.keywords["planhat_request"]("post", "/companies", {"name": "Fresh"}),
    "request PUT": lambda planhat, acme, _: planhat.keywords["planhat_request"]("PUT", f"/companies/{acme}", {}),
    "request PATCH": lambda planhat, _, __: planhat.keywords["planhat_request"]("patch", "/companies", {}),
    "request DELETE": lambda planhat, acme, _: planhat.keywords["planhat_request"]("Delete", f"/companies/{acme}"),
    "activity": lambda planhat, _, __: planhat.session.create_analytics({"action": "x", "email": "a@b.example"}),
    "activities": lambda planhat, _, __: planhat.session.create_bulk_activities([{"action": "x"}]),
    "metrics": lambda planhat, _, __: planhat.session.call_analytics("dimensiondata", []),
}
DELETES = ["delete", "delete by external id", "delete many", "request DELETE"]


@pytest.mark.parametrize("write", WRITES)
def test_read_only_connection_sends_no_write(
    world: World, switched: Callable[..., Planhat], write: str, tmp_path: Path
) -> None:
    planhat = switched(read_only=True)
    with pytest.raises(errors.PlanhatSafetyError, match=r"was not sent: this connection is read-only") as caught:
        WRITES[write](planhat, world.acme, tmp_path)
    assert TENANT not in str(caught.value)
    assert world.calls == []


def test_read_only_connection_reads(world: World, switched: Callable[..., Planhat]) -> None:
    planhat = switched(read_only=True)
    assert planhat.get_object_by_id(Company, "extid-A-1").id == world.acme
    assert [each.id for each in planhat.get_objects(Company)] == [world.acme]
    assert planhat.keywords["planhat_request"]("get", "/companies")[0].name == "Acme"


@pytest.mark.parametrize("write", DELETES)
def test_connection_without_deletions_sends_none(
    world: World, switched: Callable[..., Planhat], write: str, tmp_path: Path
) -> None:
    planhat = switched(allow_delete=False)
    with pytest.raises(errors.PlanhatSafetyError, match=r"^DELETE /companies/\S+ was not sent: deletions are switched"):
        WRITES[write](planhat, world.acme, tmp_path)
    assert world.calls == []
    assert world.sandbox.rows("companies", name="Acme")


def test_connection_without_deletions_still_writes(world: World, switched: Callable[..., Planhat]) -> None:
    made = switched(allow_delete=False).create_object(Company(name="Fresh"))
    assert world.calls == ["POST"]
    assert [row["_id"] for row in world.sandbox.rows("companies", name="Fresh")] == [made.id]


@pytest.mark.parametrize("verb", ["ELETE", "D ELETE", "delete ", "GET\r\nX: y", "TRACE /", ""])
def test_odd_verb_gets_round_no_switch(world: World, verb: str) -> None:
    planhat = world.reconnect(read_only=True)
    with pytest.raises(errors.PlanhatError):
        planhat.keywords["planhat_request"](verb, f"/companies/{world.acme}")
    assert world.calls == []


# ------------------------------------------------------------------------------------------- many records


def made(world: World, count: int) -> list[Company]:
    found = [world.planhat.create_object(Company(name=f"Row {number}")) for number in range(count)]
    world.forget()
    return found


def delete_many(world: World, records: Any, **options: Any) -> Any:
    return world.planhat.keywords["Delete Planhat Objects"]("companies", records, **options)


@pytest.mark.parametrize("expected", [0, 2, 4])
def test_other_number_than_expected_deletes_nothing(world: World, expected: int) -> None:
    records = made(world, 3)
    with pytest.raises(errors.PlanhatSafetyError, match=f"these are 3 different companies, not {expected}"):
        delete_many(world, [*records, records[0].id, records[1]], expected=expected)
    assert world.calls == []


def test_records_are_deleted_one_by_one_and_accounted_for(world: World) -> None:
    one, two, three = made(world, 3)
    world.fault("status", status=400, body={"message": "in use"}, route="/companies/{id}", verb="DELETE", calls=[2])
    world.fault("reset_after", route="/companies/{id}", verb="DELETE", calls=[3])
    missing = an_id(1)
    report = delete_many(world, [one, two.id, three, missing], expected=4, fail_on_errors=False)
    assert (report.deleted, report.missing) == ([one.id, three.id], [missing])
    assert "in use" in report.failed[two.id]
    assert str(report) == "2 deleted, 1 missing, 1 failed"
    assert [each["name"] for each in world.sandbox.rows("companies")] == ["Acme", "Row 1"]


def test_records_that_were_not_deleted_are_an_error_with_the_report(world: World) -> None:
    one, two = made(world, PAIR)
    world.fault("status", status=400, body={"message": "in use"}, verb="DELETE", times=1)
    with pytest.raises(
        errors.PlanhatBulkError, match=rf"1 of 2 records were not deleted: 1 deleted, 1 failed\n  {one.id}: .*in use"
    ) as caught:
        delete_many(world, [one, two], expected=PAIR)
    assert caught.value.report.deleted == [two.id]


def test_refused_token_ends_the_deletion(world: World) -> None:
    records = made(world, 3)
    world.sandbox.forbid("companies", "delete")
    report = delete_many(world, records, expected=3, fail_on_errors=False)
    assert len(report.failed) == 3
    assert world.calls == ["DELETE"]


@pytest.mark.parametrize("bad", ["..", "", {"name": "no id"}])
def test_bad_reference_deletes_nothing(world: World, bad: Any) -> None:
    with pytest.raises(errors.PlanhatValidationError):
        delete_many(world, [world.acme, bad], expected=PAIR)
    assert world.calls == []


def test_lookup_that_failed_once_is_no_deletion(world: World) -> None:
    """A read that was repeated leaves no doubt, so that what is not found was not deleted either."""
    world.fault("status", status=502, verb="GET", times=1)
    with pytest.raises(errors.PlanhatNotFoundError):
        writing.delete(world.planhat.session, Company, "extid-none")
    assert writing.delete(world.planhat.session, Note, "0" * 24, missing_ok=True) is None
