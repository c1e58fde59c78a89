"""What was said and done: conversations, notes, tickets, tasks."""

from types import MappingProxyType

from RPA.Planhat.types.base import PlanhatCompanyOwnedObject
from RPA.Planhat.types.fields import (
    Kind,
    Page,
    Parameter,
    PlanhatIdType,
    Verb,
    anything,
    boolean,
    day_number,
    integer,
    mappings,
    moment,
    number,
    ref,
    refs,
    text,
    texts,
)  # fmt: skip

_BY_ID_OR_SOURCE = (PlanhatIdType.PLANHAT_ID, PlanhatIdType.SOURCE_ID)


class Conversation(PlanhatCompanyOwnedObject):
    """A conversation with a customer, of any type."""

    __slots__ = ()

    API_NAME = "conversations"
    SINGULAR = "conversation"
    PLURAL = "conversations"
    KEYS = ("_id", "externalId")
    READ_BY = (PlanhatIdType.PLANHAT_ID, PlanhatIdType.EXTERNAL_ID)
    PAGE = Page(30, 2000)
    MANY_COMPANIES = True
    PARAMETERS = (Parameter("type", "type", "Conversations of this type."),)

    type = text(
        "An existing touch type; Planhat stores others as `note`. `ticket` is taken; email, chat and call are reserved."
    )
    subject = text("The headline.")
    description = text("The text, which may be HTML.")
    date = moment("When it took place.")
    out_date = moment("When it was sent.")
    users = mappings("Colleagues who took part, each an object with `id`.")
    endusers = mappings("Endusers who took part, each an object with `id`.")
    owner_id = ref("The user who owns it.")
    activity_tags = refs("Tags, by their ids.")
    use_subject = boolean("Whether the subject is shown.")
    company_external_id = text("The external id of the company.")
    starred = boolean("Whether it is starred.")
    pinned = boolean("Whether it is pinned.")
    archived = boolean("Whether it is archived.")
    source = text("The system that it comes from.", confidence="B")
    start_date = moment("When it began.", confidence="B")
    status = text("The status of a ticket.", confidence="B")
    email = text("The e-mail address of who sent the ticket.", confidence="B")
    url = text("Where the ticket can be read.", confidence="B")
    severity = text("How bad the problem of the ticket is.", confidence="B")
    product = text("The product that the ticket is about.", confidence="B")
    time_spent = number("Minutes spent on the ticket.", confidence="B")
    tags = texts("Tags of a ticket; Planhat sets those of other types.", confidence="B")
    history = mappings("States of a ticket, each an object with `status` and `time`.", confidence="B")
    snippet = text("The text without tags.", read_only=True)
    create_date = moment("When it was made.", read_only=True)
    user_ids = refs("Colleagues who took part.", read_only=True)
    is_open = boolean("Whether it is open.", read_only=True)
    is_seen = boolean("Whether it was seen.", read_only=True)
    is_custom_type = boolean("Whether the type is one of the tenant's own.", read_only=True)
    has_attachments = boolean("Whether there are attachments.", read_only=True)
    has_more = boolean("Whether there is more text.", read_only=True)
    waits_to_be_filtered = boolean("Whether Planhat still filters it.", read_only=True)
    auto_tags = anything("Tags that Planhat found.", read_only=True)
    email_template_ids = refs("Templates that were used.", read_only=True)
    time_bucket = texts("Year, quarter, month and week.", read_only=True)
    sender = anything("Who sent it.", read_only=True)
    followers = refs("Users who follow it.", read_only=True)
    number_of_parts = integer("Parts of an e-mail thread.", read_only=True)
    number_of_relevant_parts = integer("Relevant parts.", read_only=True)
    assignee_name = text("The assignee.", read_only=True)
    company_source_id = text("The source id of the company.", read_only=True)
    nick_name = text("The name of the account that made it, in the response to a create.", read_only=True)
    user_id = ref("The account that made it, in the response to a create.", read_only=True)
    owner = ref("The owner: of the company in the response to a create.", read_only=True, confidence="B")
    note = text("Headline and text in one, in the response to a create.", read_only=True, confidence="B")
    sub_type = text("The kind of ticket.", read_only=True, confidence="B")
    in_date = moment("When the ticket came in.", read_only=True, confidence="B")
    days = day_number("The day of the ticket.", read_only=True, confidence="B")


class Note(Conversation):
    """A note on a customer: a conversation of type `note`. Planhat has no `/notes`."""

    __slots__ = ()

    SINGULAR = "note"
    PLURAL = "notes"
    FIXED = MappingProxyType({"type": "note"})
    WITHOUT = frozenset({"status", "email", "url", "severity", "product", "time_spent", "sub_type", "in_date", "days"})

    tags = texts("Tags.", read_only=True)
    history = mappings("Earlier states.", read_only=True)


class Ticket(PlanhatCompanyOwnedObject):
    """A support ticket, as `/tickets` takes it: in bulk only, and without e-mail address it is dropped silently.

    A single ticket is created and updated as a conversation of the type `ticket`.
    """

    __slots__ = ()

    API_NAME = "tickets"
    SINGULAR = "ticket"
    PLURAL = "tickets"
    VERBS = frozenset({Verb.LIST, Verb.UPSERT, Verb.DELETE})
    KEYS = ("_id", "sourceId")
    READ_BY = ()
    WRITE_BY = ()
    PAGE = Page(500, 10000)
    MANY_COMPANIES = True
    ONE_OF = ("domains", "companyExternalId", "companyId")
    NEVER_WITHOUT = ("email",)
    WITHOUT = frozenset({"external_id", "custom"})
    PARAMETERS = (
        Parameter("status", "status", "Tickets with this status."),
        Parameter("email", "email", "Tickets of this e-mail address."),
        Parameter("search", "search", "Tickets with these words in their text."),
    )

    company_id = ref("The company.")
    source_id = text("The id in the ticket system.", required=True)
    email = text("The e-mail address of the enduser. Rows without it are dropped by Planhat, silently.", required=True)
    domains = texts("E-mail domains of the company; needed unless the company is given.")
    company_external_id = text("The external id of the company.")
    source = text("The ticket system.")
    title = text("The headline.")
    description = text("The text.")
    url = text("Where the ticket can be read.")
    type = text("The kind of ticket.")
    severity = text("How bad it is.")
    product = text("The product concerned.")
    status = text("The status.")
    tags = texts("Tags.")
    time_spent = number("Minutes spent.")
    history = mappings("States, each an object with `status` and `time`.")
    name = text("The name of the enduser.")
    agent_email = text("The e-mail address of the agent.")
    subject = text("The headline, as lists show it.", read_only=True)
    snippet = text("The text without tags, as lists show it.", read_only=True)
    sub_type = text("The kind of ticket, as lists show it.", read_only=True)
    external_ref = text("The source id, as lists show it.", key="externalId", read_only=True, confidence="B")
    date = moment("When it came in.", read_only=True)
    in_date = moment("When it came in.", read_only=True)
    create_date = moment("When it was made.", read_only=True)
    update_date = moment("When it was written last.", read_only=True)
    days = day_number("The day on which it came in.", read_only=True)


class Task(PlanhatCompanyOwnedObject):
    """Something to do for a customer."""

    __slots__ = ()

    API_NAME = "tasks"
    SINGULAR = "task"
    PLURAL = "tasks"
    KEYS = ("_id", "sourceId")
    READ_BY = _BY_ID_OR_SOURCE
    WRITE_BY = _BY_ID_OR_SOURCE
    PAGE = Page(500, 10000)
    MANY_COMPANIES = True
    WITHOUT = frozenset({"external_id"})
    PARAMETERS = (
        Parameter("enduserIds", "enduser_ids", "Tasks with these endusers.", Kind.IDS),
        Parameter(
            "isArchived", "is_archived", "True lists archived tasks, which are left out otherwise.", Kind.BOOLEAN
        ),
    )

    main_type = text("`task`, which is the default, or `event` for the calendar.", options=("task", "event"))
    action = text("The headline.")
    description = text("The text.")
    task_type = text("The type of task.", key="type")
    status = text("The status, such as `In-progress`.")
    start_time = moment("When it begins.")
    end_time = moment("When it ends.")
    date_done = moment("When it was done.")
    no_specific_time = boolean("Whether only the day counts.")
    repeat = text("How it repeats.", options=("daily", "weekly", "monthly", "quarterly", "yearly", "custom"))
    repeat_days = integer("Days between repetitions, for `custom`.")
    owner_id = ref("The user who does it.")
    checklist = mappings("Steps, each an object with `title`.")
    activity_tags = refs("Tags, by their ids.")
    is_archived = boolean("Whether it is archived; completing a task archives it.")
    owner_name = text("The name of the owner.", read_only=True)
    snippet = text("The text without tags.", read_only=True)
    shared = boolean("Whether the customer sees it.", read_only=True)
    overdue_notified = boolean("Whether the owner was notified that it is late.", read_only=True)
    done_by = text("Who did it.", read_only=True)
    users = anything("Colleagues who take part; set `owner_id` for the one who does it.", read_only=True)
    endusers = anything("Endusers who take part.", read_only=True)
    note_id = ref("The conversation that Planhat makes of a task that is done.", read_only=True)
    user_email = text("The e-mail address of the account that made it.", read_only=True, confidence="C")
    workflow_id = ref("The workflow that the task belongs to.", read_only=True, confidence="B")
    workflow_name = text("The name of the workflow.", read_only=True, confidence="B")
    workflow_task_id = ref("The task in the workflow.", read_only=True, confidence="B")
    workflow_template_id = ref("The template of the workflow.", read_only=True, confidence="B")
    workflow_step_id = ref("The step of the workflow.", read_only=True, confidence="B")
    parent = ref("The task above.", read_only=True, confidence="B")
    children = anything("The tasks below.", read_only=True, confidence="B")
    comments = anything("Comments.", read_only=True, confidence="B")
    sort_position = integer("The place in the workflow.", read_only=True, confidence="B")
