*** Settings ***
Documentation    The log of a robot tells in one line what each keyword did.

Resource         planhat.resource

Suite Setup      Run The Robot


*** Variables ***
${RUN}       ${None}
${TABLES}    ${None}


*** Test Cases ***
Each Keyword Writes One Line
    ${lines}=    Get Lines    ${RUN}
    Log Many    @{lines}
    Length Should Be    ${lines}    16

Records Are Named By What People Call Them
    [Template]    Line Should Match
    Create Company    Created company 'Acme' [0-9a-f]{24}\\.
    Update Company    Updated company 'Acme' [0-9a-f]{24}\\.
    Get Company    Read company 'Acme' [0-9a-f]{24}\\.
    Planhat Request    GET /companies answered 200\\.
    Track Activity    Sent activity 'Logged in' of tess\\.vogel0@alderlogistics\\.example\\.
    Close Planhat Connections    Closed all Planhat connections\\.
    Connect To Planhat    Connected to http://127\\.0\\.0\\.1:\\d+ as 'mine'\\.

A List Is A Line With A Table Behind It
    ${lines}=    Get Lines Of    ${RUN}    Get Companies
    Should Start With
    ...    ${lines}[0]
    ...    <details><summary>Read 61 companies. (first 10 of 61)</summary><table cellpadding="4"><tr><th align="left">_id</th><th
    Should Start With    ${lines}[1]    <details><summary>Read 1 company. (all 1)</summary>
    Should Be Equal    ${lines}[2]    Read 0 companies.

A Report Is A Line With What Became Of Its Rows
    ${lines}=    Get Lines Of    ${RUN}    Upsert Companies
    Should Start With
    ...    ${lines}[0]
    ...    <details><summary>Upserted companies: 1 created (1 row in 1 call). (all 1)</summary><table
    Should Contain    ${lines}[0]    <td>1</td><td>created</td><td>Nova (externalId=A-2)</td>

A Deletion Tells Whether There Was Something
    ${lines}=    Get Lines Of    ${RUN}    Delete Company
    Should Match Regexp    ${lines}[0]    ^Deleted company [0-9a-f]{24}\\.$
    Should Match Regexp    ${lines}[1]    ^There was no company [0-9a-f]{24}\\.$
    ${lines}=    Get Lines Of    ${RUN}    Delete Planhat Object
    Should Match Regexp    ${lines}[0]    ^There was no company [0-9a-f]{24}\\.$

A Rehearsal Never Says That Something Was Written
    Reset Planhat
    ${before}=    Get Planhat State
    ${run}=    Run Robot    dry_run
    Run Should Pass    ${run}
    State Should Be    ${before}
    ${lines}=    Get Lines    ${run}
    Log Many    @{lines}
    FOR    ${line}    IN    @{lines}
        Should Match Regexp
        ...    ${line}
        ...    ^(<details><summary>)?(Dry run, |Dry run: |Read |Planned \\w+, nothing was sent|comparing |GET /companies answered 200)
    END
    ${lines}=    Get Lines Of    ${run}    Archive Enduser
    Should Match Regexp    ${lines}[1]    ^Dry run, not archived: enduser '.*' [0-9a-f]{24}\\.$
    ${lines}=    Get Lines Of    ${run}    Planhat Request
    Should Be Equal    ${lines}[1]    Dry run, not sent: POST /companies.

Rows That Are Not Stored Are A Warning
    ${warnings}=    Get Lines    ${RUN}    WARN
    Should Be Equal    ${warnings}    ${{['1 of 1 companies were not stored: 1 failed.']}}

Bad Rows Are Counted In A Warning Or In The Message Of The Failure
    Run The Robot Of Tables
    ${warnings}=    Get Lines    ${TABLES}    WARN
    Should Contain Match
    ...    ${warnings}
    ...    1 of 2 rows of companies cannot be stored as they are. The first: row ? refused: *
    Should Not Contain Match    ${warnings}    2 of 2 rows of companies cannot be stored as they are*

What Planhat Says Can Not Become Markup
    Line Should Match    Update Company    (?!.*<b>bold)
    ${text}=    Get Log Text    ${RUN}
    Should Not Contain    ${text}    <td><b>bold

Requests Are Lines At Debug With The Beginning Of The Answer
    ${lines}=    Get Lines Of    ${RUN}    Create Company    DEBUG
    Should Match Regexp    ${lines}[-2]    ^POST /companies: status 200, \\d+ ms, \\d+ bytes\\n\\{.*"name": ?"Acme"
    ${lines}=    Get Lines Of    ${RUN}    Get Companies    DEBUG
    ${pages}=    Get Matches    ${lines}    GET /companies: status 200,*
    Should Match Regexp    ${pages}[0]    (?s)^.{2000,2100} … and [\\d,]+ more characters$
    ${lines}=    Get Lines    ${RUN}    DEBUG
    Should Not Contain Match    ${lines}    *Authorization*
    ${trace}=    Get Lines    ${RUN}    TRACE
    Should Be Empty    ${trace}

Bodies Are There In Full At Trace
    Reset Planhat
    ${run}=    Run Robot    log    --loglevel    TRACE
    ${lines}=    Get Lines Of    ${run}    Create Company    TRACE
    ${bodies}=    Get Matches    ${lines}    POST /companies\n*
    Should Match Regexp    ${bodies}[0]    ^POST /companies\\nsent: \\{.*"name": ?"Acme".*\\nanswered: \\{.*"_id"
    ${tenant}=    Get Tenant
    Secrets Should Be Absent    ${run}    ${tenant.api_key}    ${tenant.tenant_uuid}

Retries Are Lines
    Inject Fault    status    status=${503}    times=${1}
    ${run}=    Run Robot    log_retries
    Run Should Pass    ${run}
    ${lines}=    Get Lines Of    ${run}    Get Companies
    Should Match Regexp    ${lines}[0]    ^GET /companies: .*503.*; attempt 2 of 5 in \\d+\\.\\d s$
    Should Start With    ${lines}[1]    <details><summary>Read 1 company.

What Has Rows Is A Table
    [Template]    Table Should Be In Log
    Import Companies    Planned companies, nothing was sent: 1 create. (all    A-1
    Import Companies    Rows that are not stored, counted below the column names (all 1)    unheard
    Upsert Companies    Upserted companies: 2 created (2 rows in 1 call). (all 2)    externalId=A-4
    Delete Planhat Objects    Deleted companies: 1 deleted, 1 missing. (all 2)    <td>missing</td>
    Verify Metrics    Verified metrics: 0 of 1 arrived    A-999
    Plan Custom Fields    Planned custom fields:    Tier
    Apply Custom Fields    Applied custom fields: 1 created, 1 failed. (all 2)    <td>failed</td><td>company.Tier</td><td>no</td>
    Apply Custom Fields    Applied custom fields: 1 created, 1 unchanged. (all 1)    <td>created</td><td>company.Tier</td>
    Apply Custom Fields    Applied custom fields: 2 unchanged, 6 deleted. (all 6)    <td>deleted</td><td>company.

Fields That Are As Declared Are No Table
    Run The Robot Of Tables
    ${lines}=    Get Lines Of    ${TABLES}    Apply Custom Fields
    Should Be Equal    ${lines}[2]    Applied custom fields: 2 unchanged.

A List Of Fifty Thousand Makes A Small Log Even At Trace
    ${companies}=    Evaluate    [{'_id': f'{1:024x}', 'name': 'Acme'}]
    ${endusers}=    Make Endusers    50000
    Seed Planhat    companies=${companies}    endusers=${endusers}
    ${run}=    Run Robot    log_big_list    --loglevel    TRACE
    Run Should Pass    ${run}
    ${size}=    Get Size Of Output    ${run}
    Should Be True    10000 < ${size} < 1000000
    [Teardown]    Seed Planhat With Demo


*** Keywords ***
Run The Robot
    [Documentation]    Runs the robot whose log is looked at, once.
    Reset Planhat
    ${run}=    Run Robot    log    --loglevel    DEBUG
    Run Should Pass    ${run}    warnings=1
    Set Suite Variable    ${RUN}    ${run}    # robocop: off=no-suite-variable

Line Should Match
    [Documentation]    The first line of a keyword matches as a whole.
    [Arguments]    ${keyword}    ${pattern}
    ${lines}=    Get Lines Of    ${RUN}    ${keyword}
    Should Match Regexp    ${lines}[0]    ^${pattern}

Run The Robot Of Tables
    [Documentation]    Runs the robot whose tables are looked at, once; Planhat refuses the first custom field.
    IF    $TABLES is None
        Reset Planhat
        Inject Fault
        ...    status
        ...    verb=POST
        ...    route=/customfields
        ...    status=${400}
        ...    body=${{{'message': 'no'}}}
        ...    times=${1}
        ${run}=    Run Robot    log_tables
        Set Suite Variable    ${TABLES}    ${run}    # robocop: off=no-suite-variable
    END

Table Should Be In Log
    [Documentation]    A keyword wrote a folded table with this headline and this cell, and no markup of the data.
    [Arguments]    ${keyword}    ${headline}    ${cell}
    Run The Robot Of Tables
    ${lines}=    Get Lines Of    ${TABLES}    ${keyword}
    ${found}=    Get Matches    ${lines}    regexp=<details><summary>${{re.escape($headline)}}.*${{re.escape($cell)}}.*
    Should Not Be Empty    ${found}    ${keyword} wrote ${lines}.
    Should Not Contain    ${found}[0]    <i>
