"""Changes since a snapshot are told until they are confirmed."""

from __future__ import annotations

from pathlib import Path

import pytest

from RPA.Planhat import PlanhatValidationError, types
from RPA.Planhat.operations import writing
from RPA.Planhat.operations.snapshots import changes_since, confirm_changes, take_snapshot
from utest.tables.conftest import Counting, define


def test_what_was_added_changed_and_removed_is_told(planhat: Counting, acme: types.Company, tmp_path: Path) -> None:
    define(planhat, "company", Seats="number")
    gone = writing.create(planhat, types.Company, {"name": "Gone"})
    file = tmp_path / "companies.db"
    assert take_snapshot(planhat, types.Company, file) == 2
    assert not changes_since(planhat, types.Company, file)
    writing.update(planhat, types.Company, acme, {"city": "Lund", "custom.Seats": 5})
    writing.delete(planhat, types.Company, gone)
    new = writing.create(planhat, types.Company, {"name": "New"})
    changes = changes_since(planhat, types.Company, file)
    assert changes.counts == {"added": 1, "changed": 1, "removed": 1}
    assert (changes.added[0].id, changes.removed[0].name) == (new.id, "Gone")
    assert {str(each) for each in changes.changed[0].fields} == {"city: None -> 'Lund'", "custom.Seats: None -> 5"}


def test_changes_stay_until_they_are_confirmed(planhat: Counting, acme: types.Company, tmp_path: Path) -> None:
    file = tmp_path / "companies.db"
    take_snapshot(planhat, types.Company, file, ["name"])
    writing.update(planhat, types.Company, acme, {"name": "Bolt", "city": "Lund"})
    for _ in range(2):
        changes = changes_since(planhat, types.Company, file)
        assert [each.name for each in changes.changed[0].fields] == ["name"]
    confirm_changes(file)
    assert not changes_since(planhat, types.Company, file)


def test_what_changes_after_reading_is_not_confirmed_with_it(
    planhat: Counting, acme: types.Company, tmp_path: Path
) -> None:
    file = tmp_path / "companies.db"
    take_snapshot(planhat, types.Company, file)
    changes_since(planhat, types.Company, file)
    writing.update(planhat, types.Company, acme, {"city": "Lund"})
    confirm_changes(file)
    assert changes_since(planhat, types.Company, file).counts["changed"] == 1


def test_an_interrupted_snapshot_leaves_the_old_one(
    planhat: Counting, acme: types.Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "companies.db"
    take_snapshot(planhat, types.Company, file)
    before = changes_since(planhat, types.Company, file).since

    def die(*_arguments: object, **_named: object) -> object:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("RPA.Planhat.operations.snapshots._confirm", die)
        with pytest.raises(KeyboardInterrupt):
            take_snapshot(planhat, types.Company, file)
    assert changes_since(planhat, types.Company, file).since == before


def test_files_that_are_no_snapshot_of_this_are_refused(planhat: Counting, acme: types.Company, tmp_path: Path) -> None:
    with pytest.raises(PlanhatValidationError, match="There is no snapshot"):
        changes_since(planhat, types.Company, tmp_path / "none.db")
    (tmp_path / "text.db").write_text("not a database, but long enough to be looked at as one" * 50)
    with pytest.raises(PlanhatValidationError, match="is not a snapshot"):
        take_snapshot(planhat, types.Company, tmp_path / "text.db")
    take_snapshot(planhat, types.Company, tmp_path / "c.db")
    with pytest.raises(PlanhatValidationError, match=r"these differ: model \(companies there, endusers here\)"):
        changes_since(planhat, types.Enduser, tmp_path / "c.db")
    with pytest.raises(PlanhatValidationError, match="Nothing was read since"):
        confirm_changes(tmp_path / "c.db")
