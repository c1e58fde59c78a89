"""The fields of licenses, sales, opportunities, products, line items and deals that Planhat calculates."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from RPA.Planhat.sandbox.responses import ApiError, Reason
from RPA.Planhat.sandbox.values import now, parse

if TYPE_CHECKING:
    from RPA.Planhat.sandbox.model_rules import Document
    from RPA.Planhat.sandbox.write import Write

DAYS_OF_MONTH = 365.25 / 12
YEAR = 12
OPEN_ENDED = (
    "toDate", "length", "value", "renewalPeriod", "renewalUnit", "renewalDate", "renewalDaysFromNow", "autoRenews",
)  # fmt: skip
"""What is null in a license without fixed period."""

RENEWAL = ("renewalPeriod", "renewalUnit", "autoRenews")
"""What of it is kept when a new license is sent with it."""


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


def _set_missing(document: Document, sent: Document, key: str, amount: float | None) -> None:
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


_FROM_PRODUCT = ("type", "fixedPeriod", "length", "mrr", "arr", "value")


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


def _monthly(amounts: Document, length: Any) -> float | None:
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


def line_items(write: Write, deal_id: str) -> list[Document]:
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
