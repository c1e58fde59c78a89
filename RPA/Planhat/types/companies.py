"""Companies: the records that nearly all others belong to."""

from RPA.Planhat.types.base import NamedObjectMixin
from RPA.Planhat.types.fields import (
    Page,
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
)

LEAN_PATH = "leancompanies"
"""The path that lists all companies at once, with their ids and names only."""

LEAN_FIELDS = ("_id", "name", "externalId", "sourceId")


class Company(NamedObjectMixin):
    """A customer, a prospect, or a part of one."""

    __slots__ = ()

    API_NAME = "companies"
    SINGULAR = "company"
    PLURAL = "companies"
    PAGE = Page(100, 5000)
    MANY_COMPANIES = True
    LIST_FIELDS = (
        "_id", "shareable", "domains", "tags", "owner", "coOwner", "externalId", "sourceId", "phase", "status", "h",
        "csmScore", "mr", "mrTotal", "mrr", "mrrTotal", "nrr30", "nrrTotal", "name", "phaseSince", "customerFrom",
        "lastRenewal", "nextTouch", "features", "sunits", "usage", "alerts", "licenses", "updatedAt", "custom",
    )  # fmt: skip

    owner = ref("The user who owns the company.")
    co_owner = ref("The second owner.")
    phase = text("The phase in the customer's life; any text is taken.")
    status = text(
        "Where the company stands commercially.", options=("prospect", "coming", "customer", "canceled", "lost")
    )
    domains = texts("E-mail domains; endusers with such an address belong to the company.")
    slug = text("A short name for links. Default: made from the name.")
    description = text("A description.")
    address = text("Street and number.")
    country = text("The country.")
    city = text("The city.")
    zip = text("The postal code.")
    web = text("The web site.")
    phone_primary = text("The telephone number.")
    tags = texts("Tags; the whole list is replaced.")
    products = texts("Products in use; the whole list is replaced.")
    csm_score = integer("How the customer success manager rates the company.", least=1, most=5)
    shareable = mapping("What the customer portal shows.")
    followers = refs("Users who follow the company.")
    h = integer("Health, 0 to 10.", read_only=True)
    h_profile = ref("The health profile that applies.", read_only=True)
    h_diff = number("The last change of health.", read_only=True)
    h_diff_date = text("When health changed last.", read_only=True)
    csm_score_log = mappings("Earlier ratings.", read_only=True)
    sentiment_score = number("The sentiment of conversations.", read_only=True, confidence="B")
    mrr = number("Monthly recurring revenue.", read_only=True)
    arr = number("Annual recurring revenue.", read_only=True)
    mr = number("Monthly revenue.", read_only=True)
    mrr_total = number("Monthly recurring revenue with sub-companies.", read_only=True)
    arr_total = number("Annual recurring revenue with sub-companies.", read_only=True, confidence="C")
    mr_total = number("Monthly revenue with sub-companies.", read_only=True)
    nrr30 = number("Non-recurring revenue of 30 days.", read_only=True)
    nrr_total = number("All non-recurring revenue.", read_only=True)
    renewal_mrr = number("Monthly recurring revenue up for renewal.", read_only=True)
    renewal_arr = number("Annual recurring revenue up for renewal.", read_only=True)
    customer_from = moment("Customer since.", read_only=True)
    customer_to = moment("Customer until.", read_only=True)
    last_renewal = moment("The last renewal.", read_only=True)
    renewal_date = moment("The next renewal.", read_only=True)
    phase_since = moment("When the phase began.", read_only=True)
    renewal_days_from_now = integer("Days until the next renewal.", read_only=True)
    auto_renews = boolean("Whether licenses renew by themselves.", read_only=True, confidence="B")
    head_id = ref("The head company.", read_only=True, confidence="B")
    last_active = moment("When an enduser was active last.", read_only=True)
    last_active_time = anything("When an enduser was active last.", read_only=True)
    last_touch = anything("The last conversation.", read_only=True)
    last_touch_type = text("The kind of the last conversation.", read_only=True)
    last_touch_by_type = mapping("The last conversation of each kind.", read_only=True)
    last_touch_time = anything("The time of the last conversation.", read_only=True)
    next_touch = anything("The next planned conversation; seen as milliseconds since 1970.", read_only=True)
    next_touch_date = anything("The day of the next planned conversation.", read_only=True)
    last_activities = mappings("The last activities.", read_only=True)
    alerts = mappings("Open alerts.", read_only=True)
    documents = mappings("Documents.", read_only=True)
    links = mappings("Links.", read_only=True)
    sales = mappings("Sales.", read_only=True)
    licenses = mappings("Licenses.", read_only=True)
    collaborators = refs("Users who work on the company.", read_only=True)
    last_performed_triggers = mappings("Automations that ran.", read_only=True)
    features = mapping("Usage by feature.", read_only=True)
    sunits = mapping("Usage by unit.", read_only=True)
    usage = mapping("Calculated metrics by name.", read_only=True)
    org_root_id = ref("The top of the hierarchy.", read_only=True)
    org_path = anything("The way up the hierarchy.", read_only=True)
    org_level = integer("The level in the hierarchy.", read_only=True)
    org_units = anything("The companies below.", read_only=True)
    org_mrr = number("Monthly recurring revenue of the hierarchy.", read_only=True)
    org_arr = number("Annual recurring revenue of the hierarchy.", read_only=True)
    org_mrr_total = number("Monthly recurring revenue of the hierarchy, all.", read_only=True)
    org_arr_total = number("Annual recurring revenue of the hierarchy, all.", read_only=True)
    org_health_total = number("Health of the hierarchy.", read_only=True)
    org_path_count = integer("Companies in the path.", read_only=True)
    org_count = number("Companies in the hierarchy.", read_only=True)
    nps = number("Net promoter score.", read_only=True)
    create_date = moment("When the company was made.", read_only=True)
    last_updated = moment("When the company was written last.", read_only=True)
