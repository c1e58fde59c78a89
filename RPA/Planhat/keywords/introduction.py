"""The introduction of the keyword documentation."""

from RPA.Planhat.keywords.limits import limits_table
from RPA.Planhat.types import MODELS, PlanhatObject

_TEXT = """Automates [Planhat](https://www.planhat.com): reads and writes companies, endusers, licenses and all
other models, pushes tables in bulk with an account of every row, and logs activities.

For robots that do customer-success work, run with `robot` or as processes of Control Room. Python programs use the
same class, and a local sandbox stands in for Planhat wherever a real account must not be touched.

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

`sandbox=auto` does so only when no credentials are configured, so that one robot file runs in the sandbox on a
developer's machine, and against Planhat where the environment names an account.

## Connecting

Credentials come from the arguments of the import or of [Connect To Planhat], else from the environment variables
`PLANHAT_API_KEY` and `PLANHAT_TENANT_UUID`, else from the vault secret `planhat_api` with the keys `api_key` and
`tenant_uuid`. The vault is `RPA.Robocorp.Vault`, `robocorp.vault`, or the plain JSON file that `RPA_SECRET_FILE` or
`RC_VAULT_SECRETS_FILE` names. The first keyword connects by itself.

The token is the *API Access Token* of a service account (a *private app* in Planhat's newer pages). The tenant
UUID is needed for activities and metrics only.

Several tenants are several aliases. Every keyword takes `alias=`, and [Switch Planhat Connection] changes the
current one.

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

From Python:

```python
from RPA.Planhat import Planhat, types

planhat = Planhat(vault_secret_name="planhat_emea")
companies = planhat.get_objects(types.Company)
```

Tenants on a cluster of their own give `base_url`; the cluster is in the address of Planhat's pages:
`app-us4.planhat.com` means `https://api-us4.planhat.com`. A token on the wrong cluster is not accepted.

## Records

A record is a dictionary with exactly Planhat's JSON. Its values are read as `${company}[name]` or
`${company.name}`, at every depth: `${company.custom.ARR}`. Fields are also known by their snake_case names:
`${company.renewal_date}`. A known field that is unset reads as empty; an unknown one is an error that names
near matches. Dates stay the ISO 8601 texts that Planhat sends. Names that every dictionary has (`items`,
`keys`, `values`, `update`, `get`) are read with brackets only.

Lists of records are lists. Both go into work items, `RPA.Tables` and `RPA.JSON` as they are.

Where a keyword takes a record, it takes a Planhat id (24 hexadecimal digits), an external id as `extid-A-100`, a
source id as `srcid-001x`, or the record itself. A field that refers to a company, as `company_id`, takes the same;
one that refers to another record, as `owner_id`, takes a Planhat id or a record.

## Fields

Fields are named arguments in snake_case: `first_name=Ada`. Planhat's own spelling works too: `firstName=Ada`. Custom
fields are named as in Planhat, behind `custom.`: `custom.Contract Type=Gold`. An unknown field is refused before
anything is sent.

A field that is left out stays as it is; `${None}` clears it.

Values are converted by the type of the field: `mrr=1200`, `archived=yes`, `tags=gold,emea`. Dates take ISO
8601, `today` and `now`; a day (days since 1970-01-01 in Planhat) takes a date as well.

A positional value with an equals sign is taken for a named one, by Robot Framework's rules; escape it as
`A\\=B`, or pass it in a variable.

## Reading

Lists are complete, however many pages they take and whatever others write meanwhile; a list that can not be
read to its end is an error. Read less with `properties=` and `limit=`.

Planhat can filter by few things only. The documentation of each keyword says which filters Planhat applies; all
others, as `phase=onboarding` or `custom.Region=EMEA`, are applied here after reading.

## Bulk upserts

`Upsert …` keywords take any number of rows and send them in calls of at most 5,000 rows and 32 MB, one after
the other, which is Planhat's advice. Rows are checked before the first call: unknown fields, wrong values, rows
of one key that contradict each other. The report accounts for every row exactly once: *created*, *updated*,
*unchanged*, *failed*, or *unknown* when the connection broke and sending again could store it twice. Unless
`fail_on_errors=False` is given, failed or unknown rows make the keyword fail after all rows were tried; the
good rows are stored.

| read | as |
| --- | --- |
| `${report.counts}` | how many rows ended in each outcome |
| `${report.failed}` | the failed rows, each with `number`, `row`, `key` and `reason` |
| `${report}[createdErrors]` | Planhat's own answer, merged over all calls |

`Save Upsert Report` writes the rows as three CSV files; the one of failed rows can be mended and sent again. With
`journal=`, an upload that was killed goes on where it stopped when the same is run again.

A row without a key can not be sent again safely, since Planhat would create it anew. `generate_keys=name` makes an
`external_id` of the fields that tell records apart and writes it into such rows; use it where your robot is the one
that makes these records. Where it may not write ids, `find_by=name` looks rows up whose outcome is not known.

## Tables

`Import …` keywords bring a table into Planhat, `Sync …` keywords send only what differs from what is there, and
`Export …` keywords bring records out. A table is a CSV, Excel, JSON or JSON Lines file, a list of dictionaries or
records, a Table of RPA.Tables, a pandas or polars frame, or JSON.

A mapping is a list of lines `column -> field`. Instead of a column there can be a text with columns in braces, or a
constant in quotation marks; `| upper`, `| lower` or `| title` changes the text. The field is one of the model,
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

All rows are checked before the first is sent. Unless `bad_rows=skip` is given, nothing is sent while one is bad. With
`dry_run=True` nothing is sent at all, and the keyword returns the plan: counts, and differences field by field.
`Library    RPA.Planhat    dry_run=True` makes every keyword do just that. Records that would be created get made-up
ids then.

## Errors

| error | when |
| --- | --- |
| `PlanhatAuthConfigurationError` | credentials are missing; nothing was sent |
| `PlanhatValidationError` | the input can not be right; nothing was sent |
| `PlanhatSafetyError` | `read_only` or `allow_delete` forbids it; nothing was sent |
| `PlanhatAuthFailedError` | the token is not accepted, or may not do this |
| `PlanhatNotFoundError` | there is no such record |
| `PlanhatBadRequestError` | Planhat refuses what was sent |
| `PlanhatRateLimitError`, `PlanhatServerError` | Planhat is busy or broken, after all attempts |
| `PlanhatConnectionError`, `PlanhatTimeoutError` | no connection, or no answer in time |
| `PlanhatOutcomeUnknownError` | a new record may or may not be stored; it is never sent twice |
| `PlanhatBulkError` | rows of a bulk upsert failed; the report is on the error |

Messages say what was tried, on which thing, what Planhat answered, and what to do. Messages of a kind begin
alike, so that `EXCEPT    Not found in Planhat*    type=GLOB` catches them.

## Limits and retries

Planhat allows 200 calls a minute and 150 a second. Calls are held back to stay below, over all threads of a
robot, and over all robots of a machine that name the same `rate_limit_file`. Reads, and writes that name their
record, are repeated when Planhat or the network fails; each wait is a line in the log. A record without a
unique key is never sent twice.

These limits and delays can be given to the import, and to [Connect To Planhat] for one connection. Times are
seconds, or texts such as `1 min 30 s`; sizes are bytes, or texts such as `64 MB`.

%LIMITS%

## Secrets

Tokens, tenant UUIDs and the addresses of proxies appear in no log at any level, also when they are given as plain
text to [Connect To Planhat]. What stands literally in the robot file is hidden too, except on Robot Framework before
7 and as an argument of `Run Keywords`: use a variable, the environment or the vault there.

## Names that others use

A few keywords have the same name as one of another library. When both are imported, write the full name:
`RPA.Planhat.Get User` or `RPA.Planhat.Delete Asset`.

| keyword | also in |
| --- | --- |
| `Get User` | RPA.Hubspot |
| `Delete Asset` | RPA.Robocorp.Storage |

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
