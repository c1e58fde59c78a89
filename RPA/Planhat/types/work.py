"""What is done for and owned by customers: assets, projects, objectives, issues, time."""

from RPA.Planhat.types.base import NamedObjectMixin, PlanhatCompanyOwnedObject, PlanhatObject
from RPA.Planhat.types.fields import (
    Page,
    PlanhatIdType,
    Verb,
    anything,
    boolean,
    day_number,
    integer,
    moment,
    number,
    ref,
    refs,
    text,
)  # fmt: skip


class Asset(NamedObjectMixin, PlanhatCompanyOwnedObject):
    """Something that a customer has: a machine, an installation, an instance."""

    __slots__ = ()

    API_NAME = "assets"
    SINGULAR = "asset"
    PLURAL = "assets"

    serial_number = text("The serial number.")
    value = number("What it is worth.")
    currency = text("The currency; Planhat calls the field `_currency`.", key="_currency")
    install_date = moment("When it was installed.")
    status = text("The status; any text.")
    owner_id = ref("The user who owns it.")
    owner_name = text("The name of the owner.", read_only=True)
    followers = refs("Users who follow it.", read_only=True, confidence="B")
    usage = anything("Calculated metrics.", read_only=True, confidence="B")
    path = anything("The way up the hierarchy.", read_only=True, confidence="B")
    parent_object = anything("The asset above.", read_only=True, confidence="B")


class Campaign(NamedObjectMixin, PlanhatCompanyOwnedObject):
    """A campaign for a customer."""

    __slots__ = ()

    API_NAME = "campaigns"
    SINGULAR = "campaign"
    PLURAL = "campaigns"

    campaign_purpose = text("What it is for.")


class Objective(NamedObjectMixin, PlanhatCompanyOwnedObject):
    """What a customer wants to reach."""

    __slots__ = ()

    API_NAME = "objectives"
    SINGULAR = "objective"
    PLURAL = "objectives"

    health = number("How it goes, 0 to 10.")


class Workspace(NamedObjectMixin, PlanhatCompanyOwnedObject):
    """A part of a customer's installation."""

    __slots__ = ()

    API_NAME = "workspaces"
    SINGULAR = "workspace"
    PLURAL = "workspaces"

    owner_id = ref("The user who owns it.")


class Project(NamedObjectMixin, PlanhatCompanyOwnedObject):
    """A project with a customer."""

    __slots__ = ()

    API_NAME = "projects"
    SINGULAR = "project"
    PLURAL = "projects"

    currency = text("The currency.")
    start_date = moment("The first day.")
    end_date = moment("The last day.")
    mrr = number("Monthly recurring revenue.")
    arr = number("Annual recurring revenue.")
    nrr = number("Non-recurring revenue.")


class Issue(PlanhatObject):
    """A problem or wish, of any number of companies."""

    __slots__ = ()

    API_NAME = "issues"
    SINGULAR = "issue"
    PLURAL = "issues"
    KEYS = ("_id", "sourceId")
    READ_BY = (PlanhatIdType.PLANHAT_ID, PlanhatIdType.SOURCE_ID)
    WRITE_BY = READ_BY
    WITHOUT = frozenset({"external_id"})

    title = text("The headline.", required=True)
    description = text("The text.")
    company_ids = refs("The companies concerned.")
    enduser_ids = refs("The endusers concerned.")
    conversation_ids = refs("Conversations about it.")
    source = text("The system that it comes from.")
    source_url = text("Where it can be read.")
    priority = text("How urgent it is.")
    status = text("The status.")
    archived = boolean("Whether it is archived.")
    followers = refs("Users who follow it.")
    company_names = anything(
        "The companies concerned, as objects with `id` and `name`.", key="companies", read_only=True
    )
    enduser_names = anything("The endusers concerned, each with `id` and `name`.", key="endusers", read_only=True)
    mrr_combined = integer("Monthly recurring revenue of these companies.", read_only=True)
    arr_combined = integer("Annual recurring revenue of these companies.", read_only=True)
    company_matching_value = anything("What the company was found by.", read_only=True)


class TimeEntry(PlanhatCompanyOwnedObject):
    """Hours that a colleague worked."""

    __slots__ = ()

    API_NAME = "timeentries"
    SINGULAR = "time entry"
    PLURAL = "time entries"
    KEYS = ("_id",)
    READ_BY = (PlanhatIdType.PLANHAT_ID,)
    WRITE_BY = READ_BY
    WITHOUT = frozenset({"source_id", "external_id", "custom"})

    company_id = ref("The company.")
    date = moment("The day; Planhat cuts the time off.", required=True)
    hours = number("Hours, with decimals.", required=True, least=0.1, most=24)
    description = text("What was done.")
    is_time_off = boolean("Whether it is time off.")
    is_billable = boolean("Whether it is billed.")
    billing_code = text("The billing code.")
    currency = text("The currency.")
    billable_rate = number("Price of an hour.")
    cost_rate = number("Cost of an hour.")
    assigned_id = ref("The user who worked, so that hours can be booked for a colleague.")
    assigned_model = text("Whose hours they are: `User`.")
    path = anything("The way up the hierarchy.", read_only=True)
    total_billed = number("The amount billed.", read_only=True)
    total_cost = number("The cost.", read_only=True)
    timesheet_status = text("The status of the timesheet.", read_only=True)
    timesheet_id = ref("The timesheet.", read_only=True)


class Timesheet(PlanhatObject):
    """Time entries handed in together."""

    __slots__ = ()

    API_NAME = "timesheets"
    SINGULAR = "timesheet"
    PLURAL = "timesheets"
    KEYS = ("_id",)
    READ_BY = (PlanhatIdType.PLANHAT_ID,)
    WRITE_BY = READ_BY
    COMPANY_PARAMETER = None
    WITHOUT = frozenset({"source_id", "external_id", "custom"})

    status = text("The status.", options=("submitted", "approved", "returned"))
    time_entries = anything("The entries: objects with `_id` when written, ids when read.")
    assigned_model = text("Whose it is: `User`.")
    assigned_id = ref("The user.")
    date_from = day_number("The first day.")
    date_to = day_number("The last day.")
    approved_by = ref("Who approved it.", read_only=True)
    date_of_approval = moment("When it was approved.", read_only=True)


class Workflow(PlanhatCompanyOwnedObject):
    """A workflow that runs for a customer. It can only be read."""

    __slots__ = ()

    API_NAME = "workflows"
    SINGULAR = "workflow"
    PLURAL = "workflows"
    VERBS = frozenset({Verb.LIST})
    KEYS = ()
    READ_BY = ()
    WRITE_BY = ()
    PAGE = Page(100, 2000)
    COMPANY_PARAMETER = None
    WITHOUT = frozenset({"source_id", "external_id"})

    custom = anything("Values of custom fields.", read_only=True, confidence="B")
    company_id = ref("The company.", read_only=True, confidence="B")
    company_name = text("The name of the company.", read_only=True, confidence="B")
    type = text("The kind of workflow.", read_only=True, confidence="B")
    name = text("The name.", read_only=True, confidence="B")
    owner = anything("The user who owns it.", read_only=True, confidence="B")
    status = text("The status.", read_only=True, confidence="B")
    open_rate = number("Share of e-mails opened.", read_only=True, confidence="B")
    click_rate = number("Share of e-mails clicked.", read_only=True, confidence="B")
    reply_rate = number("Share of e-mails answered.", read_only=True, confidence="B")
    bounce_rate = number("Share of e-mails that came back.", read_only=True, confidence="B")
    target_id = ref("What it runs for.", read_only=True, confidence="B")
    target_name = text("The name of what it runs for.", read_only=True, confidence="B")
    target_model = text("The model of what it runs for.", read_only=True, confidence="B")
    template_id = ref("The template.", read_only=True, confidence="B")
    start_date = moment("The first day.", read_only=True, confidence="B")
    expected_end_date = moment("The expected last day.", read_only=True, confidence="B")
    expected_days = number("Expected days.", read_only=True, confidence="B")
    actual_days = number("Days so far.", read_only=True, confidence="B")
    percent_done = number("How much is done.", read_only=True, confidence="B")
    is_archived = boolean("Whether it is archived.", read_only=True, confidence="B")
    archive_date = moment("When it was archived.", read_only=True, confidence="B")
    next_start_time = moment("When the next step begins.", read_only=True, confidence="B")
    end_user_email = text("The e-mail address of the enduser.", read_only=True, confidence="B")
