"""A column of a custom field that does not exist would be empty in every row: it is refused, whoever asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, types
from RPA.Planhat.errors import PlanhatValidationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

ASKED: dict[str, Callable[[Planhat, Path], Any]] = {
    "get columns": lambda planhat, _: planhat.keywords["Get Companies"](columns="name,custom.Seets"),
    "get properties": lambda planhat, _: planhat.get_objects(types.Company, properties="name,custom.Seets"),
    "export": lambda planhat, folder: planhat.export_objects(types.Company, folder / "c.csv", "name,custom.Seets"),
    "rows": lambda planhat, _: list(planhat.export_rows(types.Company, "name,custom.Seets")),
}


@pytest.mark.parametrize("asked", ASKED)
def test_it_is_refused_with_a_near_name(sandbox: Sandbox, tmp_path: Path, asked: str) -> None:
    with Planhat(sandbox.api_key, base_url=sandbox.url) as planhat:
        planhat.create_object(types.CustomField(name="Seats", type="number", parent="company"))
        planhat.create_object(types.Company({"name": "Acme", "custom": {"Seats": 5}}))
        with pytest.raises(PlanhatValidationError, match=r"Seets.*Did you mean Seats"):
            ASKED[asked](planhat, tmp_path)
        assert planhat.get_objects(types.Company, properties="custom.Seats")[0]["custom"] == {"Seats": 5}
    assert not (tmp_path / "c.csv").exists()
