"""Credentials: which arguments, variables and vaults they come from.

A JSON file that `RPA_SECRET_FILE` or `RC_VAULT_SECRETS_FILE` names is read as it is, which needs no package. Else
`RPA.Robocorp.Vault` and `robocorp.vault` are tried, the latter first when `RC_VAULT_SECRET_MANAGER` is set.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from RPA.Planhat.errors import PlanhatAuthConfigurationError
from RPA.Planhat.text.secrets import Token

DEFAULT_SECRET = "planhat_api"  # nosec B105 # noqa: S105 - the name of a vault secret, not its value
"""The vault secret that is read when nothing else is given; it has the keys `api_key` and `tenant_uuid`."""

KEY_VARIABLE = "PLANHAT_API_KEY"
TENANT_VARIABLE = "PLANHAT_TENANT_UUID"

QUOTES = "\"'`“”„«»"

HOW_TO = (
    "Give api_key= to the library or to Connect To Planhat, or set the environment variable PLANHAT_API_KEY, "
    f"or put api_key into the vault secret {DEFAULT_SECRET!r}. "
    "Without an account, import the library with sandbox=True."
)


@dataclass(frozen=True)
class Credentials:
    """What a connection needs.

    Attributes:
        api_key: The API access token of a service account.
        tenant_uuid: The tenant UUID, which the analytics host needs.
        api_key_from: Where the token was found, in words.
        tenant_uuid_from: Where the tenant UUID was found, in words; empty without one.
    """

    api_key: Token | None = None
    tenant_uuid: Token | None = None
    api_key_from: str = ""
    tenant_uuid_from: str = ""


def held(api_key: Any) -> Any:
    """Returns a token, or the tokens of a vault secret by name, in a form that shows none of them."""
    if isinstance(api_key, Mapping):
        secret = {str(name): getattr(value, "value", value) for name, value in api_key.items()}
        return {name: Token.of(value) for name, value in secret.items() if isinstance(value, (str, Token))}
    return Token.of(api_key)


def credentials_of(api_key: Any = None, vault_secret_name: str | None = None, tenant_uuid: Any = None) -> Credentials:
    """Finds credentials: in the arguments, then in the environment, then in the vault.

    Args:
        api_key: The token, or a whole vault secret with the keys `api_key` and `tenant_uuid`.
        vault_secret_name: The vault secret to read when no token is given.
        tenant_uuid: The tenant UUID.

    Raises:
        PlanhatAuthConfigurationError: If there is no token, or the vault cannot be read.
    """
    key_from, uuid_from = "the argument api_key", "the argument tenant_uuid"
    secret, source = _secret_for(api_key, vault_secret_name)
    if secret is not None:
        api_key, key_from = _key_in(secret, source), source
        tenant_uuid, uuid_from = (tenant_uuid, uuid_from) if tenant_uuid else (secret.get("tenant_uuid"), source)
    key, key_from = _or_environment(api_key, key_from, KEY_VARIABLE)
    if key is None:
        raise PlanhatAuthConfigurationError(f"There is no Planhat API token. {HOW_TO}")
    uuid, uuid_from = _or_environment(tenant_uuid, uuid_from, TENANT_VARIABLE)
    _require_sendable("The token", key, key_from)
    if uuid is not None:
        _require_sendable("The tenant UUID", uuid, uuid_from)
    return Credentials(key, uuid, key_from, uuid_from)


def _require_sendable(what: str, token: Token, source: str) -> None:
    text = token.reveal()
    if text[0] in QUOTES and text[-1] in QUOTES:
        # cmd.exe keeps those of `set PLANHAT_API_KEY="…"`.
        problem = f"{what} in {source} is in quotation marks. Remove them."
    elif not token.is_sendable:
        problem = f"{what} in {source} contains spaces or characters that are not in any token. Copy it again."
    else:
        return
    del text
    raise PlanhatAuthConfigurationError(problem)


def _secret_for(api_key: Any, vault_secret_name: str | None) -> tuple[Mapping[str, Any] | None, str]:
    """Returns the vault secret to take, and where it is from; nothing when arguments or environment have a token."""
    if isinstance(api_key, Mapping):
        return api_key, "the given secret"
    if Token.of(api_key) or (not vault_secret_name and (os.environ.get(KEY_VARIABLE) or not vault_is_configured())):
        return None, ""
    name, variable = vault_secret_name or DEFAULT_SECRET, variable_in_use()
    return read_secret(name), f"the vault secret {name!r}{variable and f' ({variable})'}"


def _key_in(secret: Mapping[str, Any], source: str) -> Any:
    if not secret.get("api_key"):
        keys = ", ".join(sorted(map(str, secret))) or "nothing"
        raise PlanhatAuthConfigurationError(f"There is no api_key in {source}; it has: {keys}.")
    return secret["api_key"]


def _or_environment(value: Any, source: str, variable: str) -> tuple[Token | None, str]:
    token = Token.of(value)
    if token is not None:
        return token, source
    token = Token.of(os.environ.get(variable))
    return token, f"the environment variable {variable}" if token is not None else ""


FILE_VARIABLES = ("RPA_SECRET_FILE", "RC_VAULT_SECRETS_FILE")
FILE_SECRETS = "FileSecrets"
"""How the names of the managers end that read a file."""

VAULT_EXTRA = 'pip install "rpaframework-planhat[vault]"'

VARIABLES = (*FILE_VARIABLES, "RPA_SECRET_MANAGER", "RC_VAULT_SECRET_MANAGER", "RC_API_SECRET_HOST")


def vault_is_configured() -> bool:
    """Returns whether the environment names a vault."""
    return bool(variable_in_use())


def variable_in_use() -> str:
    """Returns the variable of the environment that names a vault, a file before anything else; empty without one."""
    return next((name for name in VARIABLES if os.environ.get(name)), "")


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
            raise PlanhatAuthConfigurationError(f"The vault gave no secret {name!r}: {_reason(problem)}") from problem
    raise PlanhatAuthConfigurationError(
        f"There is no vault to read the secret {name!r} from: neither RPA.Robocorp.Vault nor robocorp.vault is "
        f"installed, and none of {', '.join(FILE_VARIABLES)} names a file. "
        f"A vault needs the extra [vault]: {VAULT_EXTRA}."
    )


def _reason(problem: Exception) -> str:
    said = str(problem) if isinstance(problem, OSError) else str(problem.args[0]) if problem.args else ""
    cause = problem.__cause__ or problem.__context__
    kind = type(problem).__name__ + (f" after {type(cause).__name__}" if cause else "")
    first, *_ = said.strip().splitlines() or [kind]
    return f"{first.rstrip('.')}. {hint}" if (hint := _hint()) else first


def _hint() -> str:
    """Returns what is missing in the environment, which the packages do not report."""
    manager, file = _manager(), _named_file()
    if manager.endswith(FILE_SECRETS) and not file:
        return f"No file is named: set {' or '.join(FILE_VARIABLES)}."
    if file and not manager and not os.environ.get("RC_API_SECRET_HOST") and not _is_plain_file():
        return f"To read {file}, set RPA_SECRET_MANAGER to RPA.Robocorp.Vault.{FILE_SECRETS}."
    return ""


def _manager() -> str:
    return os.environ.get("RC_VAULT_SECRET_MANAGER") or os.environ.get("RPA_SECRET_MANAGER") or ""


def _readers() -> list[Callable[[str], Mapping[str, Any]]]:
    vaults = [_from_rpa, _from_robocorp]
    if os.environ.get("RC_VAULT_SECRET_MANAGER"):
        vaults.reverse()
    return [_from_file] if _is_plain_file() else [*vaults, _from_file]


def _is_plain_file() -> bool:
    """Returns whether the vault is a JSON file: packages need more variables, and resolve `%{…}` only in robots."""
    path, manager = _secret_file(), _manager()
    wanted = manager.endswith(FILE_SECRETS) if manager else not os.environ.get("RC_API_SECRET_HOST")
    return wanted and path is not None and path.suffix.lower() == ".json"


def _from_rpa(name: str) -> Mapping[str, Any]:
    secret: Mapping[str, Any] = import_module("RPA.Robocorp.Vault").Vault().get_secret(name)
    return secret


def _from_robocorp(name: str) -> Mapping[str, Any]:
    secret: Mapping[str, Any] = import_module("robocorp.vault").get_secret(name)
    return secret


def _from_file(name: str) -> Mapping[str, Any]:
    path = _secret_file()
    if path is None:
        raise ImportError("no vault file is named")
    if path.suffix.lower() != ".json":
        raise ValueError(f"{path} is not JSON; other formats need the extra [vault]: {VAULT_EXTRA}.")
    secrets = _json_in(path)
    if not isinstance(secrets, dict) or not isinstance(secrets.get(name), dict):
        raise KeyError(f"{path} has no secret of that name.")
    secret: Mapping[str, Any] = secrets[name]
    return secret


def _json_in(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8-sig"))
    except UnicodeDecodeError:
        problem = "is not in UTF-8"
    except json.JSONDecodeError as error:
        problem = f"is not valid JSON: look at line {error.lineno}, column {error.colno}"
    except RecursionError:
        problem = "is nested too deep"
    # Outside of the handlers: those errors hold the text of the file.
    raise ValueError(f"{path} {problem}.")


def _named_file() -> str:
    names = FILE_VARIABLES if not os.environ.get("RC_VAULT_SECRET_MANAGER") else FILE_VARIABLES[::-1]
    return next((os.environ[name] for name in names if os.environ.get(name)), "")


def _secret_file() -> Path | None:
    given = _named_file()
    # Variables of Robot Framework are left to RPA.Robocorp.Vault, which can ask it for their values.
    if not given or "${" in given:
        return None
    expanded = re.sub(r"%\{(\w+)\}", lambda match: os.environ.get(match[1], match[0]), given)
    return Path(expanded).expanduser()


def _require_secret_file() -> None:
    path = _secret_file()
    if path is not None and not os.path.isfile(path):  # noqa: PTH113 - it takes any text
        problem = "is a folder" if os.path.isdir(path) else "does not exist"  # noqa: PTH112
        raise PlanhatAuthConfigurationError(f"The vault file {path} {problem}.")
