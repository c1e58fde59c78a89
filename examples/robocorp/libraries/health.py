"""Puts the findings of the health report together: one CSV file, and a table for each in the log."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

from robot.api import logger

COLUMNS = ("finding", "company", "phase", "owner", "date", "detail")
SHOWN = 50
"""Rows of each finding that the log shows; the file has all."""


def harmless(text: Any) -> str:
    """Returns a string that no spreadsheet takes for a formula."""
    shown = str(text or "")
    return f"'{shown}" if shown.startswith(("=", "+", "-", "@")) else shown


class health:  # noqa: N801 - Robot Framework finds the class by the name of the file
    """Collects findings and writes them as one table."""

    ROBOT_LIBRARY_SCOPE = "TASK"

    def __init__(self) -> None:
        self._found: dict[str, list[dict[str, str]]] = {}

<<<<<<< HEAD
    def add_findings(self, finding: str, rows: Iterable[dict[str, Any]]) -> None:
        """Adds rows with columns of the report; the owner is `first` and `last`, a date is shown as its day."""
        found = self._found.setdefault(finding, [])
        for row in rows:
            owner = f"{row.get('first') or ''} {row.get('last') or ''}".strip()
            texts = {**row, "finding": finding, "owner": owner, "date": str(row.get("date") or "")[:10]}
            found.append({column: harmless(texts.get(column)) for column in COLUMNS})
=======
    def add_companies_without_touch(self, conversations: Iterable[Record], days: int) -> None:
        """Adds customers with no conversation for some days."""
        latest: dict[str, str] = {}
        for each in conversations:
            company = str(each.get("companyId"))
            latest[company] = max(latest.get(company, ""), day_of(each.get("date")))
        for key, company in self._companies.items():
            touched = max(latest.get(key, ""), day_of(company.get("lastTouch")))
            if company.get("status") == "customer" and touched < day_from_now(-days):
                self._add(SILENT, key, touched, f"nothing for {days} days" if touched else "never")

    def add_renewals_ahead(self, licenses: Iterable[Record], days: int) -> None:
        """Adds licenses that are not renewed and end within some days."""
        for each in licenses:
            end = day_of(each.get("toDate"))
            if day_from_now(0) <= end <= day_from_now(days) and each.get("renewalStatus", "ongoing") == "ongoing":
                self._add(
                    RENEWAL, each.get("companyId"), end, f"{each.get('product', '')}, {each.get('mrr', 0)} a month"
                )

    def add_open_tasks(self, tasks: Iterable[Record]) -> None:
        """Adds tasks that are not done."""
        for each in tasks:
            if each.get("status") != "done":
                self._add(TASK, each.get("companyId"), day_of(each.get("startTime")), str(each.get("action", "")))

    def add_endusers_without_company(self, endusers: Iterable[Record]) -> None:
        """Adds people who belong to no company that is there."""
        for each in endusers:
            if str(each.get("companyId")) not in self._companies:
                self._add(HOMELESS, None, "", str(each.get("email") or each.get("name") or each["_id"]))
>>>>>>> a06e413 (Correct the wording of guides and examples)

    def save_report(self, path: str) -> str:
        """Writes all findings as CSV and shows them in the log; returns how many there are of each."""
        for rows in self._found.values():
            rows.sort(key=lambda row: row["date"])
        with Path(path).open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            for rows in self._found.values():
                writer.writerows(rows)
        for finding, rows in self._found.items():
            self._show(f"{finding}: {len(rows)}", rows[:SHOWN])
        return ", ".join(f"{finding}: {len(rows)}" for finding, rows in self._found.items())

    def _show(self, summary: str, rows: list[dict[str, str]]) -> None:
        cells = "".join(f"<tr>{''.join(f'<td>{escape(row[name])}</td>' for name in COLUMNS[1:])}</tr>" for row in rows)
        head = "".join(f"<th>{name}</th>" for name in COLUMNS[1:])
        logger.info(f"<details><summary>{summary}</summary><table><tr>{head}</tr>{cells}</table></details>", html=True)
