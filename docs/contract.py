"""Documented requests and what their responses hold: the page about Planhat shows them, and tests send them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from docs.texts import table

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS: Final[dict[str, Callable[[Any], bool]]] = {
    "id": lambda value: isinstance(value, str) and len(value) == 24,
    "text": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "date": lambda value: isinstance(value, str) and value.endswith("Z") and "T" in value,
    "list": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "null": lambda value: value is None,
}
"""Kinds of values in responses, and what tells them."""

COMPANY: Final = "extid-first"
"""The company that requests refer to."""


@dataclass(frozen=True)
class Documented:
    """One documented request.

    Attributes:
        method: The HTTP method.
        path: The path; `{id}` is the record that the create of the same model made.
        body: The body, if there is one.
        keys: Keys of the response with the kind of each, written `key:kind`; of the first row of a list.
        confidence: A official or several sources, B one good source, C thin.
    """

    method: str
    path: str
    body: Any
    keys: str
    confidence: str

    def expected(self) -> dict[str, str]:
        """Returns the kind of each key."""
        return dict(pair.split(":") for pair in self.keys.split())


_LICENSE = {"companyId": COMPANY, "_currency": "EUR", "mrr": 200, "fromDate": "2026-08-01", "toDate": "2027-08-01"}
_USER = {"email": "pia@team.example", "nickName": "Pia", "firstName": "Pia", "lastName": "Berg"}
_NOTE = {"companyId": COMPANY, "type": "note", "subject": "Start", "description": "<p>All set</p>"}
_TICKET = {"sourceId": "desk-1", "email": "ann@first.example", "domains": ["first.example"], "title": "Login fails"}
_ENTRY = {"companyId": COMPANY, "date": "2026-01-30T14:51:01.691Z", "hours": 5}
_INVOICE = {"cId": COMPANY, "currency": "EUR", "invoiceDate": 20670, "lineItems": [{"product": "Course", "amount": 5}]}
_ENVELOPE = (
    "created:number createdErrors:list insertsKeys:list updated:number updatedErrors:list updatesKeys:list "
    "nonupdates:number modified:list upsertedIds:list permissionErrors:list"
)

CONTRACT: Final[tuple[Documented, ...]] = (
    Documented("POST", "/companies", {"name": "Alder"}, "_id:id name:text status:text mrr:number licenses:list", "A"),
    Documented("GET", "/companies/{id}", None, "_id:id renewalDate:null h:number shareable:object", "A"),
    Documented("GET", "/companies", None, "_id:id name:text owner:null coOwner:null externalId:text mrr:number", "A"),
    Documented("PUT", "/companies", [{"name": "Birch", "externalId": "B"}], _ENVELOPE, "A"),
    Documented("DELETE", "/companies/{id}", None, "n:number ok:number deletedCount:number", "B"),
    Documented("GET", "/leancompanies", None, "_id:id name:text externalId:text sourceId:text", "A"),
    Documented("POST", "/endusers", {"email": "ann@first.example"}, "_id:id companyId:id companyName:text", "A"),
    Documented("GET", "/endusers", None, "_id:id email:text companyId:id otherEmails:list", "A"),
    Documented("POST", "/users", _USER, "_id:id inactive:boolean roles:list image:object", "A"),
    Documented("GET", "/users", None, "_id:id firstName:text lastName:text email:text inactive:boolean", "A"),
    Documented("PUT", "/users", [{**_USER, "email": "olle@team.example"}], _ENVELOPE, "A"),
    Documented("POST", "/conversations", _NOTE, "_id:id snippet:text note:text userId:id timeBucket:list", "B"),
    Documented("GET", "/conversations/{id}", None, "_id:id type:text subject:text timeBucket:list", "B"),
    Documented("DELETE", "/conversations/{id}", None, "_id:id subject:text", "B"),
    Documented("PUT", "/tickets", [_TICKET], _ENVELOPE, "A"),
    Documented("GET", "/tickets", None, "_id:id type:text externalId:text subject:text days:number", "B"),
    Documented(
        "POST",
        "/tasks",
        {"companyId": COMPANY, "action": "Call"},
        "_id:id mainType:text status:text isArchived:boolean checklist:list users:list userEmail:text",
        "B",
    ),
    Documented(
        "POST",
        "/issues",
        {"title": "Stops", "companyIds": [COMPANY]},
        "_id:id companyIds:list companies:list conversationIds:list archived:boolean",
        "A",
    ),
    Documented(
        "POST",
        "/licenses",
        _LICENSE,
        "_id:id value:number length:number renewalDate:date issues:list autoRenews:boolean noticeUnit:null",
        "B",
    ),
    Documented("PUT", "/licenses/{id}", {"fixedPeriod": False}, "toDate:null value:null autoRenews:null", "B"),
    Documented("POST", "/invoices", _INVOICE, "_id:id invoiceNo:number cName:text emails:list lineItems:list", "B"),
    Documented("POST", "/timeentries", _ENTRY, "_id:id date:date path:list totalBilled:number", "B"),
    Documented("PUT", "/timeentries", [_ENTRY], f"{_ENVELOPE} validationErrors:list", "B"),
    Documented("POST", "/nps", {"email": "ann@first.example", "score": 9}, "_id:id score:number cId:id euId:id", "A"),
    Documented("POST", "/churn", {"companyId": COMPANY, "value": 5}, "_id:id companyName:text reasons:list", "A"),
    Documented("POST", "/opportunities", {"companyId": COMPANY, "salesStage": "demo"}, "_id:id stageHistory:list", "A"),
    Documented(
        "POST", "/customfields", {"name": "Seats", "parent": "company", "type": "text"}, "_id:id isHidden:boolean", "A"
    ),
    *(
        Documented("POST", f"/{path}", {"name": "New", "companyId": COMPANY}, "_id:id name:text companyName:text", "A")
        for path in ("assets", "campaigns", "objectives", "projects", "workspaces")
    ),
)
"""The requests, in an order in which they can be sent."""


def requests_table() -> str:
    """Returns the table of the requests with the keys of their responses."""
    heads = ["request", "keys of the response, with their kind", "sure"]
    return table(heads, [[f"`{each.method} {each.path}`", _shown(each), each.confidence] for each in CONTRACT])


def _shown(each: Documented) -> str:
    return ", ".join(f"`{key}` {kind}" for key, kind in each.expected().items())
