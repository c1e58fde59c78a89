"""What is done for and owned by customers: assets, projects, objectives, issues, time."""

from RPA.Planhat.types import fields
from RPA.Planhat.types.base import NamedObjectMixin, PlanhatCompanyOwnedObject, PlanhatObject


class Asset(NamedObjectMixin, PlanhatCompanyOwnedObject):
    """Something that a customer has: a machine, an installation, an instance."""

    __slots__ = ()

    API_NAME = "assets"
    SINGULAR = "asset"
    PLURAL = "assets"

    serial_number = fields.text("The serial number.")
    value = fields.number("What it is worth.")
    currency = fields.text("The currency; Planhat calls the field `_currency`.", key="_currency")
    install_date = fields.moment("When it was installed.")
    status = fields.text("The status; any text.")
    owner_id = fields.ref("The user who owns it.")
    owner_name = fields.text("The name of the owner.", read_only=True)
    followers = fields.refs("Users who follow it.", read_only=True, confidence="B")
    usage = fields.anything("Calculated metrics.", read_only=True, confidence="B")
    path = fields.anything("The way up the hierarchy.", read_only=True, confidence="B")
    parent_object = fields.anything("The asset above.", read_only=True, confidence="B")


class Campaign(NamedObjectMixin, PlanhatCompanyOwnedObject):
    """A campaign for a customer."""

    __slots__ = ()

    API_NAME = "campaigns"
    SINGULAR = "campaign"
    PLURAL = "campaigns"

    campaign_purpose = fields.text("What it is for.")


class Objective(NamedObjectMixin, PlanhatCompanyOwnedObject):
    """A goal of a customer."""

    __slots__ = ()

    API_NAME = "objectives"
    SINGULAR = "objective"
    PLURAL = "objectives"

    health = fields.number("How it goes, 0 to 10.")


class Workspace(NamedObjectMixin, PlanhatCompanyOwnedObject):
    """A part of a customer's installation."""

    __slots__ = ()

    API_NAME = "workspaces"
    SINGULAR = "workspace"
    PLURAL = "workspaces"

    owner_id = fields.ref("The user who owns it.")


class Project(NamedObjectMixin, PlanhatCompanyOwnedObject):
    """A project with a customer."""

    __slots__ = ()

    API_NAME = "projects"
    SINGULAR = "project"
    PLURAL = "projects"

    currency = fields.text("The currency.")
    start_date = fields.moment("The first day.")
    end_date = fields.moment("The last day.")
    mrr = fields.number("Monthly recurring revenue.")
    arr = fields.number("Annual recurring revenue.")
    nrr = fields.number("Non-recurring revenue.")


class Issue(PlanhatObject):
    """A problem or wish, of any number of companies."""

    __slots__ = ()

    API_NAME = "issues"
    SINGULAR = "issue"
    PLURAL = "issues"
    KEYS = ("_id", "sourceId")
    READ_BY = (fields.PlanhatIdType.PLANHAT_ID, fields.PlanhatIdType.SOURCE_ID)
    WRITE_BY = READ_BY
    BULK_REQUIRED = ("companyIds",)
    WITHOUT = frozenset({"external_id"})

    title = fields.text("The headline.", required=True)
    description = fields.text("The text.")
    company_ids = fields.refs("The companies concerned.")
    enduser_ids = fields.refs("The endusers concerned.")
    conversation_ids = fields.refs("Conversations about it.")
    source = fields.text("The system that it comes from.")
    source_url = fields.text("Where it can be read.")
    priority = fields.text("How urgent it is.")
    status = fields.text("The status.")
    archived = fields.boolean("Whether it is archived.")
    followers = fields.refs("Users who follow it.")
    company_names = fields.anything(
        "The companies concerned, as objects with `id` and `name`.", key="companies", read_only=True
    )
    enduser_names = fields.anything(
        "The endusers concerned, each with `id` and `name`.", key="endusers", read_only=True
    )
    mrr_combined = fields.integer("Monthly recurring revenue of these companies.", read_only=True)
    arr_combined = fields.integer("Annual recurring revenue of these companies.", read_only=True)
    company_matching_value = fields.anything("What the company was found by.", read_only=True)


class TimeEntry(PlanhatCompanyOwnedObject):
    """Hours that a colleague worked."""

    __slots__ = ()

    API_NAME = "timeentries"
    SINGULAR = "time entry"
    PLURAL = "time entries"
    KEYS = ("_id",)
    READ_BY = (fields.PlanhatIdType.PLANHAT_ID,)
    WRITE_BY = READ_BY
    WITHOUT = frozenset({"source_id", "external_id", "custom"})

    company_id = fields.ref("The company.")
    date = fields.moment("The day; Planhat cuts the time off.", required=True)
    hours = fields.number("Hours, with decimals.", required=True, least=0.1, most=24)
    description = fields.text("What was done.")
    is_time_off = fields.boolean("Whether it is time off.")
    is_billable = fields.boolean("Whether it is billed.")
    billing_code = fields.text("The billing code.")
    currency = fields.text("The currency.")
    billable_rate = fields.number("Price of an hour.")
    cost_rate = fields.number("Cost of an hour.")
    assigned_id = fields.ref("The user who worked, so that hours can be booked for a colleague.")
    assigned_model = fields.text("Whose hours they are: `User`.")
    path = fields.anything("The way up the hierarchy.", read_only=True)
    total_billed = fields.number("The amount billed.", read_only=True)
    total_cost = fields.number("The cost.", read_only=True)
    timesheet_status = fields.text("The status of the timesheet.", read_only=True)
    timesheet_id = fields.ref("The timesheet.", read_only=True)


class Timesheet(PlanhatObject):
    """Time entries handed in together."""

    __slots__ = ()

    API_NAME = "timesheets"
    SINGULAR = "timesheet"
    PLURAL = "timesheets"
    KEYS = ("_id",)
    READ_BY = (fields.PlanhatIdType.PLANHAT_ID,)
    WRITE_BY = READ_BY
    COMPANY_PARAMETER = None
    WITHOUT = frozenset({"source_id", "external_id", "custom"})

    status = fields.text("The status.", options=("submitted", "approved", "returned"))
    time_entries = fields.anything("The entries: objects with `_id` when written, ids when read.")
    assigned_model = fields.text("Whose it is: `User`.")
    assigned_id = fields.ref("The user.")
    date_from = fields.day_number("The first day.")
    date_to = fields.day_number("The last day.")
    approved_by = fields.ref("Who approved it.", read_only=True)
    date_of_approval = fields.moment("When it was approved.", read_only=True)


class Workflow(PlanhatCompanyOwnedObject):
    """A workflow that runs for a customer. It can only be read."""

    __slots__ = ()

    API_NAME = "workflows"
    SINGULAR = "workflow"
    PLURAL = "workflows"
    VERBS = frozenset({fields.Verb.LIST})
    KEYS = ()
    READ_BY = ()
    WRITE_BY = ()
    PAGE = fields.Page(100, 2000)
    COMPANY_PARAMETER = None
    WITHOUT = frozenset({"source_id", "external_id"})

    custom = fields.anything("Values of custom fields.", read_only=True, confidence="B")
    company_id = fields.ref("The company.", read_only=True, confidence="B")
    company_name = fields.text("The name of the company.", read_only=True, confidence="B")
    type = fields.text("The kind of workflow.", read_only=True, confidence="B")
    name = fields.text("The name.", read_only=True, confidence="B")
    owner = fields.anything("The user who owns it.", read_only=True, confidence="B")
    status = fields.text("The status.", read_only=True, confidence="B")
    open_rate = fields.number("Share of e-mails opened.", read_only=True, confidence="B")
    click_rate = fields.number("Share of e-mails clicked.", read_only=True, confidence="B")
    reply_rate = fields.number("Share of e-mails answered.", read_only=True, confidence="B")
    bounce_rate = fields.number("Share of e-mails that came back.", read_only=True, confidence="B")
    target_id = fields.ref("What it runs for.", read_only=True, confidence="B")
    target_name = fields.text("The name of what it runs for.", read_only=True, confidence="B")
    target_model = fields.text("The model of what it runs for.", read_only=True, confidence="B")
    template_id = fields.ref("The template.", read_only=True, confidence="B")
    start_date = fields.moment("The first day.", read_only=True, confidence="B")
    expected_end_date = fields.moment("The expected last day.", read_only=True, confidence="B")
    expected_days = fields.number("Expected days.", read_only=True, confidence="B")
    actual_days = fields.number("Days so far.", read_only=True, confidence="B")
    percent_done = fields.number("How much is done.", read_only=True, confidence="B")
    is_archived = fields.boolean("Whether it is archived.", read_only=True, confidence="B")
    archive_date = fields.moment("When it was archived.", read_only=True, confidence="B")
    next_start_time = fields.moment("When the next step begins.", read_only=True, confidence="B")
    end_user_email = fields.text("The e-mail address of the enduser.", read_only=True, confidence="B")
