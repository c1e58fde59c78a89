"""What the sandbox does where Planhat's behaviour matters: the sandbox guide shows this table, and it is nowhere else.

Numbers and names that the code has are taken from there.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from docs.texts import table
from RPA.Planhat.sandbox.connection import MOST_BYTES
from RPA.Planhat.sandbox.model_rules import RESERVED_TYPES, TOUCH_TYPES
from RPA.Planhat.sandbox.records import MOST_ITEMS
from RPA.Planhat.sandbox.traffic import RateLimits
from RPA.Planhat.types import MODELS, User


class Behaviour(NamedTuple):
    """One thing that the sandbox does.

    Attributes:
        topic: What it is about.
        what: What the sandbox does.
        confidence: A official or several sources, B one good source, C thin or assumed; one for each part of `what`.
        switches: Switches of the dialect that change it, separated by spaces.
    """

    topic: str
    what: str
    confidence: str
    switches: str = ""


_LIMITS: Final = RateLimits()
_OWN_TYPES: Final = ", ".join(f"`{each}`" for each in TOUCH_TYPES if each not in RESERVED_TYPES)


def _in_bulk() -> str:
    needed = {model.PLURAL: model.BULK_REQUIRED for model in MODELS.values() if model.BULK_REQUIRED}
    return "; ".join(f"{name}: {', '.join(f'`{key}`' for key in keys)}" for name, keys in needed.items())


# fmt: off
BEHAVIOURS: Final[tuple[Behaviour, ...]] = (
    Behaviour("Token", "`Bearer`, or `Basic` with the token as user and an empty password", "A"),
    Behaviour("Wrong or no token", "401, before the route is looked at", "B", "unauthorized_bodies unknown_routes"),
    Behaviour("Missing permission", "403; in bulk also `permissionErrors`", "A"),
    Behaviour("Form of errors", "an object with `message`", "C", "error_bodies"),
    Behaviour("Status of a create", "200 with the whole record", "A", "created_status"),
    Behaviour("Update", "`PUT`, changes only what is sent, 200 with the whole record", "A"),
    Behaviour("`PATCH`", "404; two programs in use send it, `PUT` is what is documented", "B", "patch"),
    Behaviour(
        "Routes that do not exist",
        "`/notes`, `/churns`, `/activities`, `POST /companies/bulk`: 404",
        "A", "unknown_routes",
    ),
    Behaviour("Kinds of id in paths", "those that are documented for the model; others are malformed: 400", "B"),
    Behaviour("Unknown id", "404", "B"),
    Behaviour(
        "Malformed id",
        "400 `Params identifier must be planhat _id OR start with ...`; in bulk `invalid id`",
        "B, C",
    ),
    Behaviour("An `extid-` that several records share", "400 `externalId duplicated`", "C"),
    Behaviour("`_id` in the body of a create", "400", "C"),
    Behaviour("`_id` in the body of an update", "ignored when it is the record's own, else 400", "C", "id_in_update"),
    Behaviour("Company in bodies by `extid-` or `srcid-`", "yes, in `companyId`, `cId` and `companyIds`", "A"),
    Behaviour(
        "Uniqueness",
        "`sourceId` for a model; `externalId` for companies, else within a company; e-mail not",
        "A",
    ),
    Behaviour(
        "E-mail of endusers",
        "may repeat in one company only if `externalId` or `sourceId` tells them apart",
        "B",
    ),
    Behaviour("Letter case of e-mail", "does not matter when compared, is kept when stored", "C", "email_case"),
    Behaviour("Company of an enduser", "given, or found by the domain of the address", "A"),
    Behaviour(
        "Enduser without company",
        "400; on the analytics host dropped silently",
        "C, A", "enduser_without_company",
    ),
    Behaviour("Page sizes", "default and largest of each model, as documented", "A", "page_cap"),
    Behaviour("`limit` above the largest", "cut down to it", "C", "limit_above_maximum"),
    Behaviour("Strange `limit` or `offset`", "as if not given; past the end: empty", "C"),
    Behaviour("Form of a list", "an array", "A", "list_shape"),
    Behaviour("Order of a list", "as the records came; conversations newest first", "C"),
    Behaviour("`select`", "`_id` always comes; what is not set does not", "B"),
    Behaviour(
        "Company rows without `select`",
        "owner and second owner (null when unset), ids, phase, health, revenue, `custom`; no address, "
        "description, documents or products",
        "A, B",
    ),
    Behaviour(
        "User rows without `select`",
        f"{len(User.LIST_FIELDS) - 1} fields and `_id`; roles and permissions only by `select`",
        "A",
    ),
    Behaviour("Roles of a user", "ids after `POST` and `PUT`, objects from `GET` one", "B", "user_roles"),
    Behaviour("Owner in company rows", "an id", "B", "owner_objects"),
    Behaviour("Archived endusers", "left out of lists; `archived=true` adds them to the others", "A"),
    Behaviour("Archived tasks", "left out of lists; `isArchived=true` lists only them", "A"),
    Behaviour("NPS list", "answers of the last 360 days", "A"),
    Behaviour("Unknown query parameters", "ignored", "B"),
    Behaviour(
        "Unknown fields in a body", "dropped silently; `notes` of the request names them", "B", "unknown_fields"
    ),
    Behaviour(
        "Operations on lists (add, remove, replace)",
        "exist, but their syntax is not known: an object where a list belongs is 400",
        "A, C", "array_operations",
    ),
    Behaviour(
        "Read-only fields in a body",
        "ignored, also `sortOrder` of custom fields and the workflow of a task, which the sandbox never sets; `notes` "
        "of the request names those that would change",
        "C", "read_only_fields",
    ),
    Behaviour(
        "Fields of tickets (`status`, `tags`, …) in another conversation",
        "ignored; `notes` of the request names them",
        "C",
    ),
    Behaviour("Null", "stored", "C", "null_values"),
    Behaviour(
        "Unknown keys in `custom`",
        "stored; with `unknown_custom=refuse` checked against the definitions",
        "C", "unknown_custom",
    ),
    Behaviour("`custom` in an update", "is merged into the stored values", "C", "custom_update"),
    Behaviour("Dates", "any offset goes in, UTC with milliseconds and `Z` comes out", "A"),
    Behaviour("External ids sent as numbers", "stored as text", "A"),
    Behaviour("Values against type, options or range", "400", "C"),
    Behaviour(
        "Bulk upsert",
        f"at most {MOST_ITEMS:,} rows, each on its own; 200, 206, 400, 403 with one envelope",
        "A",
    ),
    Behaviour("Needed for a new record in bulk only", _in_bulk(), "A"),
    Behaviour(
        "Matching in bulk",
        "`_id`, `sourceId`, `externalId`, `email`: the first that matches",
        "A, C", "unmatched_key",
    ),
    Behaviour("Two rows with one key", "the second updates", "C", "repeated_items"),
    Behaviour("Row errors", "strings", "B", "item_errors"),
    Behaviour("`validationErrors`", "for time entries and timesheets", "B", "validation_errors"),
    Behaviour("Rows that change nothing", "counted in `nonupdates`, in no list; `updatedAt` stays", "B, C"),
    Behaviour("Single update that changes nothing", "`updatedAt` moves", "B"),
    Behaviour(f"More than {MOST_ITEMS:,} rows; more than {MOST_BYTES >> 20} MB", "400; 413", "C"),
    Behaviour("Body without `application/json`", "400", "C"),
    Behaviour(
        "Tickets",
        "conversations of type `ticket`; `/tickets` takes them in bulk and drops rows without e-mail "
        "silently; one is written through `/conversations`",
        "A",
    ),
    Behaviour(
        "Response to a new conversation",
        "has owner and source id of the company, the account, and `note`; `timeBucket` is empty until later",
        "B",
    ),
    Behaviour("Weeks in `timeBucket`", "begin on Sunday, 1 January is in the first", "C"),
    Behaviour("A new user", "`inactive`", "A"),
    Behaviour("A task set to `done`", "makes a conversation and gets its `noteId`", "B"),
    Behaviour("Companies and endusers of an issue", "`id` and `name`", "A"),
    Behaviour("Time entries", "the clock of the date is cut; a colleague can be named", "B, A"),
    Behaviour(
        "Invoices",
        "numbers count per company and are not used again until the sandbox is reset or stopped; items get an `_id`",
        "C, A",
    ),
    Behaviour(
        "Conversations of an unknown type",
        f"stored as `note`; {_OWN_TYPES} exist besides the reserved ones",
        "A, C",
    ),
    Behaviour(
        "Licenses",
        "length, value, revenue and renewal calculated as recorded; open-ended ones have nulls; `arr` alone is enough",
        "B, C",
    ),
    Behaviour("Revenue of companies", "not calculated from licenses", "C"),
    Behaviour("Line items and deals", "amounts from each other; the key of the deal is `dealId`", "B, C"),
    Behaviour("Delete", "`n`, `ok`, `deletedCount`; conversations: the record", "B", "delete_answers"),
    Behaviour("Deleting what is not there", "404", "C", "delete_unknown"),
    Behaviour("Deleting by `extid-` or `srcid-`", "works", "C"),
    Behaviour("Records of a deleted company", "stay", "C"),
    Behaviour("Second custom field of a name", "400", "C", "duplicate_custom_fields"),
    Behaviour("Analytics", "200 for everything that is JSON; bad rows dropped silently", "A", "analytics_bodies"),
    Behaviour("Unknown tenant", "200, dropped", "C", "unknown_tenant"),
    Behaviour(
        "Metrics",
        "`processed` and `errors`; those of unknown external ids dropped; two of a day are two rows",
        "B, C",
    ),
    Behaviour("Metrics read back without `from` and `to`", "all", "C"),
    Behaviour(
        "Rate limits",
        f"{_LIMITS.per_minute} a minute, {_LIMITS.per_second} a second, {_LIMITS.parallel} at a time; off by default",
        "A",
    ),
    Behaviour("Headers of limits", "both known spellings; no `Retry-After`", "C", "rate_headers retry_after"),
    Behaviour("Other origins", "not allowed", "C", "cors"),
    Behaviour("Paths below a company", "licenses, endusers, conversations", "B, C"),
    Behaviour("Segments, calls, teams, tags, roles, `/myprofile`", "404", "C"),
)
# fmt: on


def behaviours_table() -> str:
    """Returns the table."""
    rows = [
        [each.topic, each.what, each.confidence, ", ".join(f"`{name}`" for name in each.switches.split())]
        for each in BEHAVIOURS
    ]
    return table(["topic", "how the sandbox behaves", "confidence", "switch"], rows)
