"""What people who look after customers want to know; plain Python on the records that the robot has read."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from html import escape
from pathlib import Path
from typing import Any

from robot.api import logger

COLUMNS = ("finding", "company", "phase", "owner", "date", "detail")
SILENT, RENEWAL, TASK, HOMELESS = "no recent touch", "renewal ahead", "open task", "enduser without company"
SHOWN = 50
"""Rows of each finding that the log shows; the file has all."""

Record = dict[str, Any]


def day_of(value: Any) -> str:
    """Returns the day of a moment as Planhat sends it."""
    return str(value or "")[:10]


def day_from_now(days: int) -> str:
    return (datetime.now(timezone.utc) + timedelta(days=days)).date().isoformat()


def harmless(text: Any) -> str:
    """Returns a text that no spreadsheet takes for a formula."""
    shown = str(text or "")
    return f"'{shown}" if shown.startswith(("=", "+", "-", "@")) else shown


class health:  # noqa: N801 - Robot Framework finds the class by the name of the file
    """Collects findings and writes them as one table."""

    ROBOT_LIBRARY_SCOPE = "TASK"

    def begin_report(self, companies: Iterable[Record], users: Iterable[Record]) -> None:
        """Takes the companies that the findings are about, and the users who own them."""
        self._companies = {str(company["_id"]): company for company in companies}
        self._users = {str(user["_id"]): f"{user.get('firstName', '')} {user.get('lastName', '')}" for user in users}
        self._rows: list[dict[str, str]] = []

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
        """Adds licences that are not renewed and end within some days."""
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

    def save_report(self, path: str) -> str:
        """Writes all findings as CSV and shows them in the log; returns how many there are of each."""
        self._rows.sort(key=lambda row: (row["finding"], row["date"]))
        with Path(path).open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(self._rows)
        counts = Counter(dict.fromkeys((SILENT, RENEWAL, TASK, HOMELESS), 0))
        counts.update(row["finding"] for row in self._rows)
        for finding, count in counts.items():
            self._show(finding, count)
        return ", ".join(f"{finding}: {count}" for finding, count in counts.items())

    def _add(self, finding: str, company: Any, date: str, detail: str) -> None:
        about = self._companies.get(str(company), {})
        owner = self._users.get(str(about.get("owner")), "")
        texts = (finding, about.get("name"), about.get("phase"), owner, date, detail)
        self._rows.append({column: harmless(text) for column, text in zip(COLUMNS, texts, strict=True)})

    def _show(self, finding: str, count: int) -> None:
        rows = [row for row in self._rows if row["finding"] == finding][:SHOWN]
        cells = "".join(f"<tr>{''.join(f'<td>{escape(row[name])}</td>' for name in COLUMNS[1:])}</tr>" for row in rows)
        head = "".join(f"<th>{name}</th>" for name in COLUMNS[1:])
        summary = f"{finding}: {count}"
        logger.info(f"<details><summary>{summary}</summary><table><tr>{head}</tr>{cells}</table></details>", html=True)
