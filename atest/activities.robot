*** Settings ***
Documentation    What endusers did, sent to the analytics host.

Library          OperatingSystem
Resource         planhat.resource

Test Setup       Reset Planhat


*** Variables ***
${COMPANY}    65a001000000010000000001


*** Test Cases ***
One Activity Is Sent
    Track Activity    Signed contract    email=somebody@new.example    company_external_id=C-00001    weight=3
    ${stored}=    Get Only Stored    activities    action=Signed contract
    Should Be Equal    ${stored}[companyId]    ${COMPANY}
    Should Be Equal As Integers    ${stored}[weight]    3

A Misspelled Argument Is Refused Before Anything Is Sent
    Nothing Is Sent
    ...    activities have no field 'emial'. Did you mean email?
    ...    Track Activity
    ...    Logged in
    ...    emial=a@acme.example
    Nothing Is Sent
    ...    activities have no field 'company_extrenal_id'. Did you mean company_external_id or external_id?
    ...    Track Activity
    ...    Logged in
    ...    email=a@acme.example
    ...    company_extrenal_id=C-00001
    Nothing Is Sent
    ...    activities have no field 'wieght'. Did you mean weight?
    ...    Track Activity
    ...    Logged in
    ...    email=a@acme.example
    ...    wieght=3
    ...    count=2

A Further Value Is Sent When It Is Named As Extra
    Track Activity    Shared    email=extra@new.example    company_external_id=C-00001    passive=yes    extra=passive
    Track Activity    Shared    email=extra@new.example    company_external_id=C-00001    first_name=Ada
    ${stored}=    Get Stored    activities    action=Shared
    Length Should Be    ${stored}    2

Activities Come From Rows With The Names Of Bulk And Single Calls
    ${first}=    Create Dictionary    action=Row one    id=u-77    cId=C-00001    date=2026-03-01
    ${second}=    Create Dictionary    action=Row two    externalId=u-77    companyExternalId=C-00001    count=4
    ${table}=    Make Table    ${first}    ${second}
    ${report}=    Track Activities    ${table}
    Should Be Equal As Strings    ${report}    2 received
    ${one}=    Get Only Stored    activities    action=Row one
    Should Be Equal    ${one}[date]    2026-03-01T00:00:00.000Z
    ${two}=    Get Only Stored    activities    action=Row two
    Should Be Equal As Integers    ${two}[count]    4
    Should Be Equal    ${one}[enduserId]    ${two}[enduserId]

Activities Come From A CSV File
    ${path}=    Set Variable    ${OUTPUT DIR}/activities.csv
    Create File    ${path}    action;email;cId\nFrom file;x@file.example;C-00001\nFrom file;y@file.example;C-00001\n
    ${report}=    Track Activities    ${path}
    Should Be Equal    ${report.counts}    ${{{'received': 2, 'failed': 0, 'unknown': 0}}}
    Should Be Equal As Integers    ${report.calls}    1

Rows That Do Not Say Who Did It Are Refused
    ${row}=    Create Dictionary    action=Row one
    Nothing Is Sent
    ...    Nothing was sent, since 1 row is bad:\n${SPACE*2}row 1: An activity must name who did it: give email or external_id of the enduser.
    ...    Track Activities
    ...    ${row}

Bad Rows Are Skipped When That Is Wanted
    ${bad}=    Create Dictionary    action=Row one
    ${good}=    Create Dictionary    action=Row two    email=x@skip.example    cId=C-00001
    ${rows}=    Create List    ${bad}    ${good}
    ${report}=    Track Activities    ${rows}    bad_rows=skip
    Should Be Equal As Strings    ${report}    1 received, 1 failed
    Should Be Equal As Integers    ${report.bad}[0][0]    1
    ${stored}=    Get Stored    activities    action=Row two
    Length Should Be    ${stored}    1

A Lost Answer Leaves Rows Unknown And Sends Nothing Twice
    Inject Fault    reset_after    verb=POST    times=${1}
    ${row}=    Create Dictionary    action=Once    email=x@once.example    cId=C-00001
    ${report}=    Track Activities    ${row}    fail_on_errors=False
    Should Be Equal As Strings    ${report}    1 unknown
    ${stored}=    Get Stored    activities    action=Once
    Length Should Be    ${stored}    1

A Lost Answer Is No Matter When Twice Is Fine
    Inject Fault    reset_after    verb=POST    times=${1}
    ${row}=    Create Dictionary    action=Twice    email=x@twice.example    cId=C-00001
    ${report}=    Track Activities    ${row}    at_least_once=True
    Should Be Equal As Strings    ${report}    1 received
    ${stored}=    Get Stored    activities    action=Twice
    Length Should Be    ${stored}    2

Segment Events Arrive Through The Dock
    Forget Requests
    Send Segment Identify    u-88    email=bea@segment.example    name=Bea Cole    company_external_id=C-00001
    Send Segment Track    Exported    u-88    company_external_id=C-00001    pages=4
    ${enduser}=    Get Only Stored    endusers    externalId=u-88
    Should Be Equal    ${enduser}[name]    Bea Cole
    ${activity}=    Get Only Stored    activities    action=Exported
    Should Be Equal    ${activity}[info][pages]    4
    ${requests}=    Get Requests
    Should Be Equal    ${requests}    ${{['POST /dock/segment', 'POST /dock/segment']}}

Without The Tenant There Is A Clear Error
    Change Environment    PLANHAT_TENANT_UUID=${None}
    Connect To Planhat    some-key    alias=bare
    ${row}=    Create Dictionary    action=Row one    id=1
    Run Keyword And Expect Error
    ...    Activities and metrics need the tenant UUID. Give tenant_uuid=*
    ...    Track Activities
    ...    ${row}
    ...    alias=bare
    Run Keyword And Expect Error
    ...    Activities and metrics need the tenant UUID.*
    ...    Send Segment Track
    ...    Exported
    ...    u-1
    ...    alias=bare
    [Teardown]    Close Planhat Connections

The Tenant Shows In No File
    ${tenant}=    Get Tenant
    ${run}=    Run Robot    secret_usage    --loglevel    TRACE    --debugfile    debug.txt
    Run Should Have Passed    ${run}    2
    Secrets Should Be Absent    ${run}    ${tenant.api_key}    ${tenant.tenant_uuid}
