"""Roles of users, which are objects, came back from an exported table as text, and each sync sent that text."""

from __future__ import annotations

from pathlib import Path

from RPA.Planhat import Planhat, types
from RPA.Planhat.sandbox import Sandbox


def test_an_exported_table_of_users_is_unchanged(sandbox: Sandbox, tmp_path: Path) -> None:
    planhat = Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0)
    roles = [{"_id": "5f0000000000000000000001", "name": "Admin"}]
    planhat.create_object(
        types.User(nick_name="Ada", first_name="Ada", last_name="Byron", email="ada@acme.example", roles=roles)
    )
    done = planhat.export_objects(types.User, tmp_path / "users.csv")
    assert str(planhat.sync_objects(types.User, done.path)) == "1 unchanged"
