"""The fields that Planhat makes itself when a record is written, model by model."""

from __future__ import annotations

import hashlib
import html
import json
import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from RPA.Planhat.sandbox import matching, model_rules
from RPA.Planhat.sandbox.responses import ApiError, Reason, invalid_id
from RPA.Planhat.sandbox.values import day_of, is_object_id, now, parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from RPA.Planhat.sandbox.tenant import Write

DAYS_OF_MONTH = 365.25 / 12
YEAR = 12
OPEN_ENDED = (
    "toDate", "length", "value", "renewalPeriod", "renewalUnit", "renewalDate", "renewalDaysFromNow", "autoRenews",
)  # fmt: skip
"""What is null in a license without fixed period."""

RENEWAL = ("renewalPeriod", "renewalUnit", "autoRenews")
"""What of it is kept when a new license is sent with it."""

_FROM_PRODUCT = ("type", "fixedPeriod", "length", "mrr", "arr", "value")
"""What a line item takes over from its product."""

_TAG = re.compile(r"<[^<>]*>")
_SNIPPET_LENGTH = 300


def make_fields(write: Write) -> None:
    """Fills in what Planhat makes, in place."""
    matching.name_of_company(write)
    maker = MAKERS.get(model_rules.path_of(write.model))
    try:
        if maker:
            maker(write)
    except OverflowError as error:
        raise ApiError(400, "A number is too large", reason=Reason.VALUE, updating=write.old is not None) from error


def finish(write: Write) -> None:
    """Changes other records as the stored one demands."""
    follower = AFTERWARDS.get(model_rules.path_of(write.model))
    if follower:
        follower(write)


def months_between(start: str, end: str) -> float:
    """Returns the months between two moments; whole ones as whole numbers."""
    months = round((parse(end) - parse(start)).days / DAYS_OF_MONTH, 1)
    return int(months) if months == int(months) else months


def tidy(amount: float) -> float:
    """Returns an amount with two decimals at most, whole ones as whole numbers.

    Raises:
        OverflowError: If it is too large for a number.
    """
    amount = round(amount, 2)
    return int(amount) if amount == int(amount) else amount


def _set_missing(document: model_rules.Document, sent: model_rules.Document, key: str, amount: float | None) -> None:
    if amount is not None and sent.get(key) is None:
        document[key] = tidy(amount)


def make_license(write: Write) -> None:
    """Length, value, monthly revenue and renewal of a license."""
    document, sent = write.document, write.sent
    if sent.get("arr") is not None and all(sent.get(key) is None for key in ("mrr", "value")):
        document["mrr"] = tidy(sent["arr"] / YEAR)
    if document.get("fixedPeriod") is False:
        if document.get("mrr") is None:
            raise ApiError(400, "Missing required: mrr", updating=write.old is not None)
        if write.changes("fixedPeriod") or any(key in write.sent for key in OPEN_ENDED):
            kept = {key: write.sent[key] for key in RENEWAL if write.old is None and write.sent.get(key) is not None}
            document.update({**dict.fromkeys(OPEN_ENDED), **kept})
    elif document.get("fromDate") and document.get("toDate"):
        _make_fixed_license(write)
    is_calculated = sent.get("arr") is None and (write.changes("mrr") or document.get("arr") is None)
    if document.get("mrr") is not None and is_calculated:
        document["arr"] = tidy(document["mrr"] * YEAR)


def _make_fixed_license(write: Write) -> None:
    document, sent = write.document, write.sent
    length = months_between(document["fromDate"], document["toDate"])
    document.update(length=length, renewalDate=document["toDate"])
    document["renewalDaysFromNow"] = (parse(document["toDate"]) - datetime.now(timezone.utc)).days
    for key, value in (("fixedPeriod", True), ("renewalPeriod", length), ("renewalUnit", "month")):
        document.setdefault(key, value)
    monthly, whole = document.get("mrr"), document.get("value")
    is_monthly_sent = any(sent.get(key) is not None for key in ("mrr", "arr")) and sent.get("value") is None
    if monthly is not None and (sent.get("mrr") is not None or whole is None or is_monthly_sent):
        _set_missing(document, sent, "value", monthly * length)
    elif whole is not None and length > 0:
        _set_missing(document, sent, "mrr", whole / length)


def make_sale(write: Write) -> None:
    """A sale is worth something."""
    value = write.document.get("value")
    if value is not None and value <= 0:
        raise ApiError(400, "value must be above 0", reason=Reason.VALUE, updating=write.old is not None)


def make_opportunity(write: Write) -> None:
    """The stages that it went through."""
    document, history = write.document, list(write.document.get("stageHistory") or [])
    is_known = write.old is None and bool(history)
    if document.get("salesStage") and write.changes("salesStage") and not is_known:
        began = document.get("dealDate") if write.old is None else None
        document["stageHistory"] = [*history, {"stage": document["salesStage"], "to": began or now()}]
    if document.get("status") == "won" and write.changes("status") and not write.sent.get("closeDate"):
        document["closeDate"] = now()


def make_product(write: Write) -> None:
    """The annual amounts."""
    for monthly, annual in (("mrr", "arr"), ("renewalMrr", "renewalArr")):
        if write.document.get(monthly) is not None:
            write.document[annual] = tidy(write.document[monthly] * YEAR)


def make_line_item(write: Write) -> None:
    """What the product gives; monthly, annual and whole amount from each other."""
    document, store = write.document, write.store
    product = store.get("products", document["productId"]) if document.get("productId") else None
    for key in _FROM_PRODUCT:
        if product and document.get(key) is None and product.get(key) is not None:
            document[key] = product[key]
    document.setdefault("type", "subscription")
    if document.get("type") == "subscription":
        _make_amounts(write)


def _make_amounts(write: Write) -> None:
    document, sent = write.document, write.sent
    length = document.get("length")
    if document.get("fromDate") and document.get("toDate"):
        length = document["length"] = months_between(document["fromDate"], document["toDate"])
    monthly = _monthly(sent if write.old else document, length)
    monthly = document.get("mrr") if monthly is None else monthly
    if monthly is not None:
        _set_missing(document, sent, "mrr", monthly)
        _set_missing(document, sent, "arr", monthly * YEAR)
        _set_missing(document, sent, "value", monthly * length if length else None)


def _monthly(amounts: model_rules.Document, length: Any) -> float | None:
    if amounts.get("mrr") is not None:
        return float(amounts["mrr"])
    if amounts.get("arr") is not None:
        return float(amounts["arr"]) / YEAR
    if amounts.get("value") is not None and length:
        return float(amounts["value"]) / float(length)
    return None


def sum_up(write: Write) -> None:
    """Gives the deal of a line item the amounts and days of all its items."""
    deal = write.store.get("deals", write.document.get("dealId") or "")
    if deal is None:
        return
    items = line_items(write, deal["_id"])
    deal.update(
        mrr=tidy(sum(each.get("mrr") or 0 for each in items)),
        arr=tidy(sum(each.get("arr") or 0 for each in items)),
        total=tidy(sum(each.get("value") or 0 for each in items)),
        startDate=min((each["fromDate"] for each in items if each.get("fromDate")), default=None),
        endDate=max((each["toDate"] for each in items if each.get("toDate")), default=None),
    )
    write.store.replace("deals", deal, None)


def line_items(write: Write, deal_id: str) -> list[model_rules.Document]:
    """Returns the line items of a deal."""
    found = write.store.query("SELECT doc FROM lineitems WHERE json_extract(doc,'$.dealId')=?", (deal_id,))
    return [json.loads(text) for (text,) in found]


def make_deal(write: Write) -> None:
    """The annual amount; with line items, amounts are theirs and cannot be written."""
    document, old = write.document, write.old
    if old and any(key in write.sent for key in ("mrr", "total")) and line_items(write, document["_id"]):
        document.update({key: old.get(key) for key in ("mrr", "arr", "total")})
    elif document.get("mrr") is not None:
        document["arr"] = tidy(document["mrr"] * YEAR)


def make_company(write: Write) -> None:
    """The slug, unique among companies; the moment when the phase began."""
    document = write.document
    if not document.get("slug") and document.get("name"):
        document["slug"] = _free_slug(write, re.sub(r"[^a-z0-9]", "", str(document["name"]).lower()) or "company")
    if document.get("phase") and write.changes("phase"):
        document["phaseSince"] = now() if write.old or "phaseSince" not in document else document["phaseSince"]


def _free_slug(write: Write, slug: str) -> str:
    taken = write.store.query(
        "SELECT count(*) FROM companies WHERE handle=? OR (handle>? AND handle<?)", (slug, f"{slug}-", f"{slug}.")
    )[0][0]
    return f"{slug}-{taken}" if taken else slug


def make_enduser(write: Write) -> None:
    """The name from its parts or the parts from the name, and the sum of the e-mail address."""
    document, sent = write.document, write.sent
    if sent.get("firstName") or sent.get("lastName"):
        parts = (document.get("firstName"), document.get("lastName"))
        document["name"] = " ".join(part for part in parts if part)
    elif sent.get("name") and write.changes("name"):
        first, _, last = str(sent["name"]).partition(" ")
        document.update(firstName=first, lastName=last)
    if document.get("email") and write.changes("email"):
        document["emailMd5"] = hashlib.md5(str(document["email"]).lower().encode(), usedforsecurity=False).hexdigest()


def make_conversation(write: Write) -> None:
    """The type, if it exists; the text without tags; the people; the buckets of time."""
    document = write.document
    kind = document.get("type") or "note"
    document["type"] = kind if kind in model_rules.TOUCH_TYPES else "note"
    document["isCustomType"] = document["type"] not in model_rules.RESERVED_TYPES
    document.setdefault("date", now())
    if write.changes("description"):
        document["snippet"] = plain_text(document.get("description"))
    _name_people(write, "users", "users")
    _name_people(write, "endusers", "endusers")
    document["userIds"] = [each["id"] for each in document.get("users") or [] if each.get("id")]
    if document.get("ownerId"):
        document["owner"] = document["ownerId"]
    if document.get("date") and write.changes("date"):
        document["timeBucket"] = time_bucket(document["date"])
    if document["type"] == "ticket":
        document.setdefault("subType", "ticket")
        if document.get("externalId"):
            document.setdefault("sourceId", document["externalId"])
        document.setdefault("inDate", document["date"])
        if "days" not in write.sent:
            document["days"] = day_of(document["date"])
    elif write.old is None or write.old.get("type") != "ticket":
        _drop_ticket_fields(write)


def _drop_ticket_fields(write: Write) -> None:
    """Keeps what only tickets have out of other conversations, unless it was there, as in a seed."""
    for key in model_rules.TICKET_FIELDS:
        if key in write.sent and write.sent is not write.document:
            before = (write.old or {}).get(key, model_rules.rules_of(write.model).defaults.get(key))
            if write.sent[key] != before:
                write.tenant.ignored[key] = None
            if before is None:
                write.document.pop(key, None)
            else:
                write.document[key] = before


def _name_people(write: Write, key: str, table: str) -> None:
    people = write.document.get(key)
    if not people or not write.changes(key):
        return
    for person in people:
        if "_id" in person:
            person.setdefault("id", person.pop("_id"))
        if not is_object_id(person.get("id", "")):
            raise invalid_id(updating=write.old is not None)
        found = write.store.get(table, person["id"])
        person.setdefault("name", (found or {}).get("nickName") or (found or {}).get("name", ""))
    if key == "users":
        people[0].setdefault("isOwner", True)


def plain_text(text: Any) -> str:
    """Returns a string without HTML tags, cut to a snippet."""
    return html.unescape(_TAG.sub(" ", str(text or ""))).strip()[:_SNIPPET_LENGTH]


def time_bucket(moment: str) -> list[str]:
    """Returns year, quarter, month and week of a moment; weeks begin on Sunday, and 1 January is in the first."""
    when = parse(moment)
    new_year = when.replace(month=1, day=1)
    week = ((when - new_year).days + new_year.isoweekday() % 7) // 7 + 1
    return [
        f"{when.year}",
        f"{when.year}-Q{(when.month + 2) // 3}",
        f"{when.year}-{when.month}",
        f"{when.year}-W{week}",
    ]


def make_ticket(write: Write) -> None:
    """A ticket as the conversation that it is."""
    document, sent = write.document, write.sent
    if "type" in sent:
        document["subType"] = sent["type"]
    document.setdefault("subType", "ticket")
    document["type"] = "ticket"
    document["externalId"] = document.get("sourceId")
    if sent.get("title"):
        document["subject"] = sent["title"]
    if write.changes("description"):
        document["snippet"] = plain_text(document.get("description"))
    moment = now()
    for key in ("date", "inDate"):
        document.setdefault(key, moment)
    document.update(days=day_of(document["date"]), timeBucket=time_bucket(document["date"]))
    is_loaded = write.sent is document  # a seed is a state: its tickets name whom they name
    if write.old is None and not is_loaded and document.get("companyId") and not document.get("endusers"):
        _name_enduser(write)


def _name_enduser(write: Write) -> None:
    """Finds the enduser of a new ticket by the e-mail address; when it belongs to nobody, there will be one."""
    ticket = write.document
    found = write.store.find("endusers", "handle", str(ticket.get("email")).lower(), ticket["companyId"])
    person = found[0] if found else {"_id": write.store.new_id(), "name": ticket.get("name", "")}
    ticket["endusers"] = [{"id": person["_id"], "name": person.get("name", "")}]


def enduser_of_ticket(write: Write) -> None:
    """Makes an enduser for a ticket of a known company whose e-mail address belongs to nobody."""
    ticket = write.document
    company = ticket.get("companyId")
    if company and not write.store.find("endusers", "handle", str(ticket["email"]).lower(), company):
        name = {"name": ticket["name"]} if ticket.get("name") else {}
        own_id = {"_id": ticket["endusers"][0]["id"]} if write.old is None and ticket.get("endusers") else {}
        if own_id and write.store.has("endusers", own_id["_id"]):
            own_id = {}  # the row names somebody else
        write.more.append((model_rules.ENDUSER, {"companyId": company, "email": ticket["email"], **name, **own_id}))


def make_task(write: Write) -> None:
    """The text without tags, the name of the owner, the archive for what is done, and a conversation about it."""
    document = write.document
    if write.changes("description") and "description" in document:
        document["snippet"] = plain_text(document["description"])
    _name_owner(write)
    if write.sent.get("dateDone") and "isArchived" not in write.sent:
        document["isArchived"] = True
    is_new = write.sent is not write.document
    if is_new and document.get("status") == "done" and write.changes("status") and document.get("companyId"):
        _note_what_was_done(write)


def _note_what_was_done(write: Write) -> None:
    task = write.document
    task["noteId"] = write.store.new_id()
    note = {
        "_id": task["noteId"], "companyId": task["companyId"], "type": "note", "subject": task.get("action"),
        "description": task.get("description"), "users": [{"id": task["ownerId"]}] if task.get("ownerId") else [],
    }  # fmt: skip
    write.more.append((model_rules.CONVERSATION, note))


def _name_owner(write: Write) -> None:
    """The name of the owner."""
    own_id = write.document.get("ownerId")
    if own_id and write.changes("ownerId"):
        found = write.store.get("users", own_id) or {}
        write.document["ownerName"] = found.get("nickName", "")


def make_nps(write: Write) -> None:
    """The enduser with the e-mail address, and through it the company."""
    document = write.document
    email = str(document.get("email") or "").lower()
    if not email or not write.changes("email"):
        return
    found = write.store.find("endusers", "handle", email, document.get("cId"))
    if found:
        document["euId"] = found[0]["_id"]
        document.setdefault("cId", found[0].get("companyId"))


def make_issue(write: Write) -> None:
    """The names of the companies and endusers, and the revenue behind them."""
    document, store = write.document, write.store
    if write.changes("companyIds"):
        companies = [store.get("companies", each) or {"_id": each} for each in document.get("companyIds") or []]
        document["companies"] = [{"id": each["_id"], "name": each.get("name", "")} for each in companies]
        document["mrrCombined"] = round(sum(each.get("mrr") or 0 for each in companies))
        document["arrCombined"] = document["mrrCombined"] * 12
    if write.changes("enduserIds"):
        endusers = [store.get("endusers", each) or {"_id": each} for each in document.get("enduserIds") or []]
        document["endusers"] = [{"id": each["_id"], "name": each.get("name", "")} for each in endusers]


def make_invoice(write: Write) -> None:
    """The number of the invoice, counted per company, and the ids of its items."""
    document, old = write.document, write.old
    if old is None and "invoiceNo" not in document:
        sql = "SELECT max(json_extract(doc,'$.invoiceNo')) FROM invoices WHERE company=?"
        company, used = str(document.get("cId")), write.tenant.invoice_numbers
        # The last one may have been deleted, and is not used again either.
        document["invoiceNo"] = max(write.store.query(sql, (document.get("cId"),))[0][0] or 0, used.get(company, 0)) + 1
        used[company] = document["invoiceNo"]
    if document.get("lineItems") and write.changes("lineItems"):
        before = (old or {}).get("lineItems") or []
        document["lineItems"] = [
            _line_item(write, each, before[at : at + 1]) for at, each in enumerate(document["lineItems"])
        ]


def _line_item(write: Write, item: model_rules.Document, before: list[model_rules.Document]) -> model_rules.Document:
    """Returns an item of an invoice with an id: its own, or that of the same item in this place."""
    shown = {key: value for key, value in item.items() if key != "relatedId"}
    same = [each for each in before if {**each, "_id": None} == {**shown, "_id": None}]
    return {"_id": same[0]["_id"] if same else write.store.new_id(), **shown}


def make_time_entry(write: Write) -> None:
    """The day without a clock; what the hours bring and cost."""
    document = write.document
    if document.get("date"):
        document["date"] = f"{document['date'][:10]}T00:00:00.000Z"
    hours = document.get("hours") or 0
    for rate, total in (("billableRate", "totalBilled"), ("costRate", "totalCost")):
        if document.get(rate) is not None:
            document[total] = tidy(hours * document[rate])


def make_timesheet(write: Write) -> None:
    """The ids of the entries; the one who approved."""
    document, store = write.document, write.store
    if "timeEntries" in write.sent:
        document["timeEntries"] = _entry_ids(document["timeEntries"])
    approved = document.get("status") == "approved"
    if approved and write.changes("status"):
        first = store.query("SELECT _id FROM users ORDER BY seq LIMIT 1")
        document.update(approvedBy=first[0][0] if first else None, dateOfApproval=now())


def mark_entries(write: Write) -> None:
    """Notes in time entries which timesheet they are handed in with."""
    store, timesheet = write.store, write.document
    for own_id in timesheet.get("timeEntries") or []:
        entry = store.get("timeentries", own_id)
        if entry:
            entry.update(timesheetId=timesheet["_id"], timesheetStatus=timesheet.get("status"))
            store.replace("timeentries", entry, None)


def _entry_ids(entries: Any) -> list[str]:
    if not isinstance(entries, list):
        raise ApiError(400, "timeEntries must be a list", reason=Reason.VALUE)
    ids = [each.get("_id") if isinstance(each, dict) else each for each in entries]
    if not all(is_object_id(each) for each in ids):
        raise invalid_id()
    return [str(each) for each in ids]


MAKERS: dict[str, Callable[[Write], None]] = {
    "companies": make_company,
    "endusers": make_enduser,
    "conversations": make_conversation,
    "tickets": make_ticket,
    "tasks": make_task,
    "assets": _name_owner,
    "nps": make_nps,
    "issues": make_issue,
    "invoices": make_invoice,
    "timeentries": make_time_entry,
    "timesheets": make_timesheet,
    "licenses": make_license,
    "sales": make_sale,
    "opportunities": make_opportunity,
    "products": make_product,
    "lineitems": make_line_item,
    "deals": make_deal,
}
"""What makes the fields of each model, by its path."""

AFTERWARDS: dict[str, Callable[[Write], None]] = {
    "tickets": enduser_of_ticket,
    "timesheets": mark_entries,
    "lineitems": sum_up,
}
"""What a stored record changes in others, by its path."""
