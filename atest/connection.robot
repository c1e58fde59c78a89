*** Settings ***
Documentation     How a robot gets its connection, and how it has several.

Resource          planhat.resource

Suite Setup       Prepare Two Tenants
Suite Teardown    Stop Other Tenant
Test Setup        Reset Planhat
Test Teardown     Close Planhat Connections


*** Variables ***
${MINE}      ${None}
${THEIRS}    ${None}


*** Test Cases ***
The First Keyword Connects With The Environment
    @{companies}=    Get Companies
    Length Should Be    ${companies}    60

The Arguments Of The Import Are Used
    ${run}=    Run Robot    arguments    PLANHAT_API_KEY=${None}    PLANHAT_BASE_URL=${None}
    ...    GIVEN_KEY=${MINE.api_key}    GIVEN_URL=${MINE.url}
    Run Should Pass    ${run}

An Import Can Be Read Only
    ${run}=    Run Robot    read_only
    Should Be Equal    ${run.statuses}    ${{{'Read': 'PASS', 'Write': 'FAIL'}}}
    Should Be Equal    ${run.failures}[Write]
    ...    PUT /companies/extid-C-00001 was not sent: this connection is read-only (read_only=True).

Two Imports Are Two Tenants
    ${run}=    Run Robot    two_imports    GIVEN_KEY=${THEIRS.api_key}    GIVEN_URL=${THEIRS.url}
    Run Should Pass    ${run}

Two Tenants Are Two Aliases
    ${alias}=    Connect To Planhat    ${MINE.api_key}    alias=mine
    Connect To Planhat    ${THEIRS.api_key}    ${THEIRS.tenant_uuid}    alias=theirs    base_url=${THEIRS.url}
    Create Company    name=Only There
    @{here}=    Get Companies    alias=mine
    @{there}=    Get Companies
    Should Be Equal    ${alias}    mine
    Length Should Be    ${here}    60
    Length Should Be    ${there}    1

Switching Tells Which Connection Was Current
    Connect To Planhat    ${MINE.api_key}    alias=mine
    Connect To Planhat    ${THEIRS.api_key}    alias=theirs    base_url=${THEIRS.url}
    ${before}=    Switch Planhat Connection    mine
    @{companies}=    Get Companies
    Should Be Equal    ${before}    theirs
    Length Should Be    ${companies}    60

An Alias That Nobody Opened Is Refused
    Connect To Planhat    ${MINE.api_key}    alias=mine
    Nothing Is Sent
    ...    There is no Planhat connection 'emea'. Open: mine. Use Connect To Planhat with alias\=emea.
    ...    Switch Planhat Connection
    ...    emea
    Nothing Is Sent
    ...    There is no Planhat connection 'emea'. Open: mine. Use Connect To Planhat with alias\=emea.
    ...    Get Companies
    ...    alias=emea

After Closing All The Next Keyword Connects With The Environment
    Connect To Planhat    ${THEIRS.api_key}    alias=theirs    base_url=${THEIRS.url}
    Close Planhat Connections
    @{companies}=    Get Companies
    Length Should Be    ${companies}    60

Credentials Come From A Plain Vault File
    ${secret}=    Create Dictionary    api_key=${MINE.api_key}    tenant_uuid=${MINE.tenant_uuid}
    ${vault}=    Make Vault    planhat_api=${secret}
    Change Environment    PLANHAT_API_KEY=${None}    PLANHAT_TENANT_UUID=${None}    RPA_SECRET_FILE=${vault}
    Track Activity    Logged in    email=tess.vogel0@alderlogistics.example
    @{companies}=    Get Companies
    Length Should Be    ${companies}    60
    ${activities}=    Count Stored    activities
    Should Be Equal    ${activities}    ${1}

A Vault Secret Is Chosen By Its Name
    ${secret}=    Create Dictionary    api_key=${THEIRS.api_key}
    ${vault}=    Make Vault    planhat_emea=${secret}
    Change Environment    RC_VAULT_SECRETS_FILE=${vault}
    Connect To Planhat    vault_secret_name=planhat_emea    base_url=${THEIRS.url}
    @{companies}=    Get Companies
    Should Be Empty    ${companies}

A Vault Without The Secret Is Told
    ${secret}=    Create Dictionary    token=x
    ${vault}=    Make Vault    planhat_api=${secret}
    Change Environment    PLANHAT_API_KEY=${None}    RPA_SECRET_FILE=${vault}
    Nothing Is Sent    There is no api_key in the vault secret 'planhat_api' (RPA_SECRET_FILE); it has: token.
    ...    Get Companies
    Nothing Is Sent
    ...    The vault gave no secret 'planhat_emea': ${vault} has no secret of that name.
    ...    Connect To Planhat
    ...    vault_secret_name=planhat_emea

A Whole Vault Secret Is Given As A Dictionary
    ${secret}=    Create Dictionary    api_key=${THEIRS.api_key}    tenant_uuid=${THEIRS.tenant_uuid}
    Connect To Planhat    ${secret}    base_url=${THEIRS.url}    analytics_url=${THEIRS.url}
    @{companies}=    Get Companies
    Should Be Empty    ${companies}
    Track Activity    Logged in    email=ada@acme.example

A Connection Can Forbid Deletions
    Connect To Planhat    ${MINE.api_key}    allow_delete=False
    Nothing Is Sent
    ...    DELETE /companies/65a001000000010000000001 was not sent: deletions are switched off (allow_delete\=False).
    ...    Delete Company
    ...    65a001000000010000000001

A Host Without Encryption Is Refused Unless It Is This Machine
    Nothing Is Sent
    ...    http://api.planhat.com would send the token unprotected; only https is taken, or http to this machine.
    ...    Connect To Planhat
    ...    ${MINE.api_key}
    ...    base_url=http://api.planhat.com

A Call Ends When Its Time Is Over
    Inject Fault    silence    route=/companies    seconds=${5}
    Connect To Planhat    ${MINE.api_key}    timeout=1 s    retries=0
    Planhat Refuses
    ...    GET /companies on 127.0.0.1 got no complete answer: the total time ran out.\nGave up after 1 attempt and 0.0 s of waits in between: all attempts are used up.
    ...    Get Companies

Limits Are Given As People Write Them
    ${run}=    Run Robot    limits
    Should Be Equal    ${run.statuses}
    ...    ${{{'Too Much Is Refused': 'FAIL', 'A Connection Can Take More': 'PASS'}}}
    Should Contain    ${run.failures}[Too Much Is Refused]    The answer is larger than the limit: GET /companies
    Should Contain    ${run.failures}[Too Much Is Refused]    raise largest_answer, as in largest_answer=1 GB.

A Senseless Limit Is Told
    ${run}=    Run Robot    typo
    Should End With    ${run.failures}[Work]    retries is a whole number, 0 or more; not -1.
    Nothing Is Sent
    ...    backoff is seconds, or a time such as 2 min, 0 or more; not -1.0.
    ...    Connect To Planhat
    ...    ${MINE.api_key}
    ...    backoff=-1 s
    Nothing Is Sent
    ...    largest_answer is bytes, or a size such as 64 MB, more than 0; not 'big'.
    ...    Connect To Planhat
    ...    ${MINE.api_key}
    ...    largest_answer=big

A Typing Error In An Option Is Told
    Nothing Is Sent
    ...    There is no option 'timout'. Did you mean timeout or read_timeout?
    ...    Connect To Planhat
    ...    timout\=5
    Nothing Is Sent
    ...    There is no option 'retrys'. Did you mean retries?
    ...    Connect To Planhat
    ...    ${MINE.api_key}
    ...    retrys\=5

Timeouts Of Robot Framework Get Through
    Inject Fault    silence    route=/companies    verb=GET    seconds=${20}
    Inject Fault    status    route=/endusers    status=${429}    retry_after=30
    Inject Fault    silence    route=/companies/{id}    verb=PUT    seconds=${20}
    Inject Fault    silence    route=/companies    verb=PUT    seconds=${20}
    Inject Fault    close_before    route=/companies    verb=POST
    ${run}=    Run Robot    timeouts
    Length Should Be    ${run.failures}    6
    FOR    ${name}    ${failure}    IN    &{run.failures}
        Should Be Equal    ${failure}    Test timeout 1 second exceeded.    msg=${name}: ${failure}
        Should Be True    ${run.seconds}[${name}] < 2.5
    END

Trouble That Passes Is Not Seen
    Inject Fault    status    route=/companies    status=${503}    retry_after=0    times=${1}
    @{companies}=    Get Companies
    Length Should Be    ${companies}    60

A Connection Is Checked, And The Log Has A Table Of It
    Forbid In Planhat    users
    ${run}=    Run Robot    check    PLANHAT_API_KEY=${MINE.api_key}    PLANHAT_BASE_URL=${MINE.url}
    ...    PLANHAT_ANALYTICS_URL=${MINE.url}    WRONG_KEY=not-the-token
    Should Be Equal    ${run.statuses}    ${{{'A Good One': 'PASS', 'A Bad One': 'FAIL', 'Only Told': 'PASS'}}}
    Should Start With
    ...    ${run.failures}[A Bad One]
    ...    The sandbox did not accept the token from the argument api_key (401).
    ${lines}=    Get Lines Of    ${run}    Check Planhat Connection
    Should Match
    ...    ${lines}[0]
    ...    <details><summary>The connection to ${MINE.url} works: *</summary><table*<th*>topic</th>*
    Should Contain    ${lines}[0]    no right: users.
    ${text}=    Get Log Text    ${run}
    Should Not Contain    ${text}    ${MINE.api_key}
    Should Not Contain    ${text}    not-the-token

A Check Never Writes
    ${before}=    Get Planhat State
    Forget Requests
    ${check}=    Check Planhat Connection
    Should Be True    ${check.ok}
    ${all}=    Get Requests
    ${reads}=    Get Requests    GET
    Should Not Be Empty    ${reads}
    Should Be Equal    ${all}    ${reads}
    State Should Be    ${before}


*** Keywords ***
Prepare Two Tenants
    [Documentation]    Starts a second sandbox.
    ${mine}=    Get Tenant
    ${theirs}=    Start Another Tenant
    Set Suite Variable    ${MINE}    ${mine}    # robocop: off=no-suite-variable
    Set Suite Variable    ${THEIRS}    ${theirs}    # robocop: off=no-suite-variable
