"""The introduction of the keyword documentation."""

from RPA.Planhat.keywords.arguments import limits_table
from RPA.Planhat.types import MODELS, PlanhatObject

_TEXT = """Automates [Planhat](https://www.planhat.com): reads and writes companies, endusers, licenses and all
other models, uploads tables of any size and reports the result of every row, and logs activities.

For robots that do customer-success work, run with `robot` or as processes of Control Room. Python programs use the
same class, and a local sandbox replaces Planhat wherever a real account must not be touched.

%TOC%

## Trying it out

No account is needed. With `sandbox=True` the first keyword starts a local server that behaves like Planhat, with demo
data; it ends with the run.

```robotframework
*** Settings ***
Library    RPA.Planhat    sandbox=True

*** Tasks ***
Look Around
    @{companies}=    Get Companies    phase=onboarding
    FOR    ${company}    IN    @{companies}
        Log    ${company.name}
    END
```

```python
from RPA.Planhat import Planhat, types

planhat = Planhat(sandbox=True)
for company in planhat.get_objects(types.Company):
    print(company.name, company.phase)
planhat.close()
```

The guide *Recipes* (`docs/guides/recipes.md`) has eleven complete robots that run like this, from a weekly CRM sync to
a full export.

`sandbox=auto` does so only if no credentials are configured, so that one robot file runs in the sandbox on a
developer's machine, and against Planhat where the environment names an account. In Control Room it never starts a
sandbox: without credentials the robot fails there, instead of passing on demo data.

## Connecting

Credentials come from the arguments of the import or of [Connect To Planhat], else from the environment variables
`PLANHAT_API_KEY` and `PLANHAT_TENANT_UUID`, else from the vault secret `planhat_api` with the keys `api_key` and
`tenant_uuid`. The vault is `RPA.Robocorp.Vault`, `robocorp.vault`, or the plain JSON file that `RPA_SECRET_FILE` or
`RC_VAULT_SECRETS_FILE` names. The first keyword opens the connection.

The token is the *API Access Token* of a service account (a *private app* in Planhat's newer pages). The tenant
UUID is needed for activities and metrics only.

To use several tenants, give each connection an alias. Keywords that call Planhat take `alias=`, and
[Switch Planhat Connection] changes the current connection.

Robot Framework makes one library of all imports with equal arguments, also when they have different names:
`Library    RPA.Planhat    AS    EMEA` and `Library    RPA.Planhat    AS    APAC` share their connections, and the last
one opened is the current one of both. Imports with different arguments, such as two values of `vault_secret_name=`,
are libraries of their own.

```robotframework
*** Settings ***
Library    RPA.Planhat

*** Tasks ***
Compare Two Tenants
    Connect To Planhat    vault_secret_name=planhat_emea    alias=emea
    Connect To Planhat    vault_secret_name=planhat_apac    alias=apac
    ${emea}=    Get Companies    alias=emea
    ${apac}=    Get Companies
    Log    ${emea} and ${apac}
```

```python
from RPA.Planhat import Planhat, types

emea = Planhat(vault_secret_name="planhat_emea")
apac = Planhat(vault_secret_name="planhat_apac")
print(emea.get_objects(types.Company), "and", apac.get_objects(types.Company))
```

Tenants on a cluster of their own give `base_url`; the cluster is in the address of Planhat's pages:
`app-us4.planhat.com` means `https://api-us4.planhat.com`. A token on the wrong cluster is not accepted.

## Records and references

A record is a dictionary with exactly Planhat's JSON. Where a keyword takes a record, it takes one of these:

| reference | means |
| --- | --- |
| `5f2b1c0e9d3a4b0012345678` | Planhat's own id, 24 hexadecimal digits |
| `extid-A-100` | the external id `A-100`, the id in your own system |
| `srcid-001x` | the source id `001x`, the id in the connected CRM |
| `${company}` | the record itself |

Where a model has no external id or no source id, such a reference is refused. Fields that refer to records, such as
`company_id` and `owner`, take the same references; those that refer to a colleague take an e-mail address as well.
Filters and `where=` compare ids: they take Planhat ids, records, and the e-mail addresses of colleagues.

```robotframework
*** Tasks ***
Refer To A Company
    ${company}=    Create Company    name=Acme    external_id=A-100
    Create Enduser    email=ada@acme.example    company_id=${company}
    ${same}=    Get Company    extid-A-100
    Update Company    ${same}    phase=onboarding
```

```python
from RPA.Planhat import Planhat, types

planhat = Planhat()
company = planhat.create_object(types.Company(name="Acme", external_id="A-100"))
planhat.create_object(types.Enduser(email="ada@acme.example", company_id=company.id))
same = planhat.get_object_by_id(types.Company, "extid-A-100")
same.phase = "onboarding"
planhat.update_object(same)
```

## Fields

Fields are named arguments in snake_case: `first_name=Ada`. Planhat's own spelling works too: `firstName=Ada`. Custom
fields are named as in Planhat, behind `custom.`: `custom.Contract Type=Gold`. An unknown field is refused before
anything is sent, with suggestions.

A field that is left out stays as it is; `${None}` clears it. A row of a table can be passed as it is: `row=${row}`.

Values are converted by the type of the field: `mrr=1200`, `archived=yes`, `tags=gold,emea`.

Robot Framework reads a positional value with an equals sign as a named argument; escape it, such as `A\\=B`, or
pass it in a variable.

```robotframework
*** Tasks ***
Set And Clear Fields
    ${company}=    Create Company    name=Acme    custom.Plan=Basic    tags=gold,emea
    ${company}=    Update Company    ${company}    phase=${None}    custom.Plan=Plus
    Should Be Equal    ${company.custom}[Plan]    Plus
```

```python
from RPA.Planhat import Planhat, types

planhat = Planhat()
company = planhat.create_object(types.Company(name="Acme", custom={"Plan": "Basic"}, tags=["gold", "emea"]))
company.custom["Plan"] = "Plus"
planhat.update_object(company)
```

## Return values

Values of a record are read as `${company}[name]` or `${company.name}`, at every depth: `${company.custom.ARR}`.
Fields are also known by their snake_case names: `${company.renewal_date}`. A known field that is unset reads as
empty; an unknown one is an error with suggestions. Names that every dictionary has (`items`, `keys`, `values`,
`update`, `get`) are read with brackets only.

Lists of records are lists. Both go into work items, `RPA.Tables` and `RPA.JSON` as they are; [Flatten Objects] makes
rows of them for a table or a spreadsheet. `Create Dictionary` of Robot Framework makes plain
dictionaries of a record, and of the records in a plain list such as `@{companies}`; in `${companies}`, the list that a
keyword returned, they stay records.

As text, a record is `<Company 'Acme' 5f2b1c0e9d3a4b0012345678>`. An HTML mail shows nothing of that, since it looks
like a tag: write `${company.name}` there.

## Reading

`Get Company` returns one record and fails when there is none. `Get Companies` returns a list, which may be empty.
[Find Company] finds by name, domain or any id.

Lists are complete, however many pages they take and whatever others write meanwhile; a list that cannot be
read to its end is an error. Their records have all fields of the model. `properties=` reads fewer fields and `limit=`
fewer records, which is faster. A field that was not read is not empty: reading it is an error that names
`properties=`. See [Filters] for a part of a list. `columns=name,owner.email,company.owner.email` returns rows instead
of records, with fields of the records that are referred to. Each model is listed once for them, for any number of rows.

```robotframework
*** Tasks ***
Read What Is Needed
    @{starting}=    Get Companies    phase=onboarding    properties=name,phase    sort=name
    ${alder}=    Find Company    alder logistics    default=${None}
    IF    $alder    Get Endusers    ${alder}    limit=20
```

```python
from RPA.Planhat import Planhat, types

planhat = Planhat()
companies = planhat.get_objects(types.Company)
starting = [company for company in companies if company.phase == "onboarding"]
```

## Filters

A filter such as `phase=onboarding` or `custom.Region=EMEA` keeps records with exactly this value. Of a field with
options, such as `status` or a custom list, it has to be one of the options, in any case. A day finds all times of this
day in UTC, in filters, in `where=` and in keywords such as [Find License]. A list keeps records with one of several
values. A string is one value, also with commas, except for fields that hold a list, such as
`tags=vip,trial`. `${None}` keeps records without a value; an empty string is an error. A filter that finds nothing
although another spelling would is a warning in the log. Planhat can filter by few things only: the documentation of
each keyword names them. The library applies all other filters after downloading, and leaves out records that show
another value than Planhat was asked for, as where a proxy drops the query; the log has a warning then.

`where=` takes a condition: `where=to_date <= today+90d and renewal_status = ongoing`. It compares with `=`, `!=`,
`<`, `<=`, `>`, `>=`, `in (…)`, `contains`, `is empty` and `is not empty`, and combines with `and`, `or`, `not` and
parentheses. `today` and `now` can be moved by `d`, `w`, `m`, `y` and `h`. Case does not matter; `==` compares exactly.
Colleagues are named by their e-mail addresses: `where=owner = nora@acme.example`.
Names and values with spaces are quoted: `custom."Contract Type" = Gold`. A record without a value fits `!=`, `not in`
and `is empty` only. A field that does not exist is an error with suggestions.

`${None}` in the place of companies is an error, never "all": check what [Find Company] returned first.

```robotframework
*** Tasks ***
Find What Is Due
    ${due}=    Get Licenses    where=to_date <= today+90d and renewal_status = ongoing
    ${starting}=    Get Companies    where=phase in (onboarding, adoption) and name contains logistics
    Log    ${due} and ${starting}
```

## Bulk upserts

`Upsert …` keywords take any number of rows and send them in calls of at most 5,000 rows and 32 MB, one after
the other, which is Planhat's advice. Rows are checked before the first call: unknown fields, wrong values, rows
of one key that contradict each other. The report accounts for every row exactly once: *created*, *updated*,
*unchanged*, *failed*, or *unknown* when the connection broke and sending again could store it twice. Failed or
unknown rows make the keyword fail after all rows were tried, and the good rows are stored; with
`fail_on_errors=False` the keyword only reports them.

| read | as |
| --- | --- |
| `${report.counts}` | how many rows ended in each outcome |
| `${report.failed}` | the failed rows, each with `number`, `row`, `key` and `reason` |
| `${report}[createdErrors]` | Planhat's own answer, merged over all calls |

[Save Upsert Report] writes the rows as three CSV files. Correct the failed rows and import that file. With
`journal=`, an upload that was killed continues when it is run again.

A row without a key cannot be sent again safely, since Planhat would create another record. `generate_keys=name` makes
an `external_id` of the fields that identify records and writes it into such rows; use it for records that only your
robot creates. Where it may not write ids, `find_by=name` looks up rows whose outcome is unknown.

## Tables

`Import …` keywords bring a table into Planhat, `Sync …` keywords send only differences, and
`Export …` keywords bring records out. A table is a CSV, Excel, JSON or JSON Lines file, a list of dictionaries or
records, a Table of RPA.Tables, a pandas or polars frame, or JSON.

A mapping is a list of lines `column -> field`. Instead of a column there can be a template with columns in braces, or a
constant in quotation marks; `| upper`, `| lower` or `| title` changes the case. The field is one of the model,
`custom.<Name>`, or the company by another key: `company.name`, `company.external_id`, `company.source_id`,
`company.domain`.

```robotframework
*** Settings ***
Library    RPA.Planhat    sandbox=True

*** Variables ***
@{CONTACTS}
...    Contact No -> external_id
...    Customer -> company.name
...    {First} {Last} -> name
...    Mail -> email
...    'crm' -> tags

*** Tasks ***
Import Contacts
    ${row}=    Create Dictionary    Contact No=77    Customer=Alder Logistics    First=Ada    Last=Byron
    ...    Mail=Ada@Alder.example
    ${plan}=    Import Endusers    ${row}    ${CONTACTS}    dry_run=True
    Should Be Equal As Strings    ${plan}    1 create
    Import Endusers    ${row}    ${CONTACTS}
```

All rows are checked before the first is sent. Nothing is sent while one is bad; `bad_rows=skip` sends the others. With
`dry_run=True` nothing is sent at all, and the keyword returns the plan: counts, and differences field by field.
`Library    RPA.Planhat    dry_run=True` does so for every keyword. Records that would be created get invented ids
then.

## Dates and times

Dates stay the ISO 8601 strings that Planhat sends, in UTC: `2026-03-01T09:30:00.000Z`. Arguments take ISO 8601, dates
and datetimes of Python, `today` and `now`; a time without an offset is in the time zone UTC. A few fields are *days*,
which Planhat counts since 1970-01-01; they take a date as well. Tables may have other formats, see `dates=` of the
import keywords.

Durations, such as `timeout=`, are in Robot Framework's time format: `30 s`, `1 min 30 s`; numbers are seconds.

## Errors

| error | when |
| --- | --- |
| `PlanhatAuthConfigurationError` | credentials are missing; nothing was sent |
| `PlanhatValidationError`, `PlanhatOptionError` | the input, or the name of an option, is not valid; nothing was sent |
| `PlanhatNotReadError` | a field that was not read is asked for; `properties=` reads it |
| `PlanhatSafetyError` | `read_only`, `allow_delete`, or a count that does not match forbids it; nothing was sent |
| `PlanhatAuthFailedError`, `PlanhatPermissionError` | the token is not accepted (401), or lacks this right (403) |
| `PlanhatNotFoundError` | there is no such record (404) |
| `PlanhatBadRequestError`, `PlanhatConflictError`, `PlanhatTooLargeError` | Planhat refuses it (400, 409, 413) |
| `PlanhatRateLimitError`, `PlanhatServerError` | Planhat is busy (429) or fails (500 to 504), after all attempts |
| `PlanhatConnectionError`, `PlanhatTLSError`, `PlanhatTimeoutError` | no trusted connection, or no response in time |
| `PlanhatRedirectError`, `PlanhatUnexpectedContentError` | the host does not respond as Planhat does |
| `PlanhatResponseTooLargeError` | the response is larger than `largest_answer` |
| `PlanhatOutcomeUnknownError` | a new record may or may not be stored; it is never sent twice |
| `PlanhatBulkError` | rows of an upsert, import, sync or push failed; the report is on the error |

```robotframework
*** Tasks ***
Go On Without A Company
    TRY
        ${company}=    Get Company    extid-A-404
    EXCEPT    Not found in Planhat*    type=GLOB    AS    ${message}
        Log    ${message}
    END
```

```python
from RPA.Planhat import Planhat, errors, types

try:
    Planhat().get_object_by_id(types.Company, "extid-A-404")
except errors.PlanhatNotFoundError as error:
    print(error.status, error.path)
```

Messages name what was tried, on which record or row, the response of Planhat, and what to do. Where Planhat responds
with an error, messages of one kind begin with the same words, so that `EXCEPT    Not found in Planhat*    type=GLOB`
catches them; the guide to Control Room lists these words.

## Logging and secrets

| level | what `log.html` shows |
| --- | --- |
| INFO | a line for each keyword in plain words; lists, reports and plans as tables that open on a click; each retry |
| DEBUG | each call with method, path, status, milliseconds and bytes, and the first 2,000 characters of the answer |
| TRACE | what was sent and answered, 20,000 characters of each |
| WARN | what needs attention: rows that are not stored, or may not be, values that Planhat replaced |

Responses can contain personal data. Use `--loglevel DEBUG` only where the log file may contain it.

Tokens, tenant UUIDs and the addresses of proxies appear in no log at any level, also when they are given as plain
text to [Connect To Planhat]. Literal secrets in a robot file are hidden too, in calls of [Connect To Planhat], in the
URL of [Trigger Planhat Automation], and in `Import Library    RPA.Planhat`, also where another keyword runs them: it
becomes a variable whose value shows as `<secret>`. The library keeps them out of the message of an import that fails
as well. Not hidden is what is given literally to a keyword of your own, to the first `Import Library` of a run, in a
suite whose import of the library fails, and on Robot Framework before 7 what is written in a resource file: use a
variable, the environment or the vault there.

Where a server repeats a secret, it is also found in base64, in hexadecimal, and with characters escaped as in URLs,
JSON and web pages. It is not found where it is cut, or is part of something longer that was encoded as a whole.

An option that is written twice in one call has its last value: Robot Framework passes no other.

## Limits and retries

Planhat allows 200 calls a minute and 150 a second. The library delays calls to stay below, over all threads of a
robot, and over all robots of a machine that name the same `rate_limit_file`. Reads, and writes that name their
record, are repeated when Planhat or the network fails; each wait is a line in the log. A record without a
unique key is never sent twice.

These limits and delays can be given to the import, and to [Connect To Planhat] for one connection. Times are
seconds, or strings such as `1 min 30 s`; sizes are bytes, or strings such as `64 MB`.

%LIMITS%

`read_only=True` refuses everything that could change something, `allow_delete=False` all deletions, and with
`dry_run=True` keywords only report what they would write.

## Running in parallel

Each process of pabot, and each worker of Control Room, has a library of its own. Give them one `rate_limit_file` on
one machine, so that they share Planhat's limits. Threads of a Python program may share one `Planhat` object. Bulk
writes are sent one after the other, which is Planhat's advice; parallel robots should write to different records.

## From Python

`from RPA.Planhat import Planhat, types, errors` is all that most programs need. `Planhat` takes the arguments of the
import below, and has typed methods that take and return the same records:

| what | methods |
| --- | --- |
| read | `get_objects`, `get_object_by_id`, `list_all_companies`, `find_missing_objects` |
| write | `create_object`, `update_object`, `update_objects`, `delete_planhat_object` |
| tables | `import_objects`, `sync_objects`, `export_objects`, `flatten_objects`, `find_object`, `find_duplicates` |
| changes | `take_snapshot`, `get_changes`, `confirm_changes` |
| usage | `track_activity`, `track_activities`, `push_metrics`, `get_metrics`, `verify_metrics` |
| custom fields | `plan_custom_fields`, `apply_custom_fields`, `export_custom_fields`, `check_custom_values` |
| every day | `log_note`, `log_ticket`, `complete_task`, `archive_enduser` |

```python
from RPA.Planhat import Planhat, types

planhat = Planhat()
report = planhat.import_objects(types.Company, [{"name": "Acme", "external_id": "A-100"}])
print(report)
```

## Names that others use

A few keywords have the same name as one of another library. When both are imported, write the full name:
`RPA.Planhat.Get User` or `RPA.Planhat.Delete Asset`.

| keyword | also in |
| --- | --- |
| `Get User` | RPA.Hubspot |
| `Delete Asset` | RPA.Robocorp.Storage |

## Keywords by topic

| what | keywords |
| --- | --- |
| read | [Get Companies], [Get Company], [Find Company] and so on for each model; [List All Companies] |
| compare | [Find Duplicates], [Find Missing Objects] |
| write one | [Create Company], [Update Company], [Delete Company] and so on |
| write many | [Upsert Companies], [Import Companies], [Sync Companies] and so on; [Delete Planhat Objects] |
| reports | [Save Upsert Report], [Save Planhat Plan], [Save Planhat Rows] |
| export | [Export Companies] and so on, [Flatten Objects] |
| what changed | [Take Planhat Snapshot], [Get Planhat Changes], [Confirm Planhat Changes] |
| every day | [Log Note], [Log Ticket], [Complete Task], [Archive Enduser] |
| usage | [Track Activity], [Track Activities], [Push Metrics], [Verify Metrics], [Get Metrics], [Send Segment Track] |
| custom fields | [Plan Custom Fields], [Apply Custom Fields], [Export Custom Fields], [Check Custom Values] |
| connections | [Connect To Planhat], [Switch Planhat Connection], [Close Planhat Connections] |
| problems | [Check Planhat Connection] |
| any model | [Get Planhat Objects], [Create Planhat Object], [Planhat Request] and so on |

Tags find the same: one for each model or subject, and for what a keyword does `read`, `write` (one record), `bulk`
(many records), `delete`, `table` (files and tables), `changes` (snapshots), `raw` (any request) and `connection`.

## Models

%MODELS%
"""


def _row(model: type[PlanhatObject]) -> str:
    verbs = ", ".join(sorted((verb.value for verb in model.VERBS), key=_ORDER.index))
    needs = ", ".join(field.name for field in model.required() if field.key not in model.FIXED) or "-"
    keys = ", ".join(f"`{key}`" for key in model.KEYS) or "-"
    return f"| {model.PLURAL} | `/{model.API_NAME}` | {verbs} | {needs} | {keys} |"


_ORDER = ("list", "get", "create", "update", "upsert", "delete")
_HEAD = "| model | path | what Planhat allows | required | matched by |\n| --- | --- | --- | --- | --- |"

_MODELS = "\n".join([_HEAD, *(_row(model) for model in MODELS.values())])

INTRODUCTION = _TEXT.replace("%MODELS%", _MODELS).replace("%LIMITS%", limits_table())
