"""One self-contained HTML page of a plan or a report: readable in mail programs and on phones, without scripts.

Mail programs drop style sheets, so that every element carries its own style; everything from outside is escaped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Any

from RPA.Planhat.operations.rows.outcomes import CREATE, UPDATE, Outcome
from RPA.Planhat.operations.rows.report import Report, TablePlan
from RPA.Planhat.text.files import file_path, new_text_file, translate_os_errors
from RPA.Planhat.text.messages import shortened
from RPA.Planhat.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from RPA.Planhat.operations.rows.comparing import Change
    from RPA.Planhat.operations.rows.lookups import Names


COLOURS = {
    "create": "#2e7d4f", "created": "#2e7d4f", "update": "#2563a8", "updated": "#2563a8", "received": "#2e7d4f",
    "unchanged": "#8a929c", "repeated": "#b3b9c1", "refused": "#b4451f", "failed": "#a61b1b", "unknown": "#c98a00",
    "conflict": "#7b3fa0", "archive": "#7b3fa0", "delete": "#a61b1b", "deleted": "#a61b1b", "report": "#8a929c",
}  # fmt: skip
OTHER_COLOUR = "#5b6570"
FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
PAGE = "font-size:14px;line-height:1.45;max-width:860px;margin:0 auto;overflow-wrap:break-word"
SQUARE = "display:inline-block;width:11px;height:11px"
CELL = "padding:6px 10px 6px 0;border-top:1px solid #e3e6ea;vertical-align:top;text-align:left;overflow-wrap:anywhere"
HEAD = "padding-right:0;overflow-wrap:normal;color:#5b6570;font-weight:600"
HEADING = "padding:8px 0;border-top:2px solid #e3e6ea;font-weight:600;overflow-wrap:anywhere"
NAMED_ROWS = 200
"""Rows of a section that the page shows; the CSV files have all of them."""

HTML = (".html", ".htm")
"""The endings of a file that gets such a page."""

OTHER = {"record": 32, "id": 28, "outcome": 22, "reason": 18}
BAD = {"row": 12, "record": 26, "outcome": 22, "reason": 40}
"""The columns of records that are in no row, and of rows that are not stored, with their widths in percent."""

LONGEST_CELL = 300
"""Characters of a value that the page shows."""

LONGEST_IN_LINE = 200
"""Characters of a value in a line that has all changes of a row."""


@dataclass(frozen=True)
class Section:
    """A table of the page.

    Attributes:
        title: What it shows.
        columns: The headings, each with its share of the width in percent: on a phone nothing is beside the screen.
        rows: The cells; only the first `NAMED_ROWS` are read. A single cell is a heading of the rows below it.
        total: How many rows there are in all.
        note: A sentence under the title; none when empty.
    """

    title: str
    columns: Mapping[str, int]
    rows: Iterable[Sequence[Any]]
    total: int
    note: str = ""


@dataclass(frozen=True)
class ReportPage:
    """What a page shows.

    Attributes:
        title: The headline.
        counts: How many rows have which outcome.
        about: Further facts, by label, such as the host.
        sections: The tables.
        verdict: One sentence: what happened, or what would.
    """

    title: str
    counts: Mapping[str, int]
    about: Mapping[str, Any] = field(default_factory=dict)
    sections: Sequence[Section] = ()
    verdict: str = ""

    def html(self) -> str:
        """Returns the page."""
        now = datetime.now(timezone.utc).astimezone().strftime("%Y-%m-%d %H:%M %Z").strip()
        about = {**self.about, "Made": f"{now} by rpaframework-planhat {__version__}"}
        body = "".join(
            [
                f'<h1 style="font-size:22px;margin:0 0 6px">{_text(self.title)}</h1>',
                f'<p style="font-size:16px;margin:0 0 16px">{_text(self.verdict)}</p>' if self.verdict else "",
                _bar(self.counts),
                _counts(self.counts),
                *map(_section, self.sections),
                _about(about),
            ]
        )
        return (
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            f"<title>{_text(self.title)}</title></head>"
            f'<body style="margin:0;padding:20px;background:#ffffff;color:#1d2329;{FONT}">'
            f'<div style="{PAGE}">{body}</div></body></html>\n'
        )

    def save(self, path: str | Path) -> Path:
        """Writes the page into a file, whose folders are created when missing, and returns its path."""
        target = file_path(path)
        with translate_os_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True)
        with new_text_file(target, errors="xmlcharrefreplace") as file:
            file.write(self.html())
        return target


def _text(value: Any) -> str:
    """Returns a value as text that no mail program takes for markup or a link to a page of others."""
    text = "" if value is None else str(value)
    shown = text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…"
    return escape(
        "".join(sign if sign.isprintable() or sign in "\n\t" else "\N{REPLACEMENT CHARACTER}" for sign in shown)
    )


def _bar(counts: Mapping[str, int]) -> str:
    total = sum(counts.values())
    if not total:
        return ""
    # A part of less than one percent would not be seen, and would be missed: it is one percent wide.
    cells = "".join(
        f'<td style="background:{COLOURS.get(name, OTHER_COLOUR)};width:{max(100 * count / total, 1):.1f}%;height:18px;'
        f'font-size:0;line-height:0" title="{_text(name)}: {count:,}">&nbsp;</td>'
        for name, count in counts.items()
        if count
    )
    return (
        '<table role="presentation" style="width:100%;border-collapse:collapse;table-layout:fixed;margin:0 0 10px">'
        f"<tr>{cells}</tr></table>"
    )


def _counts(counts: Mapping[str, int]) -> str:
    items = "".join(
        '<span style="display:inline-block;margin:0 18px 8px 0;white-space:nowrap">'
        f'<span style="{SQUARE};background:{COLOURS.get(name, OTHER_COLOUR)}"></span> '
        f"<b>{count:,}</b> {_text(name)}</span>"
        for name, count in counts.items()
        if count
    )
    return f'<p style="margin:0 0 20px">{items or "no rows"}</p>'


def _section(section: Section) -> str:
    lines, shown = "", 0
    for row in section.rows if section.total else ():
        if shown == NAMED_ROWS:
            break
        shown += len(row) > 1
        cells = "".join(f'<td style="{CELL}">{_text(cell)}</td>' for cell in row)
        heading = f'<td colspan="{len(section.columns)}" style="{HEADING}">{_text(row[0])}</td>'
        lines += f"<tr>{heading if len(row) == 1 else cells}</tr>"
    if not lines:
        return ""
    heads = "".join(
        f'<th style="{CELL};{HEAD};width:{width}%">{_text(name)}</th>' for name, width in section.columns.items()
    )
    more = section.total - shown
    note = f'<p style="margin:0 0 8px;color:#5b6570">{_text(section.note)}</p>' if section.note else ""
    rest = f'<p style="margin:6px 0 0;color:#5b6570">and {more:,} more</p>' if more > 0 else ""
    return (
        f'<h2 style="font-size:17px;margin:26px 0 6px">{_text(section.title)} ({section.total:,})</h2>{note}'
        '<table style="border-collapse:collapse;width:100%;table-layout:fixed">'
        f"<tr>{heads}</tr>{lines}</table>{rest}"
    )


def _about(about: Mapping[str, Any]) -> str:
    lines = "".join(
        f'<tr><td style="padding:2px 14px 2px 0;color:#5b6570;white-space:nowrap;vertical-align:top">{_text(name)}</td>'
        f'<td style="padding:2px 0">{_text(value)}</td></tr>'
        for name, value in about.items()
        if value not in (None, "")
    )
    return f'<table style="border-collapse:collapse;margin:30px 0 0;font-size:13px">{lines}</table>'


def is_html(path: Any) -> bool:
    """Returns whether a path names an HTML page."""
    return str(path).lower().endswith(HTML)


def page_of(report: Report, about: Mapping[str, Any]) -> ReportPage:
    """Returns the page of a plan or a report.

    Args:
        report: What an upsert, an import or a sync returned.
        about: Further facts, such as the run and the host.
    """
    noun = str(report.plan.model.PLURAL) if report.plan is not None else report.NOUN
    planned = isinstance(report, TablePlan)
    verdict = "This is a plan: nothing was sent." if planned else report.problem(noun) or f"All {noun} are stored."
    bad = _sections_of_bad(report)
    return ReportPage(
        f"{'Plan' if planned else 'Report'}: {noun}",
        report.counts,
        {**about, "Stopped": report.stopped, "Calls": "" if planned else f"{report.calls:,}"},
        [*_changes_of(report), *bad, *_others_of(report, noun)],
        verdict if planned else verdict.partition(": ")[0],
    )


CREATED, UPDATED = Outcome.CREATED.value, Outcome.UPDATED.value


def _changes_of(report: Report) -> list[Section]:
    """Returns the table of what would change, or changed; where nothing was compared, of the rows that are stored."""
    plan = report.plan
    if plan is None:
        return []
    planned = isinstance(report, TablePlan)
    states = (CREATE, UPDATE) if planned else (CREATED, UPDATED)
    total = plan.states.count(*states)
    rows = list(plan.results(islice(plan.states.having(*states), NAMED_ROWS), changes=True))
    note = f"The first {len(rows):,} of {total:,} rows." if total > len(rows) else ""
    if not plan.compared:
        stored = [[row.number, row.record_name, row.action] for row in rows]
        return [Section("Stored", {"row": 14, "record": 58, "outcome": 28}, stored, total)]
    shown = plan.names.shown
    lines: list[list[Any]] = []
    for row in rows:
        lines.append([f"row {row.number}, {row.action}: {row.record_name}"])
        is_new = row.action in (CREATE, CREATED)
        lines += [[name, "" if is_new else shown(old), shown(new)] for name, (old, new) in row.changes.items()]
    title = "Would change, field by field" if planned else "Changed, field by field"
    return [Section(title, {"field": 26, "from": 37, "to": 37}, lines, len(lines) - len(rows), note)]


def _others_of(report: Report, noun: str) -> list[Section]:
    """Returns the table of the records that are in no row, if there are any."""
    others = getattr(report, "others", None)
    found = others.entries() if others is not None else ()
    lines = [[each["name"], each["_id"], each["outcome"], each["reason"]] for each in found]
    return [Section(f"Other {noun}, in no row", OTHER, lines, len(lines))]


def _sections_of_bad(report: Report) -> list[Section]:
    found = []
    for title, states in (("Not stored", report.NOT_DONE), ("May not be stored", ("unknown",))):
        total = sum(report.counts.get(state, 0) for state in states)
        rows = (report.unknown if states == ("unknown",) else report.failed)[:NAMED_ROWS]
        lines = [[each.number, each.record_name, each.action, each.reason] for each in rows]
        found.append(Section(title, BAD, lines, total))
    return found


def changes_in_words(changes: Mapping[str, Change], names: Names) -> str:
    """Returns the changes of a record as one line: `name: Acme → Acme Ltd; owner: Nora Lind (5f…) → Tom Berg (61…)`."""

    def shown(value: Any) -> str:
        text = names.shown(value)
        return shortened(text, LONGEST_IN_LINE)

    told = (
        f"{name}: {shown(new)}" if old is None else f"{name}: {shown(old)} → {shown(new)}"
        for name, (old, new) in changes.items()
    )
    return "; ".join(told)
