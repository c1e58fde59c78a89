"""The page for people, and what only this machine may do."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import requests

from RPA.Planhat.sandbox.model_rules import TABLES
from utest.timing import timed

if TYPE_CHECKING:
    from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
EVIL = "<script>alert('x')</script>"


def test_page_shows_the_state(planhat: Any, sandbox: Any) -> None:
    planhat.upserted(
        "endusers", *({"companyId": "extid-first", "email": f"p{number}@x.example"} for number in range(60))
    )
    planhat.get("/notes")
    sandbox.inject_fault("reset_after", route="/companies/{id}", verb="PUT")
    text = requests.get(sandbox.url, params={"model": "endusers", "offset": "25"}, timeout=5).text
    for name in TABLES:
        assert f"/?model={name}" in text
    assert "26 to 50 of 60" in text
    assert "p30@x.example" in text
    assert "<summary>p1@x.example" not in text
    assert "reset_after" in text
    assert "GET /notes" in text
    assert 'offset=50">later' in text
    assert 'offset=0">earlier' in text


def test_page_escapes_everything(planhat: Any, sandbox: Any) -> None:
    planhat.made("companies", name=EVIL, externalId=EVIL, custom={EVIL: EVIL})
    planhat.get("/" + EVIL, params={EVIL: EVIL})
    sandbox.inject_fault("status", route=EVIL)
    for query in ("", f"?model={EVIL}", "?model=companies&offset=99999", "?offset=x"):
        answer = requests.get(f"{sandbox.url}/{query}", timeout=5)
        assert answer.status_code == 200
        assert "<script" not in answer.text
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_other_origins_are_kept_out(sandbox: Any) -> None:
    for path in ("/__sandbox__/reset", "/__sandbox__/rows"):
        for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}):
            assert requests.post(sandbox.url + path, headers=headers, timeout=5).status_code == 403
    assert requests.get(sandbox.url, headers={"Host": "evil.example:80"}, timeout=5).status_code == 403


def test_operations_as_json(planhat: Any, sandbox: Any) -> None:
    base = f"{sandbox.url}/__sandbox__"
    control = {"X-Sandbox-Control": sandbox.control_token}
    rows = requests.post(f"{base}/rows", json={"model": "Company"}, headers=control, timeout=5).json()["result"]
    assert [row["name"] for row in rows] == ["First", "Second"]
    assert "POST one of" in requests.get(f"{base}/rows", timeout=5).json()["error"]
    for path, body in (
        ("nonsense", "{}"),
        ("rows", "{}"),
        ("rows", '{"model": "galaxies"}'),
        ("rows", "["),
        ("rows", "5"),
        ("rows", '{"model": 5}'),
        ("inject_fault", '{"kind": ["x"]}'),
    ):
        assert requests.post(f"{base}/{path}", data=body, headers=control, timeout=5).status_code == 400
    rights = {"model": "*", "verbs": ["delete"]}
    assert requests.post(f"{base}/forbid", json=rights, headers=control, timeout=5).json() == {"result": None}
    assert planhat.delete("/companies/extid-first").status_code == 403
    assert sandbox.requests(last=1)[0]["path"] == "/companies/extid-first"


@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")
def test_page_in_a_browser(planhat: Any, sandbox: Any, tmp_path: Path) -> None:
    planhat.made("companies", name=EVIL)
    assert CHROMIUM is not None
    options = [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
        "--disable-background-networking", "--disable-component-update", f"--user-data-dir={tmp_path}", "--dump-dom",
    ]  # fmt: skip
    shown = subprocess.run([CHROMIUM, *options, sandbox.url], capture_output=True, text=True, timeout=60, check=True)
    assert len(re.findall(r"<details>", shown.stdout)) >= 3
    assert "&lt;script&gt;" in shown.stdout
    assert 'aria-current="page"' in shown.stdout


def test_long_answers_leave_the_page_fast_and_secrets_hidden(planhat: Any, sandbox: Any) -> None:
    planhat.upserted("companies", *({"name": f"N{number}", "description": "x" * 500} for number in range(4000)))
    for shift in range(3985, 4000):
        planhat.post("/companies", data="x" * shift + sandbox.api_key + "y" * 100)
    for _ in range(10):
        planhat.rows("companies", limit=4000)
    with timed() as took:
        page = requests.get(sandbox.url, timeout=5)
    assert took.own < 1
    assert f"x{sandbox.api_key[:2]}" not in page.text
