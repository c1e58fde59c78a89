"""Money: licenses, sales, opportunities, churn, invoices, and the deals, line items and products of 2026."""

from RPA.Planhat.types.base import NamedObjectMixin, PlanhatCompanyOwnedObject, PlanhatObject
from RPA.Planhat.types.fields import (
    Form,
    Kind,
    Page,
    Parameter,
    PlanhatIdType,
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


class License(PlanhatCompanyOwnedObject):
    """A subscription of a customer."""

    __slots__ = ()

    API_NAME = "licenses"
    SINGULAR = "license"
    PLURAL = "licenses"
    ONE_OF = ("value", "mrr", "arr")
    FORMS = (
        Form("it is open-ended", "fixedPeriod", value=False, needs=("mrr",), excludes=("toDate",)),
        Form("it has a fixed period", "fixedPeriod", value=True, needs=("fromDate", "toDate")),
    )
    PERIOD = ("fromDate", "toDate")

    currency = text("The currency, such as `EUR`; Planhat calls the field `_currency`.", key="_currency", required=True)
    product = text("What is licensed.")
    value = number("The total over the period; needed for a fixed period unless `mrr` is given.")
    mrr = number("Monthly recurring revenue; needed when the license is open-ended.")
    from_date = moment("The first day.")
    to_date = moment("The end of the fixed period.")
    fixed_period = boolean("True: a fixed term; false: open-ended.")
    renewal_status = text("Whether it is renewed.", options=("ongoing", "renewed", "lost"))
    auto_renews = boolean("Whether it renews by itself.")
    renewal_period = number("The length of the renewal, in `renewal_unit`.")
    renewal_unit = text("The unit of the renewal: `month`.")
    notice_period = number("The notice, in `notice_unit`.")
    notice_unit = text("The unit of the notice.", options=("day", "week", "month"))
    invoice_cycle = text("How often it is invoiced, such as `yearly`.")
    invoice_cycle_interval = integer("Every how many cycles it is invoiced.")
    invoices_generated = boolean("Whether Planhat made the invoices.")
    invoice_muted = boolean("Whether no invoices are made.")
    arr = number("Annual recurring revenue; calculated when only `mrr` or `value` is given.")
    parent = ref("The first license of a chain of renewals.")
    renewal_mrr = number("Monthly revenue that the renewal will have.")
    renewal_arr = number("Annual revenue that the renewal will have.")
    fc_new_mrr = number("Forecast of the new monthly revenue.")
    fc_new_arr = number("Forecast of the new annual revenue.")
    fc_new_mrr_optimistic = number("Optimistic forecast of the new monthly revenue.")
    fc_new_arr_optimistic = number("Optimistic forecast of the new annual revenue.")
    fc_new_mrr_pessimistic = number("Pessimistic forecast of the new monthly revenue.")
    fc_new_arr_pessimistic = number("Pessimistic forecast of the new annual revenue.")
    fc_new_start_date = moment("The first day of the forecast.", confidence="B")
    length = number("Months.", read_only=True)
    renewal_date = moment("When it renews.", read_only=True)
    renewal_days_from_now = integer("Days until it renews.", read_only=True)
    to_date_included = boolean("Whether the last day counts.", read_only=True)
    is_overdue = boolean("Whether the renewal is late.", read_only=True)
    status = text("Where the license stands.", read_only=True)
    issues = anything("Problems of the license.", read_only=True)


class Sale(PlanhatCompanyOwnedObject):
    """A sale that does not recur."""

    __slots__ = ()

    API_NAME = "sales"
    SINGULAR = "sale"
    PLURAL = "sales"

    currency = text("The currency, such as `EUR`; Planhat calls the field `_currency`.", key="_currency", required=True)
    value = number("The amount, above zero.", required=True)
    product = text("What was sold.")
    sales_date = moment("When it was sold.")


class Opportunity(PlanhatCompanyOwnedObject):
    """A deal that may come."""

    __slots__ = ()

    API_NAME = "opportunities"
    SINGULAR = "opportunity"
    PLURAL = "opportunities"
    KEYS = ("_id", "externalId")
    WRITE_BY = (PlanhatIdType.PLANHAT_ID, PlanhatIdType.EXTERNAL_ID)

    title = text("The headline.")
    sales_stage = text("The stage.")
    status = text("Whether it is decided.", options=("active", "won", "lost"))
    deal_date = moment("When it began.")
    landing_date = moment("When it should be decided.")
    close_date = moment("When it was decided.")
    currency = text("The currency; Planhat calls the field `_currency`.", key="_currency")
    owner_id = ref("The user who owns it.")
    mrr = number("Monthly recurring revenue.")
    arr = number("Annual recurring revenue.")
    nrr = number("Non-recurring revenue.")
    contract_length = integer("Months; Planhat's default is 12.")
    probability = number("How likely it is.", confidence="B")
    recurring_value = number("Recurring value.", confidence="B")
    comments = mappings("Comments.", confidence="B")
    stage_history = mappings("Earlier stages, each an object with `stage` and `to`.", read_only=True)


class Churn(PlanhatCompanyOwnedObject):
    """A log entry on lost revenue; it changes no revenue figures."""

    __slots__ = ()

    API_NAME = "churn"
    SINGULAR = "churn"
    PLURAL = "churns"
    KEYS = ("_id", "sourceId")
    READ_BY = (PlanhatIdType.PLANHAT_ID,)
    WRITE_BY = (PlanhatIdType.PLANHAT_ID, PlanhatIdType.SOURCE_ID)
    PAGE = Page(100, 2000, ask=1000)
    WITHOUT = frozenset({"external_id"})
    PARAMETERS = (
        Parameter("downgrades", "downgrades", "Only downgrades, or none.", options=("only", "excluded")),
        Parameter("from", "from_date", "Churn from this day on, as YYYY-MM-DD.", Kind.DATE),
        Parameter("to", "to_date", "Churn up to this day, as YYYY-MM-DD.", Kind.DATE),
    )

    company_id = ref("The company; advised.")
    value = number("The amount lost; advised.")
    currency = text("The currency.")
    churn_date = moment("When it was lost.")
    reasons = texts("Why.")
    comment = text("A remark.")
    products = texts("The products lost.")
    arr = number("Annual recurring revenue lost.")
    snoozed = boolean("Whether it is put off.")
    only_downgrade = boolean("Whether the customer stays and pays less.")
    description = text("A description.")


class Invoice(PlanhatCompanyOwnedObject):
    """An invoice. Its fields differ from the other models': `cId`, `extId`, and days instead of dates."""

    __slots__ = ()

    API_NAME = "invoices"
    SINGULAR = "invoice"
    PLURAL = "invoices"
    KEYS = ("_id", "sourceId", "extId")
    MANY_COMPANIES = True

    external_id = text("The id in your own system; Planhat calls the field `extId`.", key="extId")
    company_id = ref("The company; Planhat calls the field `cId`.", key="cId", required=True)
    company_name = text("The name of the company.", key="cName", read_only=True)
    currency = text("The currency.")
    product = text("What is invoiced.")
    invoice_date = day_number("The day of the invoice.")
    due_date = day_number("The day on which it is due.")
    paid_date = day_number("The day on which it was paid.")
    amount_total = number("The amount.")
    status = text("Whether it is paid.", options=("pending", "paid", "overdue"))
    line_items = mappings("Items, each with `product`, `amount`, `saleId`, `relatedId`, `dateFrom` (a day).")
    address_country = text("The country of the address.")
    invoice_cycle = text("How often it is invoiced: monthly, quarterly, yearly, semiAnnual, once or custom.")
    invoice_no = integer("The number of the invoice; it never changes.", read_only=True)
    emails = texts("Where it is sent.", read_only=True)
    amount_due = number("The amount that is due.", read_only=True)
    amount_paid = number("The amount that was paid.", read_only=True)
    comments = anything("Comments.", read_only=True)
    last_updated = moment("When it was written last.", read_only=True)


class Deal(NamedObjectMixin, PlanhatCompanyOwnedObject):
    """A deal of the revenue model of 2026."""

    __slots__ = ()

    API_NAME = "deals"
    SINGULAR = "deal"
    PLURAL = "deals"

    name = text("The name.", confidence="B")
    stage = text("The stage; only `Closed Won` counts as contracted.", confidence="B")
    owner_id = ref("The user who owns it.", confidence="B")
    followers = refs("Users who follow it.", confidence="B")
    mrr = number("Monthly recurring revenue; writable while no line item is attached.", confidence="B")
    total = number("The whole value; writable while no line item is attached.", confidence="B")
    fees = number("One-off fees.", confidence="B")
    currency = text("The currency.", confidence="B")
    close_date = moment("When it was closed.", confidence="B")
    arr = number("Annual recurring revenue.", read_only=True, confidence="B")
    renewal_date = moment("When it renews.", read_only=True, confidence="B")
    start_date = moment("The first day, from the line items.", read_only=True, confidence="B")
    end_date = moment("The last day, from the line items.", read_only=True, confidence="B")


class LineItem(PlanhatObject):
    """A part of a deal."""

    __slots__ = ()

    API_NAME = "lineitems"
    SINGULAR = "line item"
    PLURAL = "line items"
    COMPANY_PARAMETER = None

    deal_id = ref("The deal; the exact name of the field is not known.", required=True, confidence="C")
    type = text("What it is.", options=("subscription", "fee"), confidence="B")
    product_id = ref("The product, which fills in what is missing.", confidence="B")
    fixed_period = boolean(
        "True: needs from_date, to_date, length and a price; false: from_date and a price.", confidence="B"
    )
    from_date = moment("The first day.", confidence="B")
    to_date = moment("The last day.", confidence="B")
    length = number("Months.", confidence="B")
    status = text("Whether it is renewed.", options=("ongoing", "renewed", "lost"), confidence="B")
    mrr = number("Monthly recurring revenue.", confidence="B")
    arr = number("Annual recurring revenue.", confidence="B")
    value = number("The whole value.", confidence="B")


class Product(NamedObjectMixin):
    """A product of the revenue model of 2026."""

    __slots__ = ()

    API_NAME = "products"
    SINGULAR = "product"
    PLURAL = "products"
    COMPANY_PARAMETER = None

    type = text("What it is.", options=("subscription", "fee"))
    mrr = number("Monthly recurring revenue.")
    value = number("The price.")
    currency = text("The currency.")
    fixed_period = boolean("Whether the term is fixed.")
    auto_renews = boolean("Whether it renews by itself.")
    length = number("Months.")
    renewal_mrr = number("Monthly revenue of the renewal.")
    renewal_period = number("Months of the renewal.")
    notice_period = number("The notice, in `notice_unit`.")
    notice_unit = text("The unit of the notice.", options=("day", "week", "month"))
    packages = texts("Packages.")
    color = text("The colour in charts.")
    arr = number("Annual recurring revenue.", read_only=True)
    renewal_arr = number("Annual revenue of the renewal.", read_only=True)
