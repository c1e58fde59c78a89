"""The contract, and thousands of made-up requests that find nothing outside it."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
import requests

from RPA.Planhat.sandbox import Sandbox, openapi
from RPA.Planhat.sandbox.model_rules import BY_PATH

SCHEMATHESIS = shutil.which("schemathesis", path=str(Path(sys.executable).parent))
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,ignored_auth"


def test_contract_has_every_verb_of_every_model() -> None:
    methods = {(path, method) for path, operations in openapi.document()["paths"].items() for method in operations}
    wanted = sum(len(model.VERBS) for model in BY_PATH.values())
    others = {"/leancompanies", "/timeentries/duplicate", "/automations/{uuid}", "/analytics/{tenant}"}
    others |= {"/analytics/bulk/{tenant}", "/dimensiondata/{tenant}"}
    assert len(methods) == wanted + len(others)
    assert others <= {path for path, _ in methods}
    assert set(openapi.document()["components"]["schemas"]) == {model.__name__ for model in BY_PATH.values()}


def test_contract_is_served(sandbox: Any) -> None:
    assert requests.get(f"{sandbox.url}/openapi.json", timeout=5).json() == openapi.document()


def ids_of(sandbox: Sandbox, path: str) -> list[str]:
    """Returns what may stand in a path: ids that exist beside some that do not."""
    if path.startswith("/automations"):
        return [sandbox.add_automation().rpartition("/")[2], "00000000-0000-4000-8000-00000000dead"]
    if "{tenant}" in path:
        return [sandbox.tenant_uuid, "nobody"]
    if "{" not in path:
        return []
    table = "conversations" if path.startswith("/tickets") else path.split("/")[1]
    known = [row["_id"] for row in sandbox.rows(table)[:4]]
    return [*known, "5f00000000000000000000aa", "extid-C-00001", "srcid-x", "no id"]


ODD: list[Any] = [
    None, "", [], {}, 0, -1, 1.5, 1e300, 10**30, True, "x" * 300, "2026-13-45", "2026-02-28", "\u2028\x00", ["a"],
    [None], {"a": {"b": []}}, [[]], "extid-C-00001", "5f00000000000000000000aa", "NaN", "<b>",
]  # fmt: skip


def value_for(schema: dict[str, Any], chance: Random) -> Any:
    """Returns a value that mostly fits a schema."""
    if chance.random() < 0.15:
        return chance.choice(ODD)
    if "enum" in schema:
        return chance.choice(schema["enum"])
    types = schema.get("type", "string")
    kind = chance.choice([each for each in types if each != "null"]) if isinstance(types, list) else types
    if kind == "array":
        return [value_for(schema.get("items", {}), chance) for _ in range(chance.randint(0, 3))]
    if kind == "object":
        known, needed = schema.get("properties", {}), schema.get("required", [])
        chosen = chance.sample(list(known), min(len(known), chance.randint(0, 6)))
        names = [*chosen, *(name for name in needed if chance.random() < 0.9)]
        return {name: value_for(known.get(name, {}), chance) for name in names}
    if kind in ("integer", "number"):
        return chance.choice([schema.get("minimum", 0), schema.get("maximum", 5), 3, 20_000])
    dates = ["2026-02-28", "2026-02-28T10:00:00+02:00"]
    return chance.choice([*(dates if "format" in schema else []), "a", "Ann", "c@x.example", "extid-C-00001"])


def request_for(path: str, operation: dict[str, Any], ids: list[str], chance: Random) -> dict[str, Any]:
    """Returns arguments of a request for an operation."""
    query: dict[str, Any] = {}
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", chance.choice(ids))
        elif chance.random() < 0.4:
            query[parameter["name"]] = value_for(parameter["schema"], chance)
    made: dict[str, Any] = {"url": path, "params": query}
    if "requestBody" in operation:
        made["json"] = value_for(operation["requestBody"]["content"]["application/json"]["schema"], chance)
    return made


def problems(answer: requests.Response, responses: dict[str, Any], validator_for: Any) -> list[str]:
    """Returns what of an answer is not in the contract."""
    status = str(answer.status_code)
    if status not in responses:
        return [f"status {status}"]
    if "content" not in responses[status]:
        return []
    if not answer.headers["Content-Type"].startswith("application/json"):
        return [answer.headers["Content-Type"]]
    schema = responses[status]["content"]["application/json"]["schema"]
    validator = validator_for({**schema, "components": openapi.document()["components"]})
    return [str(error) for error in validator.iter_errors(answer.json())]


def test_answers_to_odd_requests_are_within_the_contract(session_of: Any) -> None:
    validator_for = pytest.importorskip("jsonschema_rs").validator_for
    chance, seen = Random(1), set()
    with Sandbox(companies=12) as sandbox, session_of(sandbox) as session:
        for path, operations in openapi.document()["paths"].items():
            ids = ids_of(sandbox, path)
            for method, operation in operations.items():
                for number in range(8):
                    sent = request_for(path, operation, ids, chance)
                    answer = session.request(method, headers={} if number else {"Authorization": ""}, **sent)
                    assert problems(answer, operation["responses"], validator_for) == [], (method, sent, answer.text)
                    if number == 0 and "security" not in operation:
                        assert answer.status_code == 401, (method, sent)
                    seen.add(answer.status_code)
    assert seen >= {200, 206, 400, 401, 404}


def with_ids(sandbox: Sandbox) -> dict[str, Any]:
    """Returns the contract with ids that exist beside those that do not."""
    document = copy.deepcopy(openapi.document())
    for path, operations in document["paths"].items():
        for parameter in (each for operation in operations.values() for each in operation.get("parameters", [])):
            if parameter["in"] == "path":
                parameter["schema"] = {"enum": ids_of(sandbox, path)}
    return document


@pytest.mark.skipif(
    SCHEMATHESIS is None or "PLANHAT_FUZZ_EXAMPLES" not in os.environ,
    reason="takes half a minute: `invoke fuzz` does it, where schemathesis is installed",
)
def test_schemathesis_finds_no_answer_outside_the_contract(tmp_path: Path) -> None:
    with Sandbox(process=True, companies=12) as sandbox:
        assert SCHEMATHESIS is not None
        (tmp_path / "openapi.json").write_text(json.dumps(with_ids(sandbox)), "utf-8")
        command = [
            SCHEMATHESIS, "run", "openapi.json", "--url", sandbox.url, "--checks", CHECKS, "--seed", "1",
            "--workers", "2",
            "--phases", "fuzzing", "--max-examples", os.environ.get("PLANHAT_FUZZ_EXAMPLES", "2"),
            "--header", f"Authorization: Bearer {sandbox.api_key}", "--generation-database", "none",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=1200, cwd=tmp_path, check=False)
        failures = [entry for entry in sandbox.requests() if entry["status"] >= 500]
        assert not failures, failures[0]["answer"]
        assert done.returncode == 0, done.stdout[:6000]
        statuses = {entry["status"] for entry in sandbox.requests()}
        assert statuses >= {200, 400, 401, 404}
