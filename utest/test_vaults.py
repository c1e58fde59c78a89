"""The vaults that robots have, played by small real modules on the path; none of them is a dependency."""

from __future__ import annotations

import importlib
import json
import sys
from typing import TYPE_CHECKING

import pytest

from RPA.Planhat import PlanhatAuthConfigurationError
from RPA.Planhat.connection.credentials import credentials_of, read_secret, vault_is_configured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

RPA_VAULT = """
from collections.abc import Mapping

class Secret(Mapping):
    def __init__(self, values): self._values = values
    def __getitem__(self, key): return self._values[key]
    def __iter__(self): return iter(self._values)
    def __len__(self): return len(self._values)

class Vault:
    def get_secret(self, name):
        {body}
"""

ROBOCORP_VAULT = """
def get_secret(name):
    {body}
"""

GOOD = "return {wrap}({{'api_key': '{key}', 'tenant_uuid': name}})"


@pytest.fixture
def install(tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Puts modules on the path, inside the namespaces that the real ones live in."""
    folder = tmp_path / "site"
    before = set(sys.modules)

    def put(name: str, text: str) -> None:
        path = folder.joinpath(*name.split(".")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        importlib.invalidate_caches()

    folder.mkdir()
    sys.path.insert(0, str(folder))
    yield put
    sys.path.remove(str(folder))
    for name in set(sys.modules) - before:
        if name.startswith(("RPA.Robocorp", "robocorp")):
            del sys.modules[name]
    importlib.invalidate_caches()


def install_rpa(install: Callable[..., None], body: str = GOOD.format(wrap="Secret", key="rpa")) -> None:
    install("RPA.Robocorp.Vault", RPA_VAULT.format(body=body))


def install_robocorp(install: Callable[..., None], body: str = GOOD.format(wrap="dict", key="robocorp")) -> None:
    install("robocorp.vault", ROBOCORP_VAULT.format(body=body))


def file_of(folder: Path, **secrets: object) -> str:
    path = folder / "vault.json"
    path.write_text(json.dumps(secrets))
    return str(path)


def test_the_vault_of_rpaframework_is_read(install: Callable[..., None]) -> None:
    install_rpa(install)
    assert dict(read_secret("planhat_api")) == {"api_key": "rpa", "tenant_uuid": "planhat_api"}


def test_the_vault_of_robocorp_is_read(install: Callable[..., None]) -> None:
    install_robocorp(install)
    assert dict(read_secret("planhat_api")) == {"api_key": "robocorp", "tenant_uuid": "planhat_api"}


@pytest.mark.parametrize(("variable", "key"), [("RPA_SECRET_MANAGER", "rpa"), ("RC_VAULT_SECRET_MANAGER", "robocorp")])
def test_with_both_installed_the_environment_decides(
    install: Callable[..., None], monkeypatch: pytest.MonkeyPatch, variable: str, key: str
) -> None:
    install_rpa(install)
    install_robocorp(install)
    monkeypatch.setenv(variable, "SomeManager")
    assert read_secret("s")["api_key"] == key
    found = credentials_of()
    assert found.api_key is not None
    assert found.api_key.reveal() == key


@pytest.mark.parametrize("variable", ["RPA_SECRET_FILE", "RC_VAULT_SECRETS_FILE"])
def test_a_plain_file_is_read_when_no_vault_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, file_of(tmp_path, planhat_api={"api_key": "file"}))
    assert read_secret("planhat_api") == {"api_key": "file"}


def test_the_path_of_the_file_may_hold_variables_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_of(tmp_path, planhat_api={"api_key": "file"})
    monkeypatch.setenv("ROBOT_ROOT", str(tmp_path))
    monkeypatch.setenv("RPA_SECRET_FILE", "%{ROBOT_ROOT}/vault.json")
    assert read_secret("planhat_api") == {"api_key": "file"}


def test_the_path_of_the_file_may_be_relative_or_in_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_of(tmp_path, s={"api_key": "file"})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for path in ("vault.json", "~/vault.json"):
        monkeypatch.setenv("RPA_SECRET_FILE", path)
        assert read_secret("s") == {"api_key": "file"}


@pytest.mark.parametrize("path", ["gone.json", "%{NOT_SET}/vault.json"])
def test_a_vault_file_that_is_missing_is_named(
    install: Callable[..., None], monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    install_rpa(install)
    monkeypatch.setenv("RPA_SECRET_FILE", path)
    with pytest.raises(PlanhatAuthConfigurationError) as caught:
        read_secret("planhat_api")
    assert str(caught.value) == f"The vault file {path} does not exist."


def test_a_secret_that_the_file_does_not_have_is_named_without_what_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file_of(tmp_path, other={"api_key": "do-not-show"}, odd="text")
    monkeypatch.setenv("RPA_SECRET_FILE", path)
    for name in ("planhat_api", "odd"):
        with pytest.raises(PlanhatAuthConfigurationError) as caught:
            read_secret(name)
        assert str(caught.value) == (f"The vault gave no secret {name!r}: {path} has no secret of that name.")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'{"do-not-show": \n  x}', "is not valid JSON: look at line 2, column 3"),
        (b"", "is not valid JSON: look at line 1, column 1"),
        (b'{"do-not-show": "\xff"}', "is not in UTF-8"),
        (b'["do-not-show"]', "has no secret of that name"),
        (b"[" * 100_000, "is nested too deep"),
    ],
)
def test_a_file_that_is_damaged_is_named_with_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, problem: str
) -> None:
    path = tmp_path / "vault.json"
    path.write_bytes(content)
    monkeypatch.setenv("RPA_SECRET_FILE", str(path))
    with pytest.raises(PlanhatAuthConfigurationError) as caught:
        read_secret("planhat_api")
    assert str(caught.value) == f"The vault gave no secret 'planhat_api': {path} {problem}."
    told: BaseException | None = caught.value
    while told is not None:
        assert "do-not-show" not in f"{vars(told)} {told}"
        assert not isinstance(told, (json.JSONDecodeError, UnicodeDecodeError))
        told = told.__cause__ or told.__context__


def test_a_folder_is_no_vault_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RPA_SECRET_FILE", str(tmp_path))
    with pytest.raises(PlanhatAuthConfigurationError) as caught:
        read_secret("planhat_api")
    assert str(caught.value) == f"The vault file {tmp_path} is a folder."


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "vault.json"
    path.write_text('{"planhat_api": {"api_key": "file"}}', "utf-8-sig")
    monkeypatch.setenv("RPA_SECRET_FILE", str(path))
    assert read_secret("planhat_api") == {"api_key": "file"}


@pytest.mark.parametrize("content", ["not json {do-not-show", '["do-not-show"]', ""])
def test_a_file_that_is_no_vault_is_an_error_without_its_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    path = tmp_path / "vault.json"
    path.write_text(content)
    monkeypatch.setenv("RPA_SECRET_FILE", str(path))
    with pytest.raises(PlanhatAuthConfigurationError, match="The vault gave no secret 'planhat_api'") as caught:
        read_secret("planhat_api")
    assert "do-not-show" not in str(caught.value)


def test_a_file_that_only_the_packages_read_needs_a_manager_and_the_error_says_so(
    install: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_rpa(install, "raise KeyError('Missing required variables: RC_API_SECRET_HOST.\\n\\nThese are essential.')")
    path = tmp_path / "vault.yaml"
    path.write_text("planhat_api: {}")
    monkeypatch.setenv("RPA_SECRET_FILE", str(path))
    with pytest.raises(PlanhatAuthConfigurationError) as caught:
        read_secret("planhat_api")
    assert str(caught.value) == (
        "The vault gave no secret 'planhat_api': Missing required variables: RC_API_SECRET_HOST. "
        f"To read {path}, set RPA_SECRET_MANAGER to RPA.Robocorp.Vault.FileSecrets."
    )


def test_a_vault_that_says_nothing_is_told_by_its_error_and_the_one_before(install: Callable[..., None]) -> None:
    install_robocorp(install, "raise RuntimeError() from ConnectionError('refused')")
    with pytest.raises(PlanhatAuthConfigurationError, match=r"'s': RuntimeError after ConnectionError$"):
        read_secret("s")


def test_a_file_of_another_kind_tells_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "vault.yaml"
    path.write_text("planhat_api: {}")
    monkeypatch.setenv("RPA_SECRET_FILE", str(path))
    with pytest.raises(PlanhatAuthConfigurationError, match=r"vault\.yaml is not JSON; .* pip install .*\[vault\]"):
        read_secret("planhat_api")


@pytest.mark.parametrize("manager", ["", "RPA.Robocorp.Vault.FileSecrets", "RPA.Robocloud.Secrets.FileSecrets"])
def test_a_json_file_is_read_as_it_is_even_where_vaults_are_installed(
    install: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, manager: str
) -> None:
    install_rpa(install, "raise KeyError('To connect to Control Room, these variables are essential')")
    install_robocorp(install, "raise FileNotFoundError(2, 'No such file', '%{ROBOT_ROOT}/vault.json')")
    file_of(tmp_path, planhat_api={"api_key": "file"})
    monkeypatch.setenv("ROBOT_ROOT", str(tmp_path))
    for managed, named in (("RPA_SECRET_MANAGER", "RPA_SECRET_FILE"), ("RC_VAULT_SECRET_MANAGER", "RPA_SECRET_FILE")):
        monkeypatch.setenv(managed, manager)
        monkeypatch.setenv(named, "%{ROBOT_ROOT}/vault.json")
        assert read_secret("planhat_api") == {"api_key": "file"}
        monkeypatch.delenv(managed)


@pytest.mark.parametrize("variable", ["RC_API_SECRET_HOST", "RPA_SECRET_MANAGER"])
def test_another_manager_goes_before_a_file(
    install: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    install_rpa(install)
    monkeypatch.setenv("RPA_SECRET_FILE", file_of(tmp_path, planhat_api={"api_key": "file"}))
    monkeypatch.setenv(variable, "https://control-room.example")
    assert read_secret("planhat_api")["api_key"] == "rpa"


def test_a_path_with_variables_of_robot_framework_is_left_to_the_vault_that_knows_them(
    install: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    install_rpa(install)
    monkeypatch.setenv("RPA_SECRET_FILE", "${EXECDIR}/vault.json")
    assert read_secret("planhat_api")["api_key"] == "rpa"


def test_a_file_that_the_vault_misses_is_named_and_not_a_number(
    install: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    install_robocorp(install, "raise FileNotFoundError(2, 'No such file or directory', 'secrets.json')")
    monkeypatch.setenv("RC_VAULT_SECRET_MANAGER", "FileSecrets")
    with pytest.raises(PlanhatAuthConfigurationError) as caught:
        read_secret("planhat_api")
    assert str(caught.value) == (
        "The vault gave no secret 'planhat_api': [Errno 2] No such file or directory: 'secrets.json'. "
        "No file is named: set RPA_SECRET_FILE or RC_VAULT_SECRETS_FILE."
    )


@pytest.mark.parametrize("problem", ["KeyError('Undefined secret: s')", "RuntimeError('no access')", "OSError('down')"])
@pytest.mark.parametrize("put", [install_rpa, install_robocorp])
def test_what_a_vault_complains_about_is_passed_on(
    install: Callable[..., None], put: Callable[..., None], problem: str
) -> None:
    put(install, f"raise {problem}")
    with pytest.raises(
        PlanhatAuthConfigurationError, match=r"The vault gave no secret 's': (Undefined|no access|down)"
    ):
        read_secret("s")


def test_without_any_vault_the_error_tells_what_could_be_done() -> None:
    with pytest.raises(
        PlanhatAuthConfigurationError, match=r"neither RPA\.Robocorp\.Vault nor robocorp\.vault is inst"
    ):
        read_secret("planhat_api")


@pytest.mark.parametrize(
    "variable",
    ["RPA_SECRET_FILE", "RC_VAULT_SECRETS_FILE", "RPA_SECRET_MANAGER", "RC_VAULT_SECRET_MANAGER", "RC_API_SECRET_HOST"],
)
def test_a_vault_counts_as_configured_when_the_environment_names_one(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    assert not vault_is_configured()
    monkeypatch.setenv(variable, "x")
    assert vault_is_configured()


def test_an_installed_vault_that_is_not_configured_is_not_asked_by_itself(install: Callable[..., None]) -> None:
    install_rpa(install, "raise KeyError('asked')")
    with pytest.raises(PlanhatAuthConfigurationError, match="There is no Planhat API token"):
        credentials_of()
    with pytest.raises(PlanhatAuthConfigurationError, match="asked"):
        credentials_of(None, "planhat_api")
