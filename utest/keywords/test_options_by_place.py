"""What has the form of an option and is none is refused by each keyword: Robot Framework passes it by place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat
from RPA.Planhat.errors import PlanhatValidationError
from utest.stub import TENANT, TOKEN, Stub, Table, reply

if TYPE_CHECKING:
    from pathlib import Path


LIBRARY: Any = Planhat(TOKEN)


def first_places() -> list[tuple[str, int]]:
    """Returns each keyword without free names, and a place that an option could land in."""
    found = []
    for name in LIBRARY.get_keyword_names():
        arguments = LIBRARY.get_keyword_arguments(name)
        words = [each[0] if isinstance(each, tuple) else each for each in arguments]
        places = words.index("*") if "*" in words else len(words)
        if not any(word.startswith("**") for word in words):
            found += [(name, place) for place in range(places)]
    return found


@pytest.mark.parametrize(("name", "place"), first_places())
def test_an_option_that_does_not_exist_is_never_taken_for_another_argument(name: str, place: int) -> None:
    arguments = [*["companies", "x"][:place], "nonsense=1"]
    if name == "connect_to_planhat":
        arguments = [*[TOKEN] * place, "nonsense=1"]
    with pytest.raises(PlanhatValidationError, match="There is no option 'nonsense'"):
        LIBRARY.run_keyword(name, arguments, {})


@pytest.mark.parametrize("option", ["sandbox=True", "dry_run=True", "use_caching=True"])
def test_an_option_of_the_import_is_named_as_such(option: str) -> None:
    with pytest.raises(PlanhatValidationError, match="It is an option of the import"):
        LIBRARY.run_keyword("connect_to_planhat", [TOKEN, option], {})


def test_a_misspelled_option_is_met_with_the_right_one() -> None:
    with pytest.raises(PlanhatValidationError, match=r"'missing_okay'\. Did you mean missing_ok\?"):
        LIBRARY.run_keyword("Delete Company", ["missing_okay=True"], {})


def test_the_value_is_not_told_since_it_can_be_a_secret() -> None:
    with pytest.raises(PlanhatValidationError) as caught:
        LIBRARY.run_keyword("connect_to_planhat", ["apikey=4711-secret"], {})
    assert "4711" not in str(caught.value)


def test_equals_signs_elsewhere_are_what_they_are(stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a=b.csv").write_text("name,external_id\nAcme,A-1\n", "utf-8")
    library: Any = Planhat(TOKEN, base_url=stub.url, dry_run=True)
    stub.on("GET /companies", Table([]))
    assert library.run_keyword("Import Companies", ["a=b.csv", "name -> name\nexternal_id -> external_id"], {})
    with pytest.raises(PlanhatValidationError, match="There is no option 'cd'"):
        library.run_keyword("Import Companies", ["cd=e.csv"], {})


@pytest.mark.parametrize(
    "option",
    ["read-only=True", "read_only = True", " read_only=True", "Read Only=True", "READ_ONLY=True", "read_only\u00a0=1"],
)
def test_an_option_in_nearly_its_name_is_no_token(option: str) -> None:
    with pytest.raises(PlanhatValidationError, match=r"Options are written read_only=|Did you mean read_only"):
        LIBRARY.run_keyword("connect_to_planhat", [option], {})


@pytest.mark.parametrize("option", ["sand-box=True", "dry-run-now = True", "nonsense-x=1"])
def test_an_unknown_option_with_hyphens_is_no_token(option: str) -> None:
    with pytest.raises(PlanhatValidationError, match="There is no option"):
        LIBRARY.run_keyword("connect_to_planhat", [TOKEN, option], {})
    with pytest.raises(PlanhatValidationError, match="There is no option"):
        Planhat(option)


@pytest.mark.parametrize("token", ["eyJhbGciOi.J9-_x.abc==", "abc-1=x1", "a-b-c==", "t0k-en=="])
def test_a_token_with_hyphens_is_a_token(stub: Stub, token: str) -> None:
    stub.on("GET /leancompanies", reply([]))
    library: Any = Planhat(TOKEN)
    library.run_keyword("connect_to_planhat", [token, TENANT], {"alias": "hyphens", "base_url": stub.url})
    assert library.run_keyword("list_all_companies", [], {}) == []
    assert stub.seen[0].headers["Authorization"] == f"Bearer {token}"


@pytest.mark.parametrize("option", ["columns =Name", "Columns=Name", " columns=Name", "dates = iso"])
def test_an_option_in_nearly_its_name_is_no_other_argument(option: str, tmp_path: Path) -> None:
    rows = [{"Name": "Acme"}]
    with pytest.raises(PlanhatValidationError, match=r"Options are written|Did you mean"):
        LIBRARY.run_keyword("save_planhat_rows", [rows, str(tmp_path / "rows.csv"), option], {})
    assert not list(tmp_path.iterdir())


def test_a_text_with_spaces_and_an_equals_sign_stays_a_text(stub: Stub) -> None:
    with pytest.raises(PlanhatValidationError, match="where=phase = live"):
        LIBRARY.run_keyword("Get Companies", ["phase = live"], {})
