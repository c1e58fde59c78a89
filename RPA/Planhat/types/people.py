"""People: those at the customer (endusers), and the colleagues who look after them (users)."""

from RPA.Planhat.types import fields
from RPA.Planhat.types.base import PlanhatCompanyOwnedObject, PlanhatObject
from RPA.Planhat.types.fields import (
    Kind,
    Page,
    Parameter,
    PlanhatIdType,
    anything,
    boolean,
    integer,
    mapping,
    mappings,
    moment,
    number,
    ref,
    refs,
    text,
    texts,
)  # fmt: skip


class Enduser(PlanhatCompanyOwnedObject):
    """A person at a customer."""

    __slots__ = ()

    API_NAME = "endusers"
    SINGULAR = "enduser"
    PLURAL = "endusers"
    KEYS = ("_id", "sourceId", "externalId", "email")
    MANY_COMPANIES = True
    ONE_OF = ("email", "externalId", "sourceId")
    PARAMETERS = (
        Parameter("email", "email", "Endusers with this e-mail address; there may be several."),
        Parameter("euId", "eu_id", "The enduser with this Planhat id.", Kind.ID),
        Parameter(
            "archived",
            "archived",
            "True lists only the archived endusers, which are left out otherwise.",
            Kind.BOOLEAN,
            includes=True,
        ),
    )

    company_id = fields.ref(
        "The company. Needed unless the e-mail domain is one of a company's.",
    )
    email = text("The e-mail address. Planhat does not force it to be unique.")
    first_name = text("The first name.")
    last_name = text("The last name.")
    name = text("The whole name; Planhat makes it of first and last name, or splits it.")
    position = text("The job title.")
    phone = text("The telephone number.")
    linked_in_url = text("The LinkedIn page.", confidence="B")
    tags = texts("Tags; the whole list is replaced.")
    other_emails = texts("Further e-mail addresses.")
    personas = texts("Roles such as decision maker.")
    featured = boolean("Whether the enduser is featured.")
    primary = boolean("Whether the enduser is the primary contact.")
    archived = boolean("Whether the enduser is archived, and so left out of lists.")
    nps_unsubscribed = boolean("Whether the enduser gets no NPS surveys.")
    shared_notifications_prefs = mapping("Which notifications of the portal the enduser gets.")
    last_active = moment("When the enduser was active last.")
    beats = number("Activity of 30 days.", read_only=True)
    beats_total = number("All activity.", read_only=True)
    beat_trend = number("The trend of activity.", read_only=True)
    convs14 = number("Conversations of 14 days.", read_only=True)
    convs_total = number("All conversations.", read_only=True)
    experience = number("How long the enduser has been active.", read_only=True)
    relevance = number("How much the enduser matters.", read_only=True)
    last_touch = anything("The last conversation.", read_only=True)
    last_touch_time = anything("The time of the last conversation.", read_only=True)
    last_touch_type = text("The kind of the last conversation.", read_only=True)
    last_touch_by_type = mapping("The last conversation of each kind.", read_only=True)
    last_activities = mappings("The last activities.", read_only=True)
    nps = integer("The last NPS score.", read_only=True)
    nps_comment = text("The last NPS comment.", read_only=True)
    nps_date = moment("The last NPS answer.", read_only=True)
    nps_sent = anything("The last NPS survey.", read_only=True)
    related_endusers = mappings("The same person at other companies.", read_only=True)
    description = text("A description.", read_only=True, confidence="B")
    company_external_id = text("The external id of the company.", read_only=True, confidence="B")
    relevance_rate = number("How much the enduser matters, as a rate.", read_only=True, confidence="B")
    last_updated = moment("When the enduser was written last.", read_only=True, confidence="B")
    email_md5 = text("The MD5 sum of the e-mail address.", read_only=True, confidence="B")
    usage = mapping("Calculated metrics by name.", read_only=True)
    create_date = moment("When the enduser was made.", read_only=True)


class User(PlanhatObject):
    """A colleague with an account in Planhat."""

    __slots__ = ()

    API_NAME = "users"
    SINGULAR = "user"
    PLURAL = "users"
    KEYS = ("_id", "externalId", "email")
    READ_BY = (PlanhatIdType.PLANHAT_ID, PlanhatIdType.EXTERNAL_ID)
    WRITE_BY = READ_BY
    PAGE = Page(10000, 10000)
    COMPANY_PARAMETER = None
    WITHOUT = frozenset({"source_id"})
    LIST_FIELDS = (
        "_id", "firstName", "lastName", "nickName", "email", "externalId", "image", "isHidden", "removed", "inactive",
        "managers", "teams", "isExposedAsSenderOption", "createdAt", "updatedAt", "tzOffset",
    )  # fmt: skip

    email = text("The e-mail address.", required=True)
    nick_name = text("The name that colleagues see.", required=True)
    first_name = text("The first name.", required=True)
    last_name = text("The last name.", required=True)
    roles = anything("Roles: ids when written, ids or objects when read.")
    inactive = boolean(
        "Whether the user cannot log in; such a user can still own companies. Planhat's default for a new one is true."
    )
    image = mapping("The picture, with its `path`.")
    is_hidden = boolean("Whether the user is hidden.")
    removed = boolean("Whether the user is removed.")
    notifications_enabled = boolean("Whether the user gets notifications.")
    tz_offset = number("The offset of the time zone.")
    managers = refs("The user's managers.")
    teams = refs("The user's teams.")
    is_exposed_as_sender_option = boolean("Whether others may send in the user's name.")
    default_meeting_length = integer("Minutes of a meeting.")
    permissions = anything("Permissions; the form varies.", read_only=True)
    arr = number("Annual recurring revenue of the portfolio.", read_only=True)
    mrr = number("Monthly recurring revenue of the portfolio.", read_only=True)
    customer_count = integer("Customers in the portfolio.", read_only=True)
    nr_open_tasks = integer("Open tasks.", read_only=True)
    create_date = moment("When the user was made.", read_only=True)


class NPS(PlanhatCompanyOwnedObject):
    """An answer to an NPS survey."""

    __slots__ = ()

    API_NAME = "nps"
    SINGULAR = "NPS response"
    PLURAL = "NPS responses"
    KEYS = ("_id", "sourceId")
    READ_BY = (PlanhatIdType.PLANHAT_ID, PlanhatIdType.SOURCE_ID)
    WRITE_BY = READ_BY
    PAGE = Page(100, 10000)
    MANY_COMPANIES = True
    WITHOUT = frozenset({"external_id", "company_name"})
    PARAMETERS = (
        Parameter(
            "npsExpiryDay", "nps_expiry_day", "Answers of so many last days; Planhat's default is 360.", Kind.INTEGER
        ),
    )

    company_id = ref("The company; Planhat calls the field `cId`.", key="cId")
    email = text("The e-mail address of an enduser.", required=True)
    score = integer("The score.", required=True, least=0, most=10)
    enduser_id = ref("The enduser.", key="euId", read_only=True)
    campaign_id = ref("The campaign of the survey.")
    comment = text("What the enduser wrote.")
    date_sent = moment("When the survey was sent.")
    date_answered = moment("When it was answered.")
    source = text("Where the answer comes from.")
