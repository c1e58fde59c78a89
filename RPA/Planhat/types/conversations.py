"""What was said and done: conversations, notes, tickets, tasks."""

from types import MappingProxyType

from RPA.Planhat.types import fields
from RPA.Planhat.types.base import PlanhatCompanyOwnedObject

_BY_ID_OR_SOURCE = (fields.PlanhatIdType.PLANHAT_ID, fields.PlanhatIdType.SOURCE_ID)


class Conversation(PlanhatCompanyOwnedObject):
    """A conversation with a customer, of any type."""

    __slots__ = ()

    API_NAME = "conversations"
    SINGULAR = "conversation"
    PLURAL = "conversations"
    KEYS = ("_id", "externalId")
    READ_BY = (fields.PlanhatIdType.PLANHAT_ID, fields.PlanhatIdType.EXTERNAL_ID)
    PAGE = fields.Page(30, 2000)
    MANY_COMPANIES = True
    PARAMETERS = (fields.Parameter("type", "type", "Conversations of this type."),)

    type = fields.text(
        "An existing touch type; Planhat stores others as `note`. `ticket` is taken; email, chat and call are reserved."
    )
    subject = fields.text("The headline.")
    description = fields.text("The text, which may be HTML.")
    date = fields.moment("When it took place.")
    out_date = fields.moment("When it was sent.")
    users = fields.mappings("Colleagues who took part: ids, e-mail addresses, or objects with `id`.")
    endusers = fields.mappings("Endusers who took part: ids, e-mail addresses, or objects with `id`.")
    owner_id = fields.ref("The user who owns it.")
    activity_tags = fields.refs("Tags, by their ids.")
    use_subject = fields.boolean("Whether the subject is shown.")
    company_external_id = fields.text("The external id of the company.")
    starred = fields.boolean("Whether it is starred.")
    pinned = fields.boolean("Whether it is pinned.")
    archived = fields.boolean("Whether it is archived.")
    source = fields.text("The system that it comes from.", confidence="B")
    start_date = fields.moment("When it began.", confidence="B")
    status = fields.text("The status of a ticket.", confidence="B")
    email = fields.text("The e-mail address of who sent the ticket.", confidence="B")
    url = fields.text("Where the ticket can be read.", confidence="B")
    severity = fields.text("How bad the problem of the ticket is.", confidence="B")
    product = fields.text("The product that the ticket is about.", confidence="B")
    time_spent = fields.number("Minutes spent on the ticket.", confidence="B")
    tags = fields.texts("Tags of a ticket; Planhat sets those of other types.", confidence="B")
    history = fields.mappings("States of a ticket, each an object with `status` and `time`.", confidence="B")
    snippet = fields.text("The text without tags.", read_only=True)
    create_date = fields.moment("When it was made.", read_only=True)
    user_ids = fields.refs("Colleagues who took part.", read_only=True)
    is_open = fields.boolean("Whether it is open.", read_only=True)
    is_seen = fields.boolean("Whether it was seen.", read_only=True)
    is_custom_type = fields.boolean("Whether the type is one of the tenant's own.", read_only=True)
    has_attachments = fields.boolean("Whether there are attachments.", read_only=True)
    has_more = fields.boolean("Whether there is more text.", read_only=True)
    waits_to_be_filtered = fields.boolean("Whether Planhat still filters it.", read_only=True)
    auto_tags = fields.anything("Tags that Planhat found.", read_only=True)
    email_template_ids = fields.refs("Templates that were used.", read_only=True)
    time_bucket = fields.texts("Year, quarter, month and week.", read_only=True)
    sender = fields.anything("Who sent it.", read_only=True)
    followers = fields.refs("Users who follow it.", read_only=True)
    number_of_parts = fields.integer("Parts of an e-mail thread.", read_only=True)
    number_of_relevant_parts = fields.integer("Relevant parts.", read_only=True)
    assignee_name = fields.text("The assignee.", read_only=True)
    company_source_id = fields.text("The source id of the company.", read_only=True)
    nick_name = fields.text("The name of the account that made it, in the response to a create.", read_only=True)
    user_id = fields.ref("The account that made it, in the response to a create.", read_only=True)
    owner = fields.ref("The owner: of the company in the response to a create.", read_only=True, confidence="B")
    note = fields.text("Headline and text in one, in the response to a create.", read_only=True, confidence="B")
    sub_type = fields.text("The kind of ticket.", read_only=True, confidence="B")
    in_date = fields.moment("When the ticket came in.", read_only=True, confidence="B")
    days = fields.day_number("The day of the ticket.", read_only=True, confidence="B")


class Note(Conversation):
    """A note on a customer: a conversation of type `note`. Planhat has no `/notes`."""

    __slots__ = ()

    SINGULAR = "note"
    PLURAL = "notes"
    FIXED = MappingProxyType({"type": "note"})
    WITHOUT = frozenset({"status", "email", "url", "severity", "product", "time_spent", "sub_type", "in_date", "days"})

    tags = fields.texts("Tags.", read_only=True)
    history = fields.mappings("Earlier states.", read_only=True)


class Ticket(PlanhatCompanyOwnedObject):
    """A support ticket, as `/tickets` takes it: in bulk only, and without e-mail address it is dropped silently.

    A single ticket is created and updated as a conversation of the type `ticket`.
    """

    __slots__ = ()

    API_NAME = "tickets"
    SINGULAR = "ticket"
    PLURAL = "tickets"
    VERBS = frozenset({fields.Verb.LIST, fields.Verb.UPSERT, fields.Verb.DELETE})
    KEYS = ("_id", "sourceId")
    READ_BY = ()
    WRITE_BY = ()
    PAGE = fields.Page(500, 10000)
    MANY_COMPANIES = True
    ONE_OF = ("domains", "companyExternalId", "companyId")
    NEVER_WITHOUT = ("email",)
    WITHOUT = frozenset({"external_id", "custom"})
    PARAMETERS = (
        fields.Parameter("status", "status", "Tickets with this status."),
        fields.Parameter("email", "email", "Tickets of this e-mail address."),
        fields.Parameter("search", "search", "Tickets with these words in their text."),
    )

    company_id = fields.ref("The company.")
    source_id = fields.text("The id in the ticket system.", required=True)
    email = fields.text(
        "The e-mail address of the enduser. Rows without it are dropped by Planhat, silently.", required=True
    )
    domains = fields.texts("E-mail domains of the company; needed unless the company is given.")
    company_external_id = fields.text("The external id of the company.")
    source = fields.text("The ticket system.")
    title = fields.text("The headline.")
    description = fields.text("The text.")
    url = fields.text("Where the ticket can be read.")
    type = fields.text("The kind of ticket.")
    severity = fields.text("How bad it is.")
    product = fields.text("The product concerned.")
    status = fields.text("The status.")
    tags = fields.texts("Tags.")
    time_spent = fields.number("Minutes spent.")
    history = fields.mappings("States, each an object with `status` and `time`.")
    name = fields.text("The name of the enduser.")
    agent_email = fields.text("The e-mail address of the agent.")
    subject = fields.text("The headline, as lists show it.", read_only=True)
    snippet = fields.text("The text without tags, as lists show it.", read_only=True)
    sub_type = fields.text("The kind of ticket, as lists show it.", read_only=True)
    external_ref = fields.text("The source id, as lists show it.", key="externalId", read_only=True, confidence="B")
    date = fields.moment("When it came in.", read_only=True)
    in_date = fields.moment("When it came in.", read_only=True)
    create_date = fields.moment("When it was made.", read_only=True)
    update_date = fields.moment("When it was written last.", read_only=True)
    days = fields.day_number("The day on which it came in.", read_only=True)


class Task(PlanhatCompanyOwnedObject):
    """Something to do for a customer."""

    __slots__ = ()

    API_NAME = "tasks"
    SINGULAR = "task"
    PLURAL = "tasks"
    KEYS = ("_id", "sourceId")
    READ_BY = _BY_ID_OR_SOURCE
    WRITE_BY = _BY_ID_OR_SOURCE
    PAGE = fields.Page(500, 10000)
    MANY_COMPANIES = True
    WITHOUT = frozenset({"external_id"})
    PARAMETERS = (
        fields.Parameter("enduserIds", "enduser_ids", "Tasks with these endusers.", fields.Kind.IDS, shows="endusers"),
        fields.Parameter(
            "isArchived", "is_archived", "True lists archived tasks, which are left out otherwise.", fields.Kind.BOOLEAN
        ),
    )

    main_type = fields.text("`task`, which is the default, or `event` for the calendar.", options=("task", "event"))
    action = fields.text("The headline.")
    description = fields.text("The text.")
    task_type = fields.text("The type of task.", key="type")
    status = fields.text("The status, such as `In-progress`.")
    start_time = fields.moment("When it begins.")
    end_time = fields.moment("When it ends.")
    date_done = fields.moment("When it was done.")
    no_specific_time = fields.boolean("Whether only the day counts.")
    repeat = fields.text("How it repeats.", options=("daily", "weekly", "monthly", "quarterly", "yearly", "custom"))
    repeat_days = fields.integer("Days between repetitions, for `custom`.")
    owner_id = fields.ref("The user who does it.")
    checklist = fields.mappings("Steps, each an object with `title`.")
    activity_tags = fields.refs("Tags, by their ids.")
    is_archived = fields.boolean("Whether it is archived; completing a task archives it.")
    owner_name = fields.text("The name of the owner.", read_only=True)
    snippet = fields.text("The text without tags.", read_only=True)
    shared = fields.boolean("Whether the customer sees it.", read_only=True)
    overdue_notified = fields.boolean("Whether the owner was notified that it is late.", read_only=True)
    done_by = fields.text("Who did it.", read_only=True)
    users = fields.anything("Colleagues who take part; set `owner_id` for the one who does it.", read_only=True)
    endusers = fields.anything("Endusers who take part.", read_only=True)
    note_id = fields.ref("The conversation that Planhat makes of a task that is done.", read_only=True)
    user_email = fields.text("The e-mail address of the account that made it.", read_only=True, confidence="C")
    workflow_id = fields.ref("The workflow that the task belongs to.", read_only=True, confidence="B")
    workflow_name = fields.text("The name of the workflow.", read_only=True, confidence="B")
    workflow_task_id = fields.ref("The task in the workflow.", read_only=True, confidence="B")
    workflow_template_id = fields.ref("The template of the workflow.", read_only=True, confidence="B")
    workflow_step_id = fields.ref("The step of the workflow.", read_only=True, confidence="B")
    parent = fields.ref("The task above.", read_only=True, confidence="B")
    children = fields.anything("The tasks below.", read_only=True, confidence="B")
    comments = fields.anything("Comments.", read_only=True, confidence="B")
    sort_position = fields.integer("The place in the workflow.", read_only=True, confidence="B")
