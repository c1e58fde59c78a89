*** Settings ***
Documentation    Lists are complete, and as small as one wants them.

Resource         planhat.resource

Test Setup       Reset Planhat


*** Variables ***
${FIRST}     65a001000000010000000001
${SECOND}    65a001000000010000000002


*** Test Cases ***
A List Is Complete However Many Rows A Page Has
    Set Planhat Dialect    page_cap=7
    @{companies}=    Get Companies
    Should Contain Each Once    ${companies}    60

Four And A Half Thousand Endusers Come Back Through Pages Of A Thousand
    ${company}=    Create Dictionary    _id=000000000000000000000001    name=Acme
    @{companies}=    Create List    ${company}
    ${endusers}=    Make Endusers    4500
    Seed Planhat    companies=${companies}    endusers=${endusers}
    Set Planhat Dialect    page_cap=1000
    @{found}=    Get Endusers
    Should Contain Each Once    ${found}    4500
    [Teardown]    Seed Planhat With Demo

A List Is Complete While Others Delete
    Set Planhat Dialect    page_cap=10
    Inject Fault    rows_deleted    route=/companies    rows=${3}
    @{companies}=    Get Companies
    Should Be True    len({each.id for each in $companies}) == len($companies)
    @{left}=    Get Stored    companies
    Should Be True    {each['_id'] for each in $left} <= {each.id for each in $companies}

A Limit Reads No More Than That
    Forget Requests
    @{companies}=    Get Companies    limit=5
    Length Should Be    ${companies}    5
    @{queries}=    Get Queries    /companies
    Length Should Be    ${queries}    1

A Limit Of Nothing Is An Empty List
    @{companies}=    Get Companies    limit=0
    Should Be Empty    ${companies}

A List Is Sorted By Planhat
    @{up}=    Get Companies    sort=external_id    limit=3
    @{down}=    Get Companies    sort=-external_id    limit=3    properties=external_id
    Should Be Equal    ${up[0].name}    Alder Logistics
    Should Be Equal    ${{[each.external_id for each in $down]}}    ${{['C-00060', 'C-00059', 'C-00058']}}

Without An Order The List Is Sorted By Its Ids
    Forget Requests
    Get Companies
    @{queries}=    Get Queries    /companies
    Should Be Equal    ${queries}[0][sort]    _id

Only The Properties That Are Asked For Are Read
    Forget Requests
    @{companies}=    Get Companies    properties=name,external_id    limit=1
    @{queries}=    Get Queries    /companies
    Should Be Equal    ${queries}[0][select]    name,externalId
    Should Be Equal    ${{set($companies[0])}}    ${{{'_id', 'name', 'externalId'}}}

Properties Are A Text Or A List Or All
    @{as list}=    Create List    name    phase
    @{some}=    Get Companies    properties=${as list}    limit=1
    @{all}=    Get Companies    properties=ALL    limit=1
    Should Be Equal    ${{set($some[0])}}    ${{{'_id', 'name', 'phase'}}}
    Should Be Equal    ${all[0].city}    Stockholm

A Field Is A Filter That Is Applied Here
    Forget Requests
    @{companies}=    Get Companies    phase=onboarding
    ${stored}=    Get Stored    companies    phase=onboarding
    Length Should Be    ${companies}    ${{len($stored)}}
    Should Be True    all(each.phase == 'onboarding' for each in $companies)
    @{queries}=    Get Queries    /companies
    Dictionary Should Not Contain Key    ${queries}[0]    phase

A Parameter Of Planhat Is A Filter That Planhat Applies
    Forget Requests
    @{endusers}=    Get Endusers    email=tess.vogel0@alderlogistics.example
    Length Should Be    ${endusers}    1
    @{queries}=    Get Queries    /endusers
    Should Be Equal    ${queries}[0][email]    tess.vogel0@alderlogistics.example

A Custom Field Is A Filter
    @{companies}=    Get Companies    custom.Seats=307    custom.Plan=Basic
    Length Should Be    ${companies}    1
    Should Be Equal    ${companies[0].name}    Alder Logistics

Several Filters Hold Together
    @{companies}=    Get Companies    status=customer    country=Sweden    limit=2
    Should Be True    all(each.status == 'customer' and each.country == 'Sweden' for each in $companies)

One Company Is Named By Any Of Its Ids
    @{by id}=    Get Licenses    ${FIRST}
    @{by external id}=    Get Licenses    extid-C-00001
    @{by source id}=    Get Licenses    company_ids=srcid-crm-100000
    Length Should Be    ${by id}    1
    Should Be Equal    ${by external id}    ${by id}
    Should Be Equal    ${by source id}    ${by id}

Several Companies Are A Text With Commas, A List, Or Records
    @{ids}=    Create List    ${FIRST}    extid-C-00002
    @{records}=    Get Companies    limit=2
    @{by text}=    Get Licenses    ${FIRST}, ${SECOND}
    @{by list}=    Get Licenses    ${ids}
    @{by records}=    Get Licenses    ${records}
    @{by record}=    Get Licenses    ${records}[0]
    Length Should Be    ${by text}    2
    Should Be Equal    ${by list}    ${by text}
    Should Be Equal    ${by records}    ${by text}
    Length Should Be    ${by record}    1

Companies Are Chosen Here Where Planhat Can Not
    @{workflows}=    Get Workflows    extid-C-00008
    Length Should Be    ${workflows}    1
    Should Be Equal    ${workflows[0].company_name}    Harbour Retail

Rows Have Fields Of The Records That Are Referred To
    @{rows}=    Get Licenses    ${FIRST}    columns=value,company.name,company.owner.email
    Length Should Be    ${rows}    1
    ${license}=    Get Licenses    ${FIRST}
    ${company}=    Get Company    ${FIRST}
    ${owner}=    Get User    ${company.owner}
    Should Be Equal    ${rows}[0][value]    ${license}[0][value]
    Should Be Equal    ${rows}[0][company.name]    ${company.name}
    Should Be Equal    ${rows}[0][company.owner.email]    ${owner.email}

Columns And Properties Are Not Both Given
    Planhat Refuses
    ...    Give columns\= or properties\=, not both: columns\= reads what it needs.
    ...    Get Companies    columns=name    properties=name

No Companies Are No Records
    @{licenses}=    Get Licenses    ${{[]}}
    Should Be Empty    ${licenses}

A List That Can Not Be Read To Its End Is An Error
    Set Planhat Dialect    page_cap=10
    Inject Fault    status    route=/companies    status=${400}    body=The list is closed    calls=${{[3]}}
    Planhat Refuses
    ...    Planhat refused the request: GET /companies answered 400. Planhat said: The list is closed\nUsually a required field is missing, a key is used twice, or a value has the wrong form.
    ...    Get Companies
