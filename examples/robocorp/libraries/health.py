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

    def add_findings(self, finding: str, rows: Iterable[dict[str, Any]]) -> None:
        """Adds rows with columns of the report; the owner is `first` and `last`, a date is shown as its day."""
        found = self._found.setdefault(finding, [])
        for row in rows:
            owner = f"{row.get('first') or ''} {row.get('last') or ''}".strip()
            texts = {**row, "finding": finding, "owner": owner, "date": str(row.get("date") or "")[:10]}
            found.append({column: harmless(texts.get(column)) for column in COLUMNS})

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
