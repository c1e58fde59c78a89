*** Settings ***
Documentation     The sandbox as a library of its own, for robots with any client.

Library           Collections
Library           OperatingSystem
Library           RPA.Planhat.Sandbox    seed=demo
Library           sandbox_http.py

Suite Setup       Start Sandbox
Suite Teardown    Stop Sandbox
Test Setup        Reset Sandbox


*** Test Cases ***
A Robot Reads And Writes
    ${answer} =    Send    GET    /companies?limit=5
    Length Should Be    ${answer}[body]    5
    Send    POST    /companies    {"name": "Acme", "externalId": "A-1"}
    ${found} =    Sandbox Should Contain    companies    count=1    name=Acme    externalId=A-1
    Should Be Equal    ${found}[0][slug]    acme
    Sandbox Should Contain    companies    count=61
    Sandbox Should Not Contain    companies    name=Nobody

What Is Not There Is Told
    Run Keyword And Expect Error    The sandbox has 0 companies with name='Nobody', not at least one.*
    ...    Sandbox Should Contain    companies    name=Nobody
    Run Keyword And Expect Error    The sandbox has 1 companies with name='Alder Logistics': Alder Logistics.
    ...    Sandbox Should Not Contain    companies    name=Alder Logistics
    Run Keyword And Expect Error    ValueError: No model 'galaxies'.*    Get Sandbox Rows    galaxies

Reset Brings The Beginning Back
    Send    DELETE    /companies/extid-C-00001
    Sandbox Should Contain    companies    count=59
    Reset Sandbox
    Sandbox Should Contain    companies    count=60
    ${requests} =    Get Sandbox Requests
    Should Be Empty    ${requests}

Seeds Replace Each Other
    ${counts} =    Seed Sandbox    demo    companies=25
    Should Be Equal As Integers    ${counts}[companies]    25
    Export Sandbox    ${OUTPUT_DIR}/planhat    csv
    File Should Exist    ${OUTPUT_DIR}/planhat/companies.csv
    Seed Sandbox    empty
    Sandbox Should Contain    companies    count=0
    Seed Sandbox    ${OUTPUT_DIR}/planhat
    Sandbox Should Contain    companies    count=25
    [Teardown]    Seed Sandbox    demo    companies=60

Requests Are Kept Without Secrets
    Send    PUT    /companies    [{"externalId": "C-00001", "phase": "growth"}]
    ${writes} =    Get Sandbox Requests    method=PUT    route=/companies
    Length Should Be    ${writes}    1
    Should Be Equal    ${writes}[0][body][0][phase]    growth
    Should Be Equal    ${writes}[0][headers][Authorization]    ***
    Should Be Equal As Integers    ${writes}[0][answer][updated]    1

Faults Strike And End
    ${fault} =    Inject Sandbox Fault    status    route=/companies    status=503    retry_after=2    times=1
    ${answer} =    Send    GET    /companies
    Should Be Equal As Integers    ${answer}[status]    503
    Should Be Equal    ${answer}[headers][Retry-After]    2
    ${answer} =    Send    GET    /companies
    Should Be Equal As Integers    ${answer}[status]    200
    Clear Sandbox Faults    ${fault}
    Inject Sandbox Fault    reset_after    verb=POST    calls=1
    Run Keyword And Expect Error    *Connection*    Send    POST    /companies    {"name": "Lost"}
    Sandbox Should Contain    companies    count=1    name=Lost
    Clear Sandbox Faults

What Nobody Knows Can Be Tried
    Set Sandbox Dialect    item_errors=object    error_bodies=text
    ${answer} =    Send    PUT    /companies    [{"externalId": "new"}]
    Should Be Equal    ${answer}[body][createdErrors][0][externalId]    new
    Run Keyword And Expect Error    ValueError: No switch nonsense.*    Set Sandbox Dialect    nonsense=1

Limits And Permissions
    Set Sandbox Limits    active=True    per_minute=2
    Send    GET    /companies
    Send    GET    /companies
    ${answer} =    Send    GET    /companies
    Should Be Equal As Integers    ${answer}[status]    429
    Set Sandbox Limits    active=False
    Forbid In Sandbox    companies    delete
    ${answer} =    Send    DELETE    /companies/extid-C-00001
    Should Be Equal As Integers    ${answer}[status]    403
    Permit In Sandbox    *
    ${answer} =    Send    DELETE    /companies/extid-C-00001
    Should Be Equal As Integers    ${answer}[status]    200

Custom Fields Can Be Looked For
    ${rows} =    Get Sandbox Rows    companies    custom.Plan=Plus    status=customer
    Should Not Be Empty    ${rows}


*** Keywords ***
Send
    [Documentation]    Sends a request to the sandbox, as any client would, and returns the answer.
    [Arguments]    ${method}    ${path}    ${body}=${None}
    ${url} =    Start Sandbox
    ${answer} =    Send Request    ${method}    ${url}${path}    ${body}
    RETURN    ${answer}
