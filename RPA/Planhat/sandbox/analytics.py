"""The analytics host: it takes activities and metrics, answers 200, and does not report those that it drops."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

from RPA.Planhat.sandbox import matching
from RPA.Planhat.sandbox.model_rules import ACTIVITIES, ENDUSER, Document
from RPA.Planhat.sandbox.responses import ApiError
from RPA.Planhat.sandbox.values import CONVERTERS, UnfitError, day_of, moment, now
from RPA.Planhat.types import Kind

if TYPE_CHECKING:
    from RPA.Planhat.sandbox.records import Records

TARGETS = {"company": "companies", "enduser": "endusers", "asset": "assets", "project": "projects"}
MODEL_NAMES = {"companies": "Company", "endusers": "EndUser", "assets": "Asset", "projects": "Project"}

DIMENSION = re.compile(r"[A-Za-z0-9_-]+")
"""What the id of a dimension may look like."""


def take_activities(records: Records, body: Any) -> list[str]:
    """Stores activities; returns why some were dropped, which no caller learns."""
    notes = []
    for each in body if isinstance(body, list) else [body]:
        problem = _take_activity(records, each) if isinstance(each, dict) else "no object"
        if problem:
            notes.append(f"dropped: {problem}")
    return notes


def _take_activity(records: Records, given: Document) -> str:
    user = str(given.get("externalId") or given.get("id") or "")
    email = str(given.get("email") or "")
    if not user and not email:
        return "neither e-mail nor external id"
    company = _company_of(records, given)
    enduser = _known_enduser(records, user, email, company) or _new_enduser(records, given, user, email, company)
    if enduser is None:
        return "no company can be derived"
    try:
        date = moment(str(given["date"])) if given.get("date") else now()
        weight = CONVERTERS[Kind.NUMBER](given.get("weight", 1))
        count = CONVERTERS[Kind.INTEGER](given.get("count", 1))
    except UnfitError as error:
        return f"a value {error}"
    activity = {
        "_id": records.store.new_id(), "enduserId": enduser["_id"], "companyId": enduser.get("companyId"),
        "externalId": user or None, "email": email or None, "action": given.get("action"), "weight": weight,
        "count": count, "date": date, "info": given.get("info"),
    }  # fmt: skip
    records.store.insert(ACTIVITIES, [({key: value for key, value in activity.items() if value is not None}, None)])
    return ""


def _company_of(records: Records, given: Document) -> str | None:
    named = given.get("companyExternalId") or given.get("cId")
    found = records.store.find("companies", "externalId", str(named)) if named else []
    return str(found[0]["_id"]) if found else None


def _known_enduser(records: Records, user: str, email: str, company: str | None) -> Document | None:
    for column, value in (("externalId", user), ("handle", email.lower())):
        found = records.store.find("endusers", column, value, company) if value else []
        if found:
            return found[0]
    return None


def _new_enduser(records: Records, given: Document, user: str, email: str, company: str | None) -> Document | None:
    names = {key: given[key] for key in ("name", "firstName", "lastName") if isinstance(given.get(key), str)}
    ids = {"externalId": user, "email": email, "companyId": company}
    try:
        return records.create(ENDUSER, {**{key: value for key, value in ids.items() if value}, **names})
    except ApiError:
        return None


def take_csv(records: Records, text: str) -> list[str]:
    """Stores activities that come as CSV with a header."""
    try:
        rows = list(csv.DictReader(io.StringIO(text)))
    except csv.Error as error:
        raise ApiError(400, "The body is not valid CSV") from error
    return take_activities(records, [{key: value for key, value in row.items() if key and value} for row in rows])


def take_segment(records: Records, body: Any) -> list[str]:
    """Stores Segment events: identify makes or renews an enduser, track and page are activities."""
    notes = []
    for event in body if isinstance(body, list) else [body]:
        if not isinstance(event, dict):
            notes.append("dropped: no object")
            continue
        notes += _take_event(records, event)
    return notes


def _take_event(records: Records, event: Document) -> list[str]:
    context, details = _object(event.get("context")), _object(event.get("properties"))
    traits = _object(event.get("traits")) or _object(context.get("traits"))
    activity = {
        "externalId": event.get("userId"),
        "email": traits.get("email") or details.get("email"),
        "name": traits.get("name"),
        "companyExternalId": traits.get("companyId") or details.get("companyId") or context.get("groupId"),
        "date": event.get("timestamp"),
        "info": details or None,
    }  # fmt: skip
    if event.get("type") == "identify":
        return _identify(records, activity)
    return take_activities(records, {**activity, "action": event.get("event") or event.get("name") or "page"})


def _identify(records: Records, given: Document) -> list[str]:
    user, email = str(given["externalId"] or ""), str(given["email"] or "")
    company = _company_of(records, given)
    known = _known_enduser(records, user, email, company)
    if known and given["name"]:
        records.update(ENDUSER, known, {"name": given["name"]})
    elif not known and not _new_enduser(records, given, user, email, company):
        return ["dropped: no company can be derived"]
    return []


def _object(value: Any) -> Document:
    return value if isinstance(value, dict) else {}


def take_metrics(records: Records, body: Any) -> tuple[Document, list[str]]:
    """Stores metrics; returns the answer, and why some were dropped, which no caller learns."""
    given = body if isinstance(body, list) else [body]
    problems = [_take_metric(records, each) if isinstance(each, dict) else "no object" for each in given]
    notes = [f"dropped: {problem}" for problem in problems if problem]
    return {"processed": len(given), "errors": []}, notes


def _take_metric(records: Records, given: Document) -> str:
    table = TARGETS.get(str(given.get("model") or "Company").lower())
    if table is None:
        return f"no model {given.get('model')!r}"
    if not given.get("dimensionId"):
        return "no dimensionId"
    if not DIMENSION.fullmatch(str(given["dimensionId"])):
        return "spaces or special characters in the dimensionId"
    target = _target(records, table, given.get("externalId"))
    if target is None:
        return "unknown externalId"
    try:
        value = CONVERTERS[Kind.NUMBER](given.get("value"))
        when = moment(str(given["date"])) if given.get("date") else now()
    except UnfitError as error:
        return f"a value {error}"
    company = target["_id"] if table == "companies" else target.get("companyId")
    named = target if table == "companies" else records.store.get("companies", str(company)) or {}
    row = {
        "_id": records.store.new_id(), "dimensionId": str(given["dimensionId"]), "value": value,
        "model": MODEL_NAMES[table], "parentId": target["_id"], "companyId": company,
        "companyName": named.get("name", ""), "time": when, "date": when, "day": day_of(when),
        "timestamp": {"value": when},
    }  # fmt: skip
    records.store.insert("dimensiondata", [(row, None)])
    return ""


def _target(records: Records, table: str, reference: Any) -> Document | None:
    found = records.store.find(table, matching.column_of("externalId"), str(reference)) if reference else []
    return found[0] if found else None
