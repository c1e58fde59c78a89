"""What only the server has of a model: the fields that it makes, and how its answers differ.

Everything else about models is in the registry, `RPA.Planhat.types`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from RPA.Planhat.types import MODELS, Kind, PlanhatObject, Verb

if TYPE_CHECKING:
    from collections.abc import Mapping

Model = type[PlanhatObject]
Document = dict[str, Any]

ACTIVITIES = "activities"
"""The table of user activities, which Planhat takes and never gives back."""

CREATED = ("createdAt", "createDate")
UPDATED = ("updatedAt", "lastUpdated", "updateDate")
"""Time stamps that Planhat makes, for the models that have them."""

ROLES = {
    "5f0000000000000000000001": ("Admin", "May do everything"),
    "5f0000000000000000000002": ("CSM", "Works with customers"),
    "5f0000000000000000000003": ("Viewer", "May look"),
}

RESERVED_TYPES = ("note", "email", "chat", "ticket", "call")
TOUCH_TYPES = (*RESERVED_TYPES, "meeting", "training", "qbr")
"""The touch types of this tenant; conversations of another type are stored as notes."""

TICKET_FIELDS = ("status", "email", "url", "severity", "product", "timeSpent", "tags", "history")
"""What a conversation can be written with only when it is a ticket."""

ACCOUNT = {"_id": "5f0000000000000000000a01", "nickName": "Sandbox account", "email": "account@sandbox.example"}
"""The account of the tenant that the token belongs to."""


@dataclass(frozen=True)
class ModelRules:
    """What the server adds to a model.

    Attributes:
        defaults: Stored with each new record that is sent without them.
        on_single: Added to the responses of create, update and get, not to lists.
        on_create: Added to the response of create only.
        on_write: In the responses of create and update instead of what is stored.
        on_get: Added to the response of get, and to rows of lists that have such a field.
        in_rows: Added to rows of lists without `select`.
        newest_first: Lists begin with the newest record.
        hides: The field that leaves a record out of lists.
        hides_either: Lists show either the hidden records or the others, never both.
        deletes_with_document: The answer to a delete is the record.
        handle: The field that records are looked up by besides the ids.
        extra_parameters: Filters of lists that are not in the registry, and the fields that they compare.
    """

    defaults: Mapping[str, Any] = field(default_factory=dict)
    on_single: Mapping[str, Any] = field(default_factory=dict)
    on_create: Mapping[str, Any] = field(default_factory=dict)
    on_write: Mapping[str, Any] = field(default_factory=dict)
    on_get: Mapping[str, Any] = field(default_factory=dict)
    in_rows: Mapping[str, Any] = field(default_factory=dict)
    newest_first: bool = False
    hides: str = ""
    hides_either: bool = False
    deletes_with_document: bool = False
    handle: str = ""
    extra_parameters: tuple[str, ...] = ()


_CONVERSATION: dict[str, Any] = {
    "type": "note", "users": [], "endusers": [], "userIds": [], "activityTags": [], "tags": [], "autoTags": [],
    "emailTemplateIds": [], "sender": [], "history": [], "starred": False, "pinned": False, "archived": False,
    "isOpen": False, "isSeen": False, "isCustomType": False, "hasAttachments": False, "hasMore": False,
    "waitsToBeFiltered": True, "numberOfParts": 0, "numberOfRelevantParts": 0,
}  # fmt: skip

# fmt: off
MODEL_RULES: dict[str, ModelRules] = {
    "companies": ModelRules(
        defaults={
            "shareable": {"enabled": False, "euIds": [], "sunits": False}, "followers": [], "domains": [],
            "collaborators": [], "products": [], "tags": [], "lastPerformedTriggers": [], "lastTouchByType": {},
            "sales": [], "licenses": [], "features": {}, "sunits": {}, "usage": {}, "csmScoreLog": [], "documents": [],
            "links": [], "alerts": [], "lastActivities": [], "nrr30": 0, "nrrTotal": 0, "mrrTotal": 0, "mrr": 0,
            "status": "prospect", "mr": 0, "mrTotal": 0,
        },
        on_get={
            "shareable": {"team": {"fields": []}}, "renewalDate": None, "renewalDaysFromNow": None, "autoRenews": None,
            "headId": None, "customerTo": None, "customerFrom": None, "h": 5, "hProfile": "5d3f2c6d62e03e47205afcb0",
            "orgPathCount": 0,
        },
        in_rows={"owner": None, "coOwner": None},
        handle="slug",
    ),
    "endusers": ModelRules(
        defaults={
            "otherEmails": [], "featured": False, "tags": [], "personas": [], "npsUnsubscribed": False, "beatTrend": 0,
            "beats": 0, "convs14": 0, "convsTotal": 0, "beatsTotal": 0, "experience": 0, "relatedEndusers": [],
        },
        on_single={"lastActivities": []},
        hides="archived",
        handle="email",
    ),
    "conversations": ModelRules(
        defaults=_CONVERSATION,
        on_create={
            "companySourceId": None, "owner": None, "followers": [], "userId": ACCOUNT["_id"], "note": None,
            "nickName": ACCOUNT["nickName"],
        },
        on_write={"timeBucket": []},
        newest_first=True,
        deletes_with_document=True,
        handle="email",
    ),
    "tickets": ModelRules(defaults={**_CONVERSATION, "type": "ticket"}, newest_first=True, handle="email"),
    "tasks": ModelRules(
        defaults={
            "mainType": "task", "isArchived": False, "shared": False, "overdueNotified": False, "status": "In-progress",
            "activityTags": [], "endusers": [], "users": [], "checklist": [],
        },
        on_create={"userEmail": ACCOUNT["email"]},
        hides="isArchived",
        hides_either=True,
    ),
    "nps": ModelRules(handle="email"),
    "issues": ModelRules(
        defaults={
            "companyMatchingValue": [], "companyIds": [], "enduserIds": [], "conversationIds": [], "archived": False,
        },
    ),
    "licenses": ModelRules(
        defaults={
            "renewalStatus": "ongoing", "status": "ongoing", "issues": [], "autoRenews": False, "noticePeriod": None,
            "renewalUnit": "month", "noticeUnit": None, "invoicesGenerated": False, "invoiceCycleInterval": 0,
            "toDateIncluded": False, "isOverdue": False,
        },
    ),
    "opportunities": ModelRules(defaults={"contractLength": 12, "stageHistory": []}),
    "churn": ModelRules(defaults={"reasons": [], "products": [], "snoozed": False, "onlyDowngrade": False}),
    "invoices": ModelRules(defaults={"status": "pending", "emails": []}),
    "lineitems": ModelRules(defaults={"status": "ongoing"}),
    "products": ModelRules(defaults={"type": "subscription"}),
    "timeentries": ModelRules(
        defaults={
            "timesheetStatus": "draft", "assignedModel": "User", "path": [], "totalBilled": 0, "totalCost": 0,
        },
    ),
    "timesheets": ModelRules(defaults={"status": "submitted", "timeEntries": []}),
    "users": ModelRules(
        defaults={
            "roles": [], "inactive": True, "isHidden": False, "removed": False, "notificationsEnabled": True,
            "managers": [], "teams": [], "isExposedAsSenderOption": False, "permissions": {},
            "defaultMeetingLength": 60, "image": {"path": ""}, "type": "user", "poc": [], "compressedView": False,
            "companyFilter": "", "taskFilter": "", "workflowFilter": "", "radarOneLine": False, "dailyDigest": True,
            "followerUpdate": True, "inAppNotifications": True, "collapsedFolders": [],
            "sharedNotificationsPrefs": {"enabled": [], "disabled": [], "disabledEvents": []},
            "skippedGettingStartedSteps": {
                "email": False, "linkedin": False, "avatar": False, "all": False, "team": False, "customers": False,
            },
        },
        handle="email",
        extra_parameters=("email",),
    ),
    "customfields": ModelRules(
        defaults={
            "isHidden": False, "isFeatured": False, "isShared": False, "isLocked": False, "isMandatory": False,
            "isFormula": False, "listValues": [], "filter": [], "formulaRefs": [],
        },
        handle="name",
        extra_parameters=("parent",),
    ),
}
# fmt: on

_NONE = ModelRules()

BY_PATH: dict[str, Model] = {}
"""The model of each path; of several that share one, the first."""
for _model in MODELS.values():
    BY_PATH.setdefault(str(_model.API_NAME), _model)

COMPANY = BY_PATH["companies"]
ENDUSER = BY_PATH["endusers"]
CONVERSATION = BY_PATH["conversations"]


def path_of(model: Model) -> str:
    """Returns the path of a model, without slash."""
    return str(model.API_NAME)


def rules_of(model: Model) -> ModelRules:
    """Returns what the server adds to a model."""
    return MODEL_RULES.get(path_of(model), _NONE)


def table_of(model: Model) -> str:
    """Returns the table of a model: its path, except that tickets are conversations."""
    path = path_of(model)
    return "conversations" if path == "tickets" else path


TABLES = (*dict.fromkeys(table_of(model) for model in BY_PATH.values()), ACTIVITIES)


@cache
def company_key(model: Model) -> str:
    """Returns the field that holds the company of a record, or nothing; a company is its own."""
    known = model.known_fields()
    return known["company_id"].key if "company_id" in known else ""


@cache
def company_name_key(model: Model) -> str:
    """Returns the field that holds the name of the company, or nothing."""
    known = model.known_fields()
    return known["company_name"].key if "company_name" in known else ""


@cache
def stamps(model: Model, names: tuple[str, ...]) -> tuple[str, ...]:
    """Returns those of some time stamps that the model has."""
    keys = {known.key for known in model.known_fields().values() if known.kind is Kind.DATE}
    return tuple(name for name in names if name in keys)


@cache
def required_keys(model: Model) -> tuple[str, ...]:
    """Returns the fields that a new record needs, in Planhat's spelling."""
    return tuple(known.key for known in model.required())


def has_verb(model: Model, verb: Verb) -> bool:
    """Returns whether Planhat gives a model a verb."""
    return verb in model.VERBS
