"""The contract, and thousands of made-up requests that find nothing outside it."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
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
    assert len(methods) == wanted + 2
    assert set(openapi.document()["components"]["schemas"]) == {model.__name__ for model in BY_PATH.values()}


def test_contract_is_served(sandbox: Any) -> None:
    assert requests.get(f"{sandbox.url}/openapi.json", timeout=5).json() == openapi.document()


def with_ids(sandbox: Sandbox) -> dict[str, Any]:
    """Returns the contract with ids that exist beside those that do not."""
    document = copy.deepcopy(openapi.document())
    for path, operations in document["paths"].items():
        table = "conversations" if path.startswith("/tickets") else path.split("/")[1]
        for parameter in (each for operation in operations.values() for each in operation.get("parameters", [])):
            if parameter["in"] == "path":
                known = [row["_id"] for row in sandbox.rows(table)[:4]]
                parameter["schema"] = {
                    "enum": [*known, "5f00000000000000000000aa", "extid-C-00001", "srcid-x", "no id"]
                }
    return document


@pytest.mark.long
@pytest.mark.skipif(SCHEMATHESIS is None, reason="needs schemathesis: pip install schemathesis")
def test_no_answer_is_outside_the_contract(tmp_path: Path) -> None:
    with Sandbox(process=True, companies=12) as sandbox:
        assert SCHEMATHESIS is not None
        (tmp_path / "openapi.json").write_text(json.dumps(with_ids(sandbox)), "utf-8")
        command = [
            SCHEMATHESIS, "run", "openapi.json", "--url", sandbox.url, "--checks", CHECKS, "--seed", "1",
            "--workers", "2",
            "--phases", "fuzzing", "--max-examples", os.environ.get("PLANHAT_FUZZ_EXAMPLES", "2"),
            "--header", f"Authorization: Bearer {sandbox.api_key}", "--generation-database", "none",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=240, cwd=tmp_path, check=False)
        failures = [entry for entry in sandbox.requests() if entry["status"] >= 500]
        assert not failures, failures[0]["answer"]
        assert done.returncode == 0, done.stdout[:6000]
        statuses = {entry["status"] for entry in sandbox.requests()}
        assert statuses >= {200, 400, 401, 404}
