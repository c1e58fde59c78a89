"""People: those at the customer (endusers), and the colleagues who look after them (users)."""

from RPA.Planhat.types import fields
from RPA.Planhat.types.base import PlanhatCompanyOwnedObject, PlanhatObject


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
        fields.Parameter("email", "email", "Endusers with this e-mail address; there may be several."),
        fields.Parameter("euId", "eu_id", "The enduser with this Planhat id.", fields.Kind.ID, shows="_id"),
        fields.Parameter(
            "archived",
            "archived",
            "True lists only the archived endusers, which are left out otherwise.",
            fields.Kind.BOOLEAN,
            includes=True,
        ),
    )

    company_id = fields.ref(
        "The company. Needed unless the e-mail domain is one of a company's.",
    )
    email = fields.text("The e-mail address. Planhat does not force it to be unique.")
    first_name = fields.text("The first name.")
    last_name = fields.text("The last name.")
    name = fields.text("The whole name; Planhat makes it of first and last name, or splits it.")
    position = fields.text("The job title.")
    phone = fields.text("The telephone number.")
    linked_in_url = fields.text("The LinkedIn page.", confidence="B")
    tags = fields.texts("Tags; the whole list is replaced.")
    other_emails = fields.texts("Further e-mail addresses.")
    personas = fields.texts("Roles such as decision maker.")
    featured = fields.boolean("Whether the enduser is featured.")
    primary = fields.boolean("Whether the enduser is the primary contact.")
    archived = fields.boolean("Whether the enduser is archived, and so left out of lists.")
    nps_unsubscribed = fields.boolean("Whether the enduser gets no NPS surveys.")
    shared_notifications_prefs = fields.mapping("Which notifications of the portal the enduser gets.")
    last_active = fields.moment("When the enduser was active last.")
    beats = fields.number("Activity of 30 days.", read_only=True)
    beats_total = fields.number("All activity.", read_only=True)
    beat_trend = fields.number("The trend of activity.", read_only=True)
    convs14 = fields.number("Conversations of 14 days.", read_only=True)
    convs_total = fields.number("All conversations.", read_only=True)
    experience = fields.number("How long the enduser has been active.", read_only=True)
    relevance = fields.number("How much the enduser matters.", read_only=True)
    last_touch = fields.anything("The last conversation.", read_only=True)
    last_touch_time = fields.anything("The time of the last conversation.", read_only=True)
    last_touch_type = fields.text("The kind of the last conversation.", read_only=True)
    last_touch_by_type = fields.mapping("The last conversation of each kind.", read_only=True)
    last_activities = fields.mappings("The last activities.", read_only=True)
    nps = fields.integer("The last NPS score.", read_only=True)
    nps_comment = fields.text("The last NPS comment.", read_only=True)
    nps_date = fields.moment("The last NPS answer.", read_only=True)
    nps_sent = fields.anything("The last NPS survey.", read_only=True)
    related_endusers = fields.mappings("The same person at other companies.", read_only=True)
    description = fields.text("A description.", read_only=True, confidence="B")
    company_external_id = fields.text("The external id of the company.", read_only=True, confidence="B")
    relevance_rate = fields.number("How much the enduser matters, as a rate.", read_only=True, confidence="B")
    last_updated = fields.moment("When the enduser was written last.", read_only=True, confidence="B")
    email_md5 = fields.text("The MD5 sum of the e-mail address.", read_only=True, confidence="B")
    usage = fields.mapping("Calculated metrics by name.", read_only=True)
    create_date = fields.moment("When the enduser was made.", read_only=True)


class User(PlanhatObject):
    """A colleague with an account in Planhat."""

    __slots__ = ()

    API_NAME = "users"
    SINGULAR = "user"
    PLURAL = "users"
    KEYS = ("_id", "externalId", "email")
    READ_BY = (fields.PlanhatIdType.PLANHAT_ID, fields.PlanhatIdType.EXTERNAL_ID)
    WRITE_BY = READ_BY
    PAGE = fields.Page(10000, 10000)
    COMPANY_PARAMETER = None
    WITHOUT = frozenset({"source_id"})
    LIST_FIELDS = (
        "_id", "firstName", "lastName", "nickName", "email", "externalId", "image", "isHidden", "removed", "inactive",
        "managers", "teams", "isExposedAsSenderOption", "createdAt", "updatedAt", "tzOffset",
    )  # fmt: skip

    email = fields.text("The e-mail address.", required=True)
    nick_name = fields.text("The name that colleagues see.", required=True)
    first_name = fields.text("The first name.", required=True)
    last_name = fields.text("The last name.", required=True)
    roles = fields.anything("Roles: ids when written, ids or objects when read.")
    inactive = fields.boolean(
        "Whether the user cannot log in; such a user can still own companies. Planhat's default for a new one is true."
    )
    image = fields.mapping("The picture, with its `path`.")
    is_hidden = fields.boolean("Whether the user is hidden.")
    removed = fields.boolean("Whether the user is removed.")
    notifications_enabled = fields.boolean("Whether the user gets notifications.")
    tz_offset = fields.number("The offset of the time zone.")
    managers = fields.refs("The user's managers.")
    teams = fields.refs("The user's teams.")
    is_exposed_as_sender_option = fields.boolean("Whether others may send in the user's name.")
    default_meeting_length = fields.integer("Minutes of a meeting.")
    permissions = fields.anything("Permissions; the form varies.", read_only=True)
    arr = fields.number("Annual recurring revenue of the portfolio.", read_only=True)
    mrr = fields.number("Monthly recurring revenue of the portfolio.", read_only=True)
    customer_count = fields.integer("Customers in the portfolio.", read_only=True)
    nr_open_tasks = fields.integer("Open tasks.", read_only=True)
    create_date = fields.moment("When the user was made.", read_only=True)


class NPS(PlanhatCompanyOwnedObject):
    """An answer to an NPS survey."""

    __slots__ = ()

    API_NAME = "nps"
    SINGULAR = "NPS response"
    PLURAL = "NPS responses"
    KEYS = ("_id", "sourceId")
    READ_BY = (fields.PlanhatIdType.PLANHAT_ID, fields.PlanhatIdType.SOURCE_ID)
    WRITE_BY = READ_BY
    PAGE = fields.Page(100, 10000)
    MANY_COMPANIES = True
    WITHOUT = frozenset({"external_id", "company_name"})
    PARAMETERS = (
        fields.Parameter(
            "npsExpiryDay",
            "nps_expiry_day",
            "Answers of so many last days; Planhat's default is 360.",
            fields.Kind.INTEGER,
        ),
    )

    company_id = fields.ref("The company; Planhat calls the field `cId`.", key="cId")
    email = fields.text("The e-mail address of an enduser.", required=True)
    score = fields.integer("The score.", required=True, least=0, most=10)
    enduser_id = fields.ref("The enduser.", key="euId", read_only=True)
    campaign_id = fields.ref("The campaign of the survey.")
    comment = fields.text("What the enduser wrote.")
    date_sent = fields.moment("When the survey was sent.")
    date_answered = fields.moment("When it was answered.")
    source = fields.text("Where the answer comes from.")
