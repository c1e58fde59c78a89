"""Money: licenses, sales, opportunities, churn, invoices, and the deals, line items and products of 2026."""

from RPA.Planhat.types import fields
from RPA.Planhat.types.base import NamedObjectMixin, PlanhatCompanyOwnedObject, PlanhatObject


class License(PlanhatCompanyOwnedObject):
    """A subscription of a customer."""

    __slots__ = ()

    API_NAME = "licenses"
    SINGULAR = "license"
    PLURAL = "licenses"
    ONE_OF = ("value", "mrr", "arr")
    FORMS = (
        fields.Form("it is open-ended", "fixedPeriod", value=False, needs=("mrr",), excludes=("toDate",)),
        fields.Form("it has a fixed period", "fixedPeriod", value=True, needs=("fromDate", "toDate")),
    )
    PERIOD = ("fromDate", "toDate")

    currency = fields.text(
        "The currency, such as `EUR`; Planhat calls the field `_currency`.", key="_currency", required=True
    )
    product = fields.text("What is licensed.")
    value = fields.number("The total over the period; needed for a fixed period without `mrr`.")
    mrr = fields.number("Monthly recurring revenue; needed when the license is open-ended.")
    from_date = fields.moment("The first day.")
    to_date = fields.moment("The end of the fixed period.")
    fixed_period = fields.boolean("True: a fixed term; false: open-ended.")
    renewal_status = fields.text("Whether it is renewed.", options=("ongoing", "renewed", "lost"))
    auto_renews = fields.boolean("Whether it renews automatically.")
    renewal_period = fields.number("The length of the renewal, in `renewal_unit`.")
    renewal_unit = fields.text("The unit of the renewal: `month`.")
    notice_period = fields.number("The notice, in `notice_unit`.")
    notice_unit = fields.text("The unit of the notice.", options=("day", "week", "month"))
    invoice_cycle = fields.text("How often it is invoiced, such as `yearly`.")
    invoice_cycle_interval = fields.integer("Every how many cycles it is invoiced.")
    invoices_generated = fields.boolean("Whether Planhat made the invoices.")
    invoice_muted = fields.boolean("Whether no invoices are made.")
    arr = fields.number("Annual recurring revenue; calculated when only `mrr` or `value` is given.")
    parent = fields.ref("The first license of a chain of renewals.")
    renewal_mrr = fields.number("Monthly revenue that the renewal will have.")
    renewal_arr = fields.number("Annual revenue that the renewal will have.")
    fc_new_mrr = fields.number("Forecast of the new monthly revenue.")
    fc_new_arr = fields.number("Forecast of the new annual revenue.")
    fc_new_mrr_optimistic = fields.number("Optimistic forecast of the new monthly revenue.")
    fc_new_arr_optimistic = fields.number("Optimistic forecast of the new annual revenue.")
    fc_new_mrr_pessimistic = fields.number("Pessimistic forecast of the new monthly revenue.")
    fc_new_arr_pessimistic = fields.number("Pessimistic forecast of the new annual revenue.")
    fc_new_start_date = fields.moment("The first day of the forecast.", confidence="B")
    length = fields.number("Months.", read_only=True)
    renewal_date = fields.moment("When it renews.", read_only=True)
    renewal_days_from_now = fields.integer("Days until it renews.", read_only=True)
    to_date_included = fields.boolean("Whether the last day counts.", read_only=True)
    is_overdue = fields.boolean("Whether the renewal is late.", read_only=True)
    status = fields.text("The status of the license.", read_only=True)
    issues = fields.anything("Problems of the license.", read_only=True)


class Sale(PlanhatCompanyOwnedObject):
    """A sale that does not recur."""

    __slots__ = ()

    API_NAME = "sales"
    SINGULAR = "sale"
    PLURAL = "sales"

    currency = fields.text(
        "The currency, such as `EUR`; Planhat calls the field `_currency`.", key="_currency", required=True
    )
    value = fields.number("The amount, above zero.", required=True)
    product = fields.text("What was sold.")
    sales_date = fields.moment("When it was sold.")


class Opportunity(PlanhatCompanyOwnedObject):
    """A deal that may come."""

    __slots__ = ()

    API_NAME = "opportunities"
    SINGULAR = "opportunity"
    PLURAL = "opportunities"
    KEYS = ("_id", "externalId")
    WRITE_BY = (fields.PlanhatIdType.PLANHAT_ID, fields.PlanhatIdType.EXTERNAL_ID)

    title = fields.text("The headline.")
    sales_stage = fields.text("The stage.")
    status = fields.text("Whether it is decided.", options=("active", "won", "lost"))
    deal_date = fields.moment("When it began.")
    landing_date = fields.moment("When it should be decided.")
    close_date = fields.moment("When it was decided.")
    currency = fields.text("The currency; Planhat calls the field `_currency`.", key="_currency")
    owner_id = fields.ref("The user who owns it.")
    mrr = fields.number("Monthly recurring revenue.")
    arr = fields.number("Annual recurring revenue.")
    nrr = fields.number("Non-recurring revenue.")
    contract_length = fields.integer("Months; Planhat's default is 12.")
    probability = fields.number("How likely it is.", confidence="B")
    recurring_value = fields.number("Recurring value.", confidence="B")
    comments = fields.mappings("Comments.", confidence="B")
    stage_history = fields.mappings("Earlier stages, each an object with `stage` and `to`.", read_only=True)


class Churn(PlanhatCompanyOwnedObject):
    """A log entry on lost revenue; it changes no revenue figures."""

    __slots__ = ()

    API_NAME = "churn"
    SINGULAR = "churn"
    PLURAL = "churns"
    KEYS = ("_id", "sourceId")
    READ_BY = (fields.PlanhatIdType.PLANHAT_ID,)
    WRITE_BY = (fields.PlanhatIdType.PLANHAT_ID, fields.PlanhatIdType.SOURCE_ID)
    PAGE = fields.Page(100, 2000, ask=1000)
    WITHOUT = frozenset({"external_id"})
    PARAMETERS = (
        fields.Parameter(
            "downgrades",
            "downgrades",
            "Only downgrades, or none.",
            options=("only", "excluded"),
            shows="onlyDowngrade",
        ),
        fields.Parameter(
            "from", "from_date", "Churn from this day on, as YYYY-MM-DD.", fields.Kind.DATE, shows="churnDate"
        ),
        fields.Parameter("to", "to_date", "Churn up to this day, as YYYY-MM-DD.", fields.Kind.DATE, shows="churnDate"),
    )

    company_id = fields.ref("The company; advised.")
    value = fields.number("The amount lost; advised.")
    currency = fields.text("The currency.")
    churn_date = fields.moment("When it was lost.")
    reasons = fields.texts("Why.")
    comment = fields.text("A remark.")
    products = fields.texts("The products lost.")
    arr = fields.number("Annual recurring revenue lost.")
    snoozed = fields.boolean("Whether it is put off.")
    only_downgrade = fields.boolean("Whether the customer stays and pays less.")
    description = fields.text("A description.")


class Invoice(PlanhatCompanyOwnedObject):
    """An invoice. Its fields differ from the other models': `cId`, `extId`, and days instead of dates."""

    __slots__ = ()

    API_NAME = "invoices"
    SINGULAR = "invoice"
    PLURAL = "invoices"
    KEYS = ("_id", "sourceId", "extId")
    BULK_REQUIRED = ("currency", "invoiceDate")
    MANY_COMPANIES = True

    external_id = fields.text("The id in your own system; Planhat calls the field `extId`.", key="extId")
    company_id = fields.ref("The company; Planhat calls the field `cId`.", key="cId", required=True)
    company_name = fields.text("The name of the company.", key="cName", read_only=True)
    currency = fields.text("The currency.")
    product = fields.text("What is invoiced.")
    invoice_date = fields.day_number("The day of the invoice.")
    due_date = fields.day_number("The day on which it is due.")
    paid_date = fields.day_number("The day on which it was paid.")
    amount_total = fields.number("The amount.")
    status = fields.text("Whether it is paid.", options=("pending", "paid", "overdue"))
    line_items = fields.mappings("Items, each with `product`, `amount`, `saleId`, `relatedId`, `dateFrom` (a day).")
    address_country = fields.text("The country of the address.")
    invoice_cycle = fields.text("How often it is invoiced: monthly, quarterly, yearly, semiAnnual, once or custom.")
    invoice_no = fields.integer("The number of the invoice; it never changes.", read_only=True)
    emails = fields.texts("Where it is sent.", read_only=True)
    amount_due = fields.number("The amount that is due.", read_only=True)
    amount_paid = fields.number("The amount that was paid.", read_only=True)
    comments = fields.anything("Comments.", read_only=True)
    last_updated = fields.moment("When it was written last.", read_only=True)


class Deal(NamedObjectMixin, PlanhatCompanyOwnedObject):
    """A deal of the revenue model of 2026."""

    __slots__ = ()

    API_NAME = "deals"
    SINGULAR = "deal"
    PLURAL = "deals"

    name = fields.text("The name.", confidence="B")
    stage = fields.text("The stage; only `Closed Won` counts as contracted.", confidence="B")
    owner_id = fields.ref("The user who owns it.", confidence="B")
    followers = fields.refs("Users who follow it.", confidence="B")
    mrr = fields.number("Monthly recurring revenue; writable while no line item is attached.", confidence="B")
    total = fields.number("The whole value; writable while no line item is attached.", confidence="B")
    fees = fields.number("One-off fees.", confidence="B")
    currency = fields.text("The currency.", confidence="B")
    close_date = fields.moment("When it was closed.", confidence="B")
    arr = fields.number("Annual recurring revenue.", read_only=True, confidence="B")
    renewal_date = fields.moment("When it renews.", read_only=True, confidence="B")
    start_date = fields.moment("The first day, from the line items.", read_only=True, confidence="B")
    end_date = fields.moment("The last day, from the line items.", read_only=True, confidence="B")


class LineItem(PlanhatObject):
    """A part of a deal."""

    __slots__ = ()

    API_NAME = "lineitems"
    SINGULAR = "line item"
    PLURAL = "line items"
    COMPANY_PARAMETER = None

    deal_id = fields.ref("The deal; the exact name of the field is not known.", required=True, confidence="C")
    type = fields.text("What it is.", options=("subscription", "fee"), confidence="B")
    product_id = fields.ref("The product, which fills in what is missing.", confidence="B")
    fixed_period = fields.boolean(
        "True: needs from_date, to_date, length and a price; false: from_date and a price.", confidence="B"
    )
    from_date = fields.moment("The first day.", confidence="B")
    to_date = fields.moment("The last day.", confidence="B")
    length = fields.number("Months.", confidence="B")
    status = fields.text("Whether it is renewed.", options=("ongoing", "renewed", "lost"), confidence="B")
    mrr = fields.number("Monthly recurring revenue.", confidence="B")
    arr = fields.number("Annual recurring revenue.", confidence="B")
    value = fields.number("The whole value.", confidence="B")


class Product(NamedObjectMixin):
    """A product of the revenue model of 2026."""

    __slots__ = ()

    API_NAME = "products"
    SINGULAR = "product"
    PLURAL = "products"
    COMPANY_PARAMETER = None

    type = fields.text("What it is.", options=("subscription", "fee"))
    mrr = fields.number("Monthly recurring revenue.")
    value = fields.number("The price.")
    currency = fields.text("The currency.")
    fixed_period = fields.boolean("Whether the term is fixed.")
    auto_renews = fields.boolean("Whether it renews automatically.")
    length = fields.number("Months.")
    renewal_mrr = fields.number("Monthly revenue of the renewal.")
    renewal_period = fields.number("Months of the renewal.")
    notice_period = fields.number("The notice, in `notice_unit`.")
    notice_unit = fields.text("The unit of the notice.", options=("day", "week", "month"))
    packages = fields.texts("Packages.")
    color = fields.text("The colour in charts.")
    arr = fields.number("Annual recurring revenue.", read_only=True)
    renewal_arr = fields.number("Annual revenue of the renewal.", read_only=True)
