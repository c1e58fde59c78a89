"""Companies: the records that nearly all others belong to."""

from RPA.Planhat.types import fields
from RPA.Planhat.types.base import NamedObjectMixin

LEAN_PATH = "leancompanies"
"""The path that lists all companies at once, with their ids and names only."""

LEAN_FIELDS = ("_id", "name", "externalId", "sourceId")


class Company(NamedObjectMixin):
    """A customer, a prospect, or a part of one."""

    __slots__ = ()

    API_NAME = "companies"
    SINGULAR = "company"
    PLURAL = "companies"
    PAGE = fields.Page(100, 5000)
    MANY_COMPANIES = True
    LIST_FIELDS = (
        "_id", "shareable", "domains", "tags", "owner", "coOwner", "externalId", "sourceId", "phase", "status", "h",
        "csmScore", "mr", "mrTotal", "mrr", "mrrTotal", "nrr30", "nrrTotal", "name", "phaseSince", "customerFrom",
        "lastRenewal", "nextTouch", "features", "sunits", "usage", "alerts", "licenses", "updatedAt", "custom",
    )  # fmt: skip

    owner = fields.ref("The user who owns the company.")
    co_owner = fields.ref("The second owner.")
    phase = fields.text("The phase in the customer's life; any text is taken.")
    status = fields.text(
        "The commercial status of the company.", options=("prospect", "coming", "customer", "canceled", "lost")
    )
    domains = fields.texts("E-mail domains; endusers with such an address belong to the company.")
    slug = fields.text("A short name for links. Default: made from the name.")
    description = fields.text("A description.")
    address = fields.text("Street and number.")
    country = fields.text("The country.")
    city = fields.text("The city.")
    zip = fields.text("The postal code.")
    web = fields.text("The web site.")
    phone_primary = fields.text("The telephone number.")
    tags = fields.texts("Tags; the whole list is replaced.")
    products = fields.texts("Products in use; the whole list is replaced.")
    csm_score = fields.integer("How the customer success manager rates the company.", least=1, most=5)
    shareable = fields.mapping("What the customer portal shows.")
    followers = fields.refs("Users who follow the company.")
    h = fields.integer("Health, 0 to 10.", read_only=True)
    h_profile = fields.ref("The health profile that applies.", read_only=True)
    h_diff = fields.number("The last change of health.", read_only=True)
    h_diff_date = fields.text("When health changed last.", read_only=True)
    csm_score_log = fields.mappings("Earlier ratings.", read_only=True)
    sentiment_score = fields.number("The sentiment of conversations.", read_only=True, confidence="B")
    mrr = fields.number("Monthly recurring revenue.", read_only=True)
    arr = fields.number("Annual recurring revenue.", read_only=True)
    mr = fields.number("Monthly revenue.", read_only=True)
    mrr_total = fields.number("Monthly recurring revenue with sub-companies.", read_only=True)
    arr_total = fields.number("Annual recurring revenue with sub-companies.", read_only=True, confidence="C")
    mr_total = fields.number("Monthly revenue with sub-companies.", read_only=True)
    nrr30 = fields.number("Non-recurring revenue of 30 days.", read_only=True)
    nrr_total = fields.number("All non-recurring revenue.", read_only=True)
    renewal_mrr = fields.number("Monthly recurring revenue up for renewal.", read_only=True)
    renewal_arr = fields.number("Annual recurring revenue up for renewal.", read_only=True)
    customer_from = fields.moment("Customer since.", read_only=True)
    customer_to = fields.moment("Customer until.", read_only=True)
    last_renewal = fields.moment("The last renewal.", read_only=True)
    renewal_date = fields.moment("The next renewal.", read_only=True)
    phase_since = fields.moment("When the phase began.", read_only=True)
    renewal_days_from_now = fields.integer("Days until the next renewal.", read_only=True)
    auto_renews = fields.boolean("Whether licenses renew automatically.", read_only=True, confidence="B")
    head_id = fields.ref("The head company.", read_only=True, confidence="B")
    last_active = fields.moment("When an enduser was active last.", read_only=True)
    last_active_time = fields.anything("When an enduser was active last.", read_only=True)
    last_touch = fields.anything("The last conversation.", read_only=True)
    last_touch_type = fields.text("The kind of the last conversation.", read_only=True)
    last_touch_by_type = fields.mapping("The last conversation of each kind.", read_only=True)
    last_touch_time = fields.anything("The time of the last conversation.", read_only=True)
    next_touch = fields.anything("The next planned conversation; seen as milliseconds since 1970.", read_only=True)
    next_touch_date = fields.anything("The day of the next planned conversation.", read_only=True)
    last_activities = fields.mappings("The last activities.", read_only=True)
    alerts = fields.mappings("Open alerts.", read_only=True)
    documents = fields.mappings("Documents.", read_only=True)
    links = fields.mappings("Links.", read_only=True)
    sales = fields.mappings("Sales.", read_only=True)
    licenses = fields.mappings("Licenses.", read_only=True)
    collaborators = fields.refs("Users who work on the company.", read_only=True)
    last_performed_triggers = fields.mappings("Automations that ran.", read_only=True)
    features = fields.mapping("Usage by feature.", read_only=True)
    sunits = fields.mapping("Usage by unit.", read_only=True)
    usage = fields.mapping("Calculated metrics by name.", read_only=True)
    org_root_id = fields.ref("The top of the hierarchy.", read_only=True)
    org_path = fields.anything("The way up the hierarchy.", read_only=True)
    org_level = fields.integer("The level in the hierarchy.", read_only=True)
    org_units = fields.anything("The companies below.", read_only=True)
    org_mrr = fields.number("Monthly recurring revenue of the hierarchy.", read_only=True)
    org_arr = fields.number("Annual recurring revenue of the hierarchy.", read_only=True)
    org_mrr_total = fields.number("Monthly recurring revenue of the hierarchy, all.", read_only=True)
    org_arr_total = fields.number("Annual recurring revenue of the hierarchy, all.", read_only=True)
    org_health_total = fields.number("Health of the hierarchy.", read_only=True)
    org_path_count = fields.integer("Companies in the path.", read_only=True)
    org_count = fields.number("Companies in the hierarchy.", read_only=True)
    nps = fields.number("Net promoter score.", read_only=True)
    create_date = fields.moment("When the company was made.", read_only=True)
    last_updated = fields.moment("When the company was written last.", read_only=True)
