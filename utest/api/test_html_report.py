"""Holds the pages of plans and reports that people mail: complete, escaped, without scripts."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

from RPA.Planhat import Planhat, types
from RPA.Planhat.operations.html_report import page_of
from RPA.Planhat.operations.rows.report import TablePlan, TableReport

EVIL = "<script>alert(1)</script>"


class Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not [name for name, value in attrs if name.startswith("on") or "://" in (value or "")]

    def handle_data(self, data: str) -> None:
        self.text += f"{data}\n"


def table() -> list[dict[str, object]]:
    return [
        {"external_id": "C-00001", "name": EVIL, "phase": "live"},
        {"external_id": "NEW-1", "name": "New Ltd"},
        {"external_id": "BAD-1", "name": "Bad Ltd", "csm_score": "nine"},
    ]


def test_a_plan_shows_changes_and_refusals(planhat: Planhat) -> None:
    plan = planhat.sync_objects(types.Company, table(), dry_run=True)
    assert isinstance(plan, TablePlan)
    html = page_of(plan, {"Run": "Weekly"}).html()
    page = Page(html)
    assert "script" not in page.tags
    assert EVIL in page.text
    for words in ("nothing was sent", "New Ltd", "C-00001", "phase", "live", "csm_score", "Weekly", "refused"):
        assert words in page.text
    assert html.count("<html") == 1


def test_a_report_names_what_is_not_stored(planhat: Planhat) -> None:
    report = planhat.sync_objects(types.Company, table(), bad_rows="skip", fail_on_errors=False)
    assert isinstance(report, TableReport)
    page = Page(page_of(report, {}).html())
    for words in ("1 of 3 companies were not stored", "Bad Ltd", "csm_score", "Not stored"):
        assert words in page.text


def test_robots_save_pages(tmp_path: Path) -> None:
    (tmp_path / "sync.robot").write_text(
        """\
*** Settings ***
Library    RPA.Planhat    sandbox=True

*** Tasks ***
Sync
    ${row}=    Create Dictionary    external_id=A-1    name=Acme
    ${plan}=    Sync Companies    ${row}    dry_run=True
    Save Planhat Plan    ${plan}    ${OUTPUT_DIR}${/}mails${/}plan.html
    ${report}=    Sync Companies    ${row}
    ${files}=    Save Upsert Report    ${report}    ${OUTPUT_DIR}${/}mails${/}done.html
    Should End With    ${files}[html]    done.html
    Save Upsert Report    ${report}    ${OUTPUT_DIR}${/}report.html
""",
        "utf-8",
    )
    command = [sys.executable, "-m", "robot", "--outputdir", str(tmp_path), str(tmp_path / "sync.robot")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    assert "Robot Framework writes its own report.html" in run.stderr
    plan = Page((tmp_path / "mails" / "plan.html").read_text("utf-8"))
    assert "Sync / Sync" in plan.text
    assert "http://127.0.0.1" in plan.text
    assert "All companies are stored" in (tmp_path / "mails" / "done.html").read_text("utf-8")
    log = (tmp_path / "output.xml").read_text("utf-8")
    assert "name: Acme" in log
