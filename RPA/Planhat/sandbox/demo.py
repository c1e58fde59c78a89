"""A believable customer base, the same for the same number; all names are invented."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from random import Random
from typing import TYPE_CHECKING, Any

from RPA.Planhat.sandbox.listing import list_row
from RPA.Planhat.sandbox.model_rules import BY_PATH, COMPANY, ENDUSER, ROLES, Document, company_key, rules_of, table_of
from RPA.Planhat.sandbox.values import EPOCH, iso, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from RPA.Planhat.sandbox.records import Records

    Maker = Callable[["Demo", Document, list[Document]], list[Document]]

WITH_HISTORY = 100
"""How many companies have more than endusers: licenses, tasks, notes and so on."""

SILENT = 0.15
"""Share of companies whose people were not active for weeks."""

DUPLICATE_EVERY = 12
"""Which companies have an enduser twice."""

_CHUNK = 5000

FIRST = (
    "Alder", "Birchwood", "Cobalt", "Delta", "Ember", "Fjord", "Granite", "Harbour", "Indigo", "Juniper", "Kestrel",
    "Lumen", "Meridian", "Nordwind", "Obsidian", "Pinnacle", "Quartz", "Rivermark", "Solstice", "Tamarind", "Umbra",
    "Vantage", "Westerly", "Xenon", "Yarrow", "Zephyr", "Café Étoile", "Grün & Söhne", "Señal", "Åkerlund",
)  # fmt: skip
SECOND = (
    "Logistics", "Analytics", "Foods", "Robotics", "Health", "Energy", "Media", "Retail", "Finance", "Travel", "Labs",
    "Systems", "Textiles", "Motors", "Pharma", "Studios", "Telecom", "Insurance", "Publishing", "Marine",
)  # fmt: skip
PLACES = (
    ("Stockholm", "Sweden"), ("Berlin", "Germany"), ("Lyon", "France"), ("Leeds", "United Kingdom"), ("Turin", "Italy"),
    ("Utrecht", "Netherlands"), ("Porto", "Portugal"), ("Boston", "United States"), ("Toronto", "Canada"),
    ("Oslo", "Norway"),
)  # fmt: skip
GIVEN = (
    "Amira", "Björn", "Chloé", "Dmitri", "Elif", "Felix", "Greta", "Hugo", "Inês", "Jonas", "Kaya", "Lea", "Marek",
    "Noor", "Oskar", "Priya", "Quentin", "Rosa", "Sven", "Tess", "Umut", "Vera", "Wim", "Ximena", "Yusuf", "Zoë",
)  # fmt: skip
FAMILY = (
    "Andersen", "Baker", "Costa", "Dubois", "Eriksson", "Fischer", "García", "Hansen", "Ito", "Jansen", "Kowalski",
    "Lindqvist", "Moreau", "Nguyen", "O'Neill", "Petrov", "Quist", "Rossi", "Schmidt", "Tanaka", "Usman", "Vogel",
)  # fmt: skip
POSITIONS = ("CEO", "CIO", "Head of Operations", "Buyer", "Developer", "Analyst", "Support Lead", "Office Manager")
PHASES = ("onboarding", "adoption", "growth", "renewal", "at risk")
STATUSES = ("customer",) * 14 + ("prospect",) * 3 + ("coming", "canceled", "lost")
COLLEAGUES = (
    ("Nora", "Berg"), ("Tom", "Keller"), ("Lucía", "Vidal"), ("Emeka", "Obi"), ("Hanna", "Lind"), ("Paul", "Marsh"),
)  # fmt: skip
CUSTOM_FIELDS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("Seats", "company", "number", ()),
    ("Plan", "company", "list", ("Basic", "Plus", "Enterprise")),
    ("Contract Signed", "company", "date", ()),
    ("Go Live", "company", "day", ()),
    ("Regions", "company", "multipicklist", ("EMEA", "AMER", "APAC")),
    ("Reference Customer", "company", "checkbox", ()),
    ("Satisfaction", "enduser", "rating", ()),
    ("Notes to self", "enduser", "text", ()),
)


@dataclass
class Demo:
    """The making of one customer base.

    Attributes:
        records: Where it goes.
        chance: What decides.
        life: What decides about what came later than the rest, so that the rest stays the same.
        today: The day from which all dates count back.
        colleagues: The ids of the users.
    """

    records: Records
    number: int
    chance: Random
    life: Random
    today: datetime
    colleagues: list[str] = field(default_factory=list)
    _made: dict[str, int] = field(default_factory=dict)

    def id_of(self, path: str) -> str:
        """Returns the next id of a model; the same for the same seed number."""
        self._made[path] = number = self._made.get(path, 0) + 1
        kind = list(BY_PATH).index(path) + 1
        return f"65a0{kind:02x}00{self.number & 0xFFFFFF:06x}{number:010x}"

    def day(self, earliest: int, latest: int) -> datetime:
        """Returns a moment so many days from today."""
        return self.today + timedelta(days=self.chance.randint(earliest, latest), minutes=self.chance.randrange(1440))

    def date(self, earliest: int, latest: int) -> str:
        """Returns such a moment as Planhat writes it."""
        return iso(self.day(earliest, latest))

    def load(self, path: str, documents: Iterable[Document]) -> list[Document]:
        """Stores records and returns them as they are stored."""
        made = [{"_id": self.id_of(path), **document} for document in documents]
        return self.records.load(BY_PATH[path], made, iso(self.today))


def load_demo(records: Records, companies: int, number: int, today: datetime | None = None) -> None:
    """Stores a customer base; the same number gives the same one, as dates count back from today."""
    midnight = (today or datetime.now(timezone.utc)).replace(hour=0, minute=0, second=0, microsecond=0)
    chances = (Random(number), Random(f"life {number}"))  # nosec B311 # noqa: S311 - chance that can be repeated
    demo = Demo(records, number, *chances, midnight)
    _load_tenant(demo)
    for start in range(0, companies, _CHUNK):
        chunk = [_company(demo, each) for each in range(start, min(start + _CHUNK, companies))]
        records.store.insert("companies", ((each, list_row(COMPANY, each)) for each in chunk))
        for each in chunk:
            records.store.set_domains(each["_id"], each["domains"])
        lively = chunk[: max(WITH_HISTORY - start, 0)]
        _load_with_history(demo, lively)
        for each in chunk[len(lively) :]:
            records.store.insert("endusers", ((person, None) for person in _people(demo, each)))


def _load_tenant(demo: Demo) -> None:
    roles = list(ROLES)
    users = [
        {
            "firstName": first, "lastName": last, "nickName": first, "email": f"{first.lower()}@sandbox.example",
            "externalId": f"user-{index}", "roles": [roles[min(index, 2)]], "inactive": False,
            "createDate": demo.date(-900, -800),
        }
        for index, (first, last) in enumerate(COLLEAGUES)
    ]  # fmt: skip
    demo.colleagues = [str(each["_id"]) for each in demo.load("users", users)]
    demo.load("customfields", (
        {"name": name, "parent": parent, "type": kind, "listValues": list(options)}
        for name, parent, kind, options in CUSTOM_FIELDS
    ))  # fmt: skip
    demo.load("products", (
        {"name": name, "externalId": f"P-{price}", "mrr": price, "currency": "EUR", "fixedPeriod": True, "length": 12}
        for name, price in (("Basic", 250), ("Plus", 900), ("Enterprise", 3500))
    ))  # fmt: skip


def _company(demo: Demo, index: int) -> Document:
    chance = demo.chance
    turn, place = divmod(index, len(FIRST) * len(SECOND))
    name = f"{FIRST[place % len(FIRST)]} {SECOND[(place // len(FIRST) + place) % len(SECOND)]}"
    if turn:
        name = f"{name} {PLACES[turn % len(PLACES)][0]} {turn}"
    slug = "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum())
    status = chance.choice(STATUSES)
    mrr = chance.randrange(200, 9000, 50) if status == "customer" else 0
    city, country = chance.choice(PLACES)
    life, regions = demo.life, list(CUSTOM_FIELDS[4][3])
    is_silent = life.random() < SILENT
    active = demo.today - timedelta(
        days=life.randint(45, 200) if is_silent else life.randint(0, 12), minutes=life.randrange(600)
    )
    made, written = demo.day(-1200, -30), demo.date(-29, -1)
    return {
        "_id": demo.id_of("companies"), "name": name, "slug": slug, "externalId": f"C-{index + 1:05d}",
        "sourceId": f"crm-{100000 + index}", **rules_of(COMPANY).defaults, "status": status,
        "phase": chance.choice(PHASES), "domains": [f"{slug}.example"], "city": city, "country": country,
        "web": f"https://{slug}.example", "owner": chance.choice(demo.colleagues), "mrr": mrr, "mr": mrr,
        "mrrTotal": mrr, "mrTotal": mrr, "arr": mrr * 12, "h": chance.randint(1, 10),
        "customerFrom": iso(made) if mrr else None,
        "phaseSince": iso(made), "tags": ["key account"] if mrr > 7000 else [],
        "custom": {
            "Seats": chance.randint(5, 500), "Plan": chance.choice(CUSTOM_FIELDS[1][3]),
            "Regions": sorted(life.sample(regions, life.randint(1, 3))), "Contract Signed": iso(made),
            "Go Live": (made - EPOCH).days + 20, "Reference Customer": life.random() < 0.2,
        },
        "coOwner": life.choice(demo.colleagues) if life.random() < 0.3 else None, "lastActive": iso(active),
        "createDate": iso(made), "createdAt": iso(made), "updatedAt": written, "lastUpdated": written, "__v": 0,
    }  # fmt: skip


def _endusers(demo: Demo, company: Document) -> Iterator[Document]:
    chance, life, defaults = demo.chance, demo.life, rules_of(ENDUSER).defaults
    active = parse(company["lastActive"])
    for index in range(chance.randint(5, 15)):
        first, last = chance.choice(GIVEN), chance.choice(FAMILY)
        email = f"{_local_part(first)}.{_local_part(last)}{index}@{company['domains'][0]}"
        made = iso(demo.today - timedelta(days=chance.randint(30, 1000)))
        yield {
            "_id": demo.id_of("endusers"), "companyId": company["_id"], "companyName": company["name"], "email": email,
            "firstName": first, "lastName": last, "name": f"{first} {last}",
            "externalId": f"{company['externalId']}-{index}",
            "position": chance.choice(POSITIONS), "phone": f"+1-555-{chance.randrange(10000):04d}", **defaults,
            "featured": index == 0, "archived": chance.random() < 0.02,
            "lastActive": iso(active - timedelta(days=life.randint(0, 30) if index else 0)),
            **({"custom": {"Satisfaction": life.randint(1, 5)}} if life.random() < 0.4 else {}),
            "emailMd5": hashlib.md5(email.encode(), usedforsecurity=False).hexdigest(),
            "createDate": made, "createdAt": made, "updatedAt": made, "lastUpdated": made, "__v": 0,
        }  # fmt: skip


def _people(demo: Demo, company: Document) -> list[Document]:
    """Returns the endusers of a company, sometimes with one of them twice, as imports leave them behind."""
    people = list(_endusers(demo, company))
    if int(company["externalId"].removeprefix("C-")) % DUPLICATE_EVERY:
        return people
    first = people[1]
    twice = {**first, "_id": demo.id_of("endusers"), "externalId": f"{first['externalId']}-crm", "featured": False}
    return [*people, {**twice, "email": str(first["email"]).capitalize(), "phone": None, "position": None}]


def _load_with_history(demo: Demo, companies: list[Document]) -> None:
    """Stores the endusers of companies and what has happened with them: all of a model at once, which is faster."""
    people: dict[str, list[Document]] = {}
    history: dict[str, list[Document]] = {path: [] for path in HISTORY}
    for company in companies:
        own = people[company["_id"]] = _people(demo, company)
        for path, make in HISTORY.items():
            history[path] += make(demo, company, own)
    demo.records.store.insert("endusers", ((person, None) for own in people.values() for person in own))
    events: dict[str, dict[str, list[Document]]] = {}
    for path, documents in history.items():
        key = company_key(BY_PATH[path])
        for each in demo.load(path, documents):
            events.setdefault(str(each.get(key)), {}).setdefault(table_of(BY_PATH[path]), []).append(each)
    for company in companies:
        _enliven(demo, company, people[company["_id"]], events.get(company["_id"], {}))


def _enliven(demo: Demo, company: Document, people: list[Document], events: dict[str, list[Document]]) -> None:
    """Gives a company and its people what follows from what has happened with them.

    Args:
        demo: The customer base.
        company: The company.
        people: Its endusers.
        events: What has happened with it, by table.
    """
    changed = {company["_id"]: company}
    for each in sorted(events.get("conversations", []), key=lambda each: str(each["date"])):
        by_address = [person for person in people if person["email"] == each.get("email")]
        named = {person["id"] for person in each.get("endusers") or []}
        for touched in (company, *by_address, *(person for person in people if person["_id"] in named)):
            by_type = {**touched.get("lastTouchByType", {}), each["type"]: each["date"]}
            touched.update(lastTouch=each["date"], lastTouchType=each["type"], lastTouchByType=by_type)
            changed[touched["_id"]] = touched
    answers = events.get("nps", [])
    for answer, person in (
        (answer, person) for answer in answers for person in people if person["_id"] == answer["euId"]
    ):
        person.update(nps=answer["score"], npsComment=answer["comment"], npsDate=answer["dateAnswered"])
        changed[person["_id"]] = person
    if answers:
        company["nps"] = round(sum(answer["score"] for answer in answers) / len(answers), 1)
    _plan_ahead(demo, company, events.get("licenses", []), events.get("tasks", []))
    company["usage"] = {row["dimensionId"]: row["value"] for row in events.get("dimensiondata", [])}
    for own, document in changed.items():
        is_company = own == company["_id"]
        demo.records.store.replace(
            "companies" if is_company else "endusers", document, list_row(COMPANY, document) if is_company else None
        )


def _plan_ahead(demo: Demo, company: Document, licenses: list[Document], tasks: list[Document]) -> None:
    now_text = iso(demo.today)
    ends = sorted(str(each["toDate"]) for each in licenses if str(each.get("toDate") or "") >= now_text)
    if ends:
        company.update(renewalDate=ends[0], renewalDaysFromNow=(parse(ends[0]) - demo.today).days)
    starts = sorted(str(each["startTime"]) for each in tasks if str(each.get("startTime") or "") >= now_text)
    if starts:
        moment = parse(starts[0])
        company.update(nextTouch=round((moment - EPOCH).total_seconds() * 1000), nextTouchDate=starts[0])


def _local_part(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum())


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
            "email": people[index]["email"], "endusers": [{"id": people[index]["_id"], "name": people[index]["name"]}],
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
