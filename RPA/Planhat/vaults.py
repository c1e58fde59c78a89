"""Reading a secret from whichever vault this robot has; none of them is a dependency.

Tried in this order: `RPA.Robocorp.Vault`, `robocorp.vault`, and the plain JSON file that their environment
variables name. When `RC_VAULT_SECRET_MANAGER` is set, `robocorp.vault` goes first.
"""

from __future__ import annotations

import json
import os
import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatAuthConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FILE_VARIABLES = ("RPA_SECRET_FILE", "RC_VAULT_SECRETS_FILE")
VARIABLES = (*FILE_VARIABLES, "RPA_SECRET_MANAGER", "RC_VAULT_SECRET_MANAGER", "RC_API_SECRET_HOST")


def vault_is_configured() -> bool:
    """Tells whether the environment names a vault."""
    return any(os.environ.get(name) for name in VARIABLES)


def read_secret(name: str) -> Mapping[str, Any]:
    """Returns a secret by name from the first vault that is installed and configured.

    Raises:
        PlanhatAuthConfigurationError: If there is no vault, or it has no such secret.
    """
    _require_secret_file()
    for reader in _readers():
        try:
            return reader(name)
        except ImportError:  # noqa: PERF203 - the next vault is tried
            continue
        except (KeyError, ValueError, OSError, RuntimeError) as problem:
            reason = str(problem.args[0]) if problem.args else type(problem).__name__
            raise PlanhatAuthConfigurationError(f"The vault gave no secret {name!r}: {reason}") from problem
    raise PlanhatAuthConfigurationError(
        f"There is no vault to read the secret {name!r} from: neither RPA.Robocorp.Vault nor robocorp.vault is "
        f"installed, and none of {', '.join(FILE_VARIABLES)} names a file."
    )


def _readers() -> list[Callable[[str], Mapping[str, Any]]]:
    vaults = [_from_rpa, _from_robocorp]
    if os.environ.get("RC_VAULT_SECRET_MANAGER"):
        vaults.reverse()
    return [*vaults, _from_file]


def _from_rpa(name: str) -> Mapping[str, Any]:
    return import_module("RPA.Robocorp.Vault").Vault().get_secret(name)  # type: ignore[no-any-return]


def _from_robocorp(name: str) -> Mapping[str, Any]:
    return import_module("robocorp.vault").get_secret(name)  # type: ignore[no-any-return]


def _from_file(name: str) -> Mapping[str, Any]:
    path = _secret_file()
    if path is None:
        raise ImportError("no vault file is named")
    if path.suffix.lower() != ".json":
        raise ValueError(f"{path} is not JSON; install robocorp-vault for other formats.")
    secrets = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(secrets, dict) or not isinstance(secrets.get(name), dict):
        raise KeyError(f"{path} has no secret of that name.")
    return secrets[name]  # type: ignore[no-any-return]


def _secret_file() -> Path | None:
    names = FILE_VARIABLES if not os.environ.get("RC_VAULT_SECRET_MANAGER") else FILE_VARIABLES[::-1]
    given = next((os.environ[name] for name in names if os.environ.get(name)), None)
    if given is None:
        return None
    expanded = re.sub(r"%\{(\w+)\}", lambda match: os.environ.get(match[1], match[0]), given)
    return Path(expanded).expanduser()


def _require_secret_file() -> None:
    path = _secret_file()
    if path is not None and not path.is_file():
        raise PlanhatAuthConfigurationError(f"The vault file {path} does not exist.")
