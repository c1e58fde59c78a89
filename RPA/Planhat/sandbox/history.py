"""What has happened with the companies of the demo: licences, notes, tickets, tasks and so on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from RPA.Planhat.sandbox.model_rules import Document
from RPA.Planhat.sandbox.values import EPOCH, iso

if TYPE_CHECKING:
    from RPA.Planhat.sandbox.demo import Demo


def sow_history(demo: Demo, company: Document, people: list[Document]) -> None:
    """Stores what has happened with a company."""
    for path, make in HISTORY.items():
        documents = make(demo, company, people)
        if documents:
            demo.load(path, *documents)


def _licenses(demo: Demo, company: Document, _: list[Document]) -> list[Document]:
    start = demo.day(-700, -20)
    return [{
        "companyId": company["_id"], "_currency": "EUR", "product": company["custom"]["Plan"],
        "mrr": company["mrr"] or 100,
        "fromDate": iso(start), "toDate": iso(start + timedelta(days=365)), "fixedPeriod": True,
        "externalId": f"L-{company['externalId']}",
    }]  # fmt: skip


def _notes(demo: Demo, company: Document, people: list[Document]) -> list[Document]:
    subjects = ("Kick-off", "Quarterly review", "Renewal talk", "Training", "Support call")
    return [
        {
            "companyId": company["_id"], "type": demo.chance.choice(("note", "meeting", "call")), "subject": subject,
            "description": f"<p>{subject} with {people[0]['name']}. All well.</p>", "date": demo.date(-200, -1),
            "users": [{"id": demo.chance.choice(demo.colleagues)}], "endusers": [{"id": people[0]["_id"]}],
        }
        for subject in demo.chance.sample(subjects, 2)
    ]  # fmt: skip


def _tickets(demo: Demo, company: Document, people: list[Document]) -> list[Document]:
    return [
        {
            "companyId": company["_id"], "sourceId": f"T-{company['externalId']}-{index}",
            "email": people[index]["email"],
            "title": title, "description": title, "status": demo.chance.choice(("open", "closed")),
            "type": "incident", "date": iso(demo.today), "inDate": iso(demo.today),
        }
        for index, title in enumerate(("Login fails", "Report is slow")[: demo.chance.randint(0, 2)])
    ]  # fmt: skip


def _tasks(demo: Demo, company: Document, _: list[Document]) -> list[Document]:
    return [{
        "companyId": company["_id"], "mainType": "task", "action": f"Call {company['name']}", "status": "todo",
        "startTime": demo.date(1, 60), "ownerId": demo.chance.choice(demo.colleagues),
        "sourceId": f"task-{company['externalId']}",
    }]  # fmt: skip


def _nps(demo: Demo, company: Document, people: list[Document]) -> list[Document]:
    answered = demo.date(-300, -5)
    return [{
        "cId": company["_id"], "email": people[0]["email"], "score": demo.chance.randint(2, 10), "comment": "Thank you",
        "dateSent": answered, "dateAnswered": answered, "sourceId": f"nps-{company['externalId']}",
    }]  # fmt: skip


def _invoices(demo: Demo, company: Document, _: list[Document]) -> list[Document]:
    due = (demo.day(-90, 30) - EPOCH).days
    return [{
        "cId": company["_id"], "currency": "EUR", "extId": f"I-{company['externalId']}", "invoiceDate": due - 30,
        "dueDate": due, "amountTotal": (company["mrr"] or 100) * 12, "status": demo.chance.choice(("paid", "pending")),
    }]  # fmt: skip


def _metrics(demo: Demo, company: Document, _: list[Document]) -> list[Document]:
    moments = [demo.today - timedelta(days=each) for each in range(3, 0, -1)]
    return [
        {
            "dimensionId": "logins", "value": demo.chance.randint(0, 200), "model": "Company",
            "parentId": company["_id"],
            "companyId": company["_id"], "companyName": company["name"], "time": iso(moment), "date": iso(moment),
            "day": (moment - EPOCH).days, "timestamp": {"value": iso(moment)},
        }
        for moment in moments
    ]  # fmt: skip


Maker = Callable[["Demo", Document, list[Document]], list[Document]]


def _named(prefix: str, title: str, every: int = 1, **more: Any) -> Maker:
    def make(_: Demo, company: Document, __: list[Document]) -> list[Document]:
        number = int(company["externalId"].removeprefix("C-"))
        named = {"name": f"{company['name']} {title}", "externalId": f"{prefix}-{company['externalId']}", **more}
        return [{"companyId": company["_id"], **named}] if number % every == 0 else []

    return make


def _sometimes(every: int, make: Maker) -> Maker:
    def made(demo: Demo, company: Document, people: list[Document]) -> list[Document]:
        return make(demo, company, people) if int(company["externalId"].removeprefix("C-")) % every == 0 else []

    return made


HISTORY: dict[str, Maker] = {
    "licenses": _licenses,
    "conversations": _notes,
    "tickets": _tickets,
    "tasks": _tasks,
    "nps": _nps,
    "invoices": _invoices,
    "dimensiondata": _sometimes(3, _metrics),
    "assets": _named("A", "main site", status="live"),
    "objectives": _named("O", "goal", 2, health=7),
    "projects": _named("R", "roll-out", 3, currency="EUR"),
    "campaigns": _named("K", "webinar", 5, campaignPurpose="Adoption"),
    "workspaces": _named("W", "workspace", 2),
    "sales": _sometimes(4, lambda demo, company, _: [
        {"companyId": company["_id"], "_currency": "EUR", "product": "Workshop", "value": 1500,
         "salesDate": demo.date(-200, -1)}
    ]),
    "opportunities": _sometimes(2, lambda demo, company, _: [
        {"companyId": company["_id"], "title": "Upgrade", "status": "active", "salesStage": "proposal", "mrr": 400,
         "_currency": "EUR", "dealDate": demo.date(-60, -1), "externalId": f"D-{company['externalId']}"}
    ]),
    "churn": _sometimes(12, lambda demo, company, _: [
        {"companyId": company["_id"], "value": 900, "currency": "EUR", "churnDate": demo.date(-150, -1),
         "reasons": ["price"]}
    ]),
    "issues": _sometimes(10, lambda _, company, people: [
        {"title": "Export is slow", "companyIds": [company["_id"]], "enduserIds": [people[0]["_id"]],
         "priority": "high", "status": "open", "sourceId": f"J-{company['externalId']}"}
    ]),
    "timeentries": _sometimes(4, lambda demo, company, _: [
        {"companyId": company["_id"], "date": demo.date(-30, -1), "hours": 1.5, "description": "Workshop",
         "isBillable": True, "billableRate": 120, "currency": "EUR"}
    ]),
    "deals": _sometimes(6, lambda demo, company, _: [
        {"name": f"{company['name']} 2026", "companyId": company["_id"], "stage": "Closed Won", "currency": "EUR",
         "mrr": 500, "closeDate": demo.date(-90, -1), "externalId": f"DL-{company['externalId']}"}
    ]),
    "workflows": _sometimes(8, lambda demo, company, _: [
        {"name": "Onboarding", "type": "playbook", "status": "running", "companyId": company["_id"],
         "companyName": company["name"], "startDate": demo.date(-60, -1), "percentDone": 40}
    ]),
}  # fmt: skip
"""What a company has, by path."""
