"""Reads the two CRM exports and corrects typical data-quality problems, as robots have to with real data.

Keys are tidied, the last row of a key wins, and a cell that cannot be used is left out rather than guessed at.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from datetime import datetime
from pathlib import Path

from robot.api import logger

DATE_FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M")
YES = {"yes", "j", "ja", "true", "1", "y"}
NO = {"no", "n", "nein", "false", "0"}

Row = dict[str, object]


def read_crm_companies(path: str) -> list[Row]:
    """Returns the accounts of the export as companies for Planhat, one for each account id."""
    return _last_of_each(_company(cells) for cells in _cells(path))


def read_crm_contacts(path: str, companies: list[Row]) -> list[Row]:
    """Returns the contacts of the export as endusers for Planhat, those of the given companies only."""
    known = {company["external_id"] for company in companies}
    contacts = _last_of_each(_contact(cells) for cells in _cells(path))
    mine = [contact for contact in contacts if str(contact["company_id"]).removeprefix("extid-") in known]
    people = _first_of_each_address(mine)
    logger.info(f"{len(contacts) - len(mine)} contacts are left out: their account is not in the other export.")
    logger.info(f"{len(mine) - len(people)} contacts are left out: another one has the same e-mail address.")
    return people


def leave_phases_alone(companies: list[Row], new: list[Row]) -> None:
    """Takes the phase out of companies that Planhat has already: there, people and robots decide about it."""
    begin = {company["externalId"] for company in new}
    for company in companies:
        if company["external_id"] not in begin:
            company.pop("phase", None)


def _cells(path: str) -> list[dict[str, str]]:
    text = Path(path).read_text(encoding="utf-8-sig")
    delimiter = ";" if text.splitlines()[0].count(";") > text.splitlines()[0].count(",") else ","
    rows = csv.DictReader(text.splitlines(keepends=True), delimiter=delimiter)
    return [{name: _tidy(cell) for name, cell in row.items()} for row in rows]


def _tidy(cell: str | None) -> str:
    text = unicodedata.normalize("NFC", cell or "").replace("\u00a0", " ").strip()
    return "" if text.lower() in ("-", "n/a") else text


def _last_of_each(rows: object) -> list[Row]:
    by_id = {row["external_id"]: row for row in rows if row["external_id"]}  # type: ignore[attr-defined]
    return list(by_id.values())


def _first_of_each_address(contacts: list[Row]) -> list[Row]:
    """Planhat may take two contacts with one address for the same person, so only one of them is sent."""
    people = {contact.get("email", contact["external_id"]): contact for contact in reversed(contacts)}
    return list(people.values())[::-1]


def _company(cells: dict[str, str]) -> Row:
    domain = re.sub(r"^(https?://)?(www\.)?", "", cells["Website"].lower()).split("/")[0]
    return _without_empty(
        external_id=cells["Account ID"].upper(),
        name=cells["Account Name"],
        web=cells["Website"],
        domains=[domain] if domain else [],
        phone_primary=cells["Phone"],
        address=" ".join(cells["Street"].split()),
        city=cells["City"],
        zip=cells["Zip"],
        country=cells["Country"],
        phase=cells["Phase"],
        tags=[tag.strip() for tag in cells["Tags"].split(";") if tag.strip()],
        custom=_without_empty(
            **{
                "CRM ARR": _amount(cells["ARR"]),
                "Industry": cells["Industry"],
                "CRM Owner": cells["Owner E-mail"].lower(),
                "Customer Since": _date(cells["Customer Since"]),
                "Renewal Date": _date(cells["Renewal Date"]),
            }
        ),
    )


def _contact(cells: dict[str, str]) -> Row:
    word = cells["Newsletter"].lower()
    return _without_empty(
        external_id=cells["Contact ID"].upper(),
        company_id=f"extid-{cells['Account ID'].upper()}",
        first_name=cells["First Name"],
        last_name=cells["Last Name"],
        email=_email(cells["E-mail"]),
        position=cells["Job Title"],
        phone=cells["Phone"],
        last_active=_date(cells["Last Activity"]),
        nps_unsubscribed=word in NO if word in YES | NO else "",
    )


def _without_empty(**values: object) -> Row:
    kept = {name: value for name, value in values.items() if value not in ("", [], {}, None)}
    return {"external_id": "", **kept} if "external_id" in values else kept


def _email(cell: str) -> str:
    return cell.lower() if re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+", cell) else ""


def _date(cell: str) -> str:
    for form in DATE_FORMS:
        try:
            return datetime.strptime(cell, form).date().isoformat()  # noqa: DTZ007 - a day has no time zone
        except ValueError:  # noqa: PERF203 - the next form is tried
            continue
    return ""


def _amount(cell: str) -> float | None:
    """Two digits after the last comma or point are cents."""
    digits = re.sub(r"[^\d.,]", "", cell)
    whole, cents = (digits[:-3], digits[-2:]) if re.search(r"[.,]\d\d$", digits) else (digits, "00")
    whole = re.sub(r"[.,]", "", whole)
    return float(f"{whole}.{cents}") if whole else None
