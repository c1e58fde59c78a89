*** Settings ***
Documentation    Keywords for any model, by its name, and for what the registry does not know, by its path.

Resource         planhat.resource

Test Setup       Reset Planhat


*** Variables ***
${COMPANY}    65a001000000010000000001


*** Test Cases ***
A Model Is Named In Any Usual Way
    @{by plural}=    Get Planhat Objects    time entries
    @{by singular}=    Get Planhat Objects    Time Entry
    @{by class}=    Get Planhat Objects    TimeEntry
    @{by path}=    Get Planhat Objects    /timeentries
    Length Should Be    ${by plural}    15
    Should Be Equal    ${by singular}    ${by plural}
    Should Be Equal    ${by class}    ${by plural}
    Should Be Equal    ${by path}    ${by plural}

Any Record Is Created, Read, Changed And Deleted
    Create Custom Field    name=Tier    type=text    parent=company
    ${made}=    Create Planhat Object    company    name=Acme    external_id=A-1    custom.Tier=Gold
    ${read}=    Get Planhat Object    companies    extid-A-1
    ${changed}=    Update Planhat Object    Company    ${read}    phase=adoption
    ${name}=    Delete Planhat Object    company    ${changed}
    Should Be Equal    ${read.id}    ${made.id}
    Should Be Equal    ${changed.custom.Tier}    Gold
    Should Be Equal    ${name}    ${made.id}
    ${stored}=    Get Stored    companies    externalId=A-1
    Should Be Empty    ${stored}

Any Record That May Be Missing Is Deleted
    ${name}=    Delete Planhat Object    company    extid-NONE    missing_ok=True
    Should Be Equal    ${name}    extid-NONE

Many Records Are Deleted When It Is Said How Many
    @{rows}=    Make Companies    3
    Upsert Planhat Objects    companies    ${rows}
    @{made}=    Get Companies    limit=3    sort=-_id    properties=name
    ${first}=    Set Variable    ${made}[0]
    @{doubled}=    Create List    @{made}    ${first.id}
    Nothing Is Sent
    ...    Nothing was deleted: these are 3 different companies, not 4.
    ...    Delete Planhat Objects
    ...    companies
    ...    ${doubled}
    ...    expected=4
    ${report}=    Delete Planhat Objects    companies    ${doubled}    expected=3
    Should Be Equal As Strings    ${report}    3 deleted
    ${report}=    Delete Planhat Objects    companies    ${first.id}    expected=1
    Should Be Equal As Strings    ${report}    1 missing

Records Of Any Model Are Upserted
    @{rows}=    Make Companies    3
    ${report}=    Upsert Planhat Objects    companies    ${rows}
    Should Be Equal As Strings    ${report}    3 created
    ${report}=    Upsert Planhat Objects    companies    ${rows}
    Should Be Equal As Strings    ${report}    3 unchanged

Records Of Any Model Are Filtered
    @{found}=    Get Planhat Objects    licenses    ${COMPANY}    renewal_status=ongoing    properties=value,currency
    Length Should Be    ${found}    1
    Should Be Equal    ${found[0].currency}    EUR

A Path That The Registry Does Not Know Is Sent As It Is
    Forget Requests
    Run Keyword And Expect Error    Not found in Planhat: GET /teams answered 404.*    Get Planhat Objects    /teams
    @{requests}=    Get Requests
    Should Be Equal    ${requests}    ${{['GET /teams']}}

A Raw Request Returns What Planhat Answers
    @{rows}=    Planhat Request    GET    /companies    limit=2    select=name    sort=name
    Length Should Be    ${rows}    2
    Should Be True    $rows[0].name < $rows[1].name
    ${body}=    Create Dictionary    name=Raw
    ${made}=    Planhat Request    POST    /companies    ${body}
    Should Be Equal    ${made.name}    Raw
    ${gone}=    Planhat Request    DELETE    /companies/${made._id}
    Should Be Equal    ${gone.deletedCount}    ${1}

A Raw Request Goes To Planhat Only
    Nothing Is Sent
    ...    evil.example is not the host of this connection (%{PLANHAT_BASE_URL=}).
    ...    Planhat Request
    ...    GET
    ...    https://evil.example/companies

All Companies Come In One Call
    Forget Requests
    @{companies}=    List All Companies
    Length Should Be    ${companies}    60
    Should Be Equal    ${companies[0].external_id}    C-00001
    @{requests}=    Get Requests
    Should Be Equal    ${requests}    ${{['GET /leancompanies']}}

All Companies Are Chosen By Their Status
    @{companies}=    List All Companies    status=lost,canceled
    ${lost}=    Get Stored    companies    status=lost
    ${canceled}=    Get Stored    companies    status=canceled
    Length Should Be    ${companies}    ${{len($lost) + len($canceled)}}

Rows That Planhat Does Not Have Are Found
    ${known}=    Create Dictionary    external_id=C-00001    name=Alder
    ${new}=    Create Dictionary    external_id=NEW-1    name=Nova
    @{rows}=    Create List    ${known}    ${new}
    @{missing}=    Find Missing Objects    ${rows}    company
    Length Should Be    ${missing}    1
    Should Be Equal    ${missing[0].external_id}    NEW-1

Archived Endusers Count As There
    @{archived}=    Get Endusers    archived=True
    @{missing}=    Find Missing Objects    ${archived}
    Should Be Empty    ${missing}

Nothing Is Missing Of Nothing
    @{missing}=    Find Missing Objects    ${{[]}}    company
    Should Be Empty    ${missing}
