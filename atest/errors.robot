*** Settings ***
Documentation    Bad input gives one clear error and leaves Planhat as it was.

Resource         planhat.resource

Test Setup       Reset Planhat
Test Teardown    Close Planhat Connections


*** Test Cases ***
An Unknown Field Is Refused
    [Template]    Nothing Is Sent
    The model company has no field 'phse'. Did you mean phase? Custom fields are written custom.<Name>\=value.
    ...    Create Company    name=Acme    phse=x
    The model company has no field 'fone_primary'. Did you mean phone_primary? Custom fields are written custom.<Name>\=value.
    ...    Update Company    extid-C-00001    fone_primary=x
    The model company has no field 'phse'. Did you mean phase? Custom fields are written custom.<Name>\=value.
    ...    Get Companies    phse=x
    The model company has no field 'phse'. Did you mean phase? Custom fields are written custom.<Name>\=value.
    ...    Get Companies    properties=name,phse
    The model company has no field 'phse'. Did you mean phase? Custom fields are written custom.<Name>\=value.
    ...    Get Companies    sort=-phse
    The model license has no field 'renewal_state'. Did you mean renewal_status or renewal_date? Custom fields are written custom.<Name>\=value.
    ...    Create Planhat Object    license    renewal_state=ongoing

An Unknown Model Is Refused
    [Template]    Nothing Is Sent
    There is no model 'companys'. Did you mean companies or campaigns? Known are: NPS responses, assets, campaigns, churns, companies, conversations, custom fields, deals, endusers, invoices, issues, licenses, line items, metrics, notes, objectives, opportunities, products, projects, sales, tasks, tickets, time entries, timesheets, users, workflows, workspaces. Other models are reached by their path, such as /teams.
    ...    Get Planhat Objects    companys
    There is no model 'customer'. Did you mean companies? Known are: NPS responses, assets, campaigns, churns, companies, conversations, custom fields, deals, endusers, invoices, issues, licenses, line items, metrics, notes, objectives, opportunities, products, projects, sales, tasks, tickets, time entries, timesheets, users, workflows, workspaces. Other models are reached by their path, such as /teams.
    ...    Create Planhat Object    customer    name=Acme
    There is no model 'Contacts'. Did you mean endusers? Known are: NPS responses, assets, campaigns, churns, companies, conversations, custom fields, deals, endusers, invoices, issues, licenses, line items, metrics, notes, objectives, opportunities, products, projects, sales, tasks, tickets, time entries, timesheets, users, workflows, workspaces. Other models are reached by their path, such as /teams.
    ...    Get Planhat Objects    Contacts
    There is no model 'nonsense'. Did you mean notes? Known are: NPS responses, assets, campaigns, churns, companies, conversations, custom fields, deals, endusers, invoices, issues, licenses, line items, metrics, notes, objectives, opportunities, products, projects, sales, tasks, tickets, time entries, timesheets, users, workflows, workspaces. Other models are reached by their path, such as /teams.
    ...    Upsert Planhat Objects    nonsense    ${{[]}}
    There is no model ''. Known are: NPS responses, assets, campaigns, churns, companies, conversations, custom fields, deals, endusers, invoices, issues, licenses, line items, metrics, notes, objectives, opportunities, products, projects, sales, tasks, tickets, time entries, timesheets, users, workflows, workspaces. Other models are reached by their path, such as /teams.
    ...    Delete Planhat Object    ${EMPTY}    extid-C-00001
    The model of plain rows is unknown: set model\=, such as model\=company.
    ...    Find Missing Objects    ${{[{'external_id': 'x'}]}}

A Missing Required Field Is Refused
    [Template]    Nothing Is Sent
    A new company needs name.    Create Company    external_id=A-1
    A new company needs name.    Create Company    name=${EMPTY}
    A new company needs name.    Create Company
    A new enduser needs one of email, external_id, source_id.
    ...    Create Enduser    first_name=Ada
    A new license needs company_id and currency.
    ...    Create License    value=5
    A new invoice needs company_id.
    ...    Create Invoice    currency=EUR
    A new NPS response needs score.
    ...    Create NPS Response    email=a@acme.example
    A new project needs company_id.
    ...    Create Planhat Object    project    name=Roll-out
    Nothing to update: no field was given for this company.
    ...    Update Company    extid-C-00001
    An activity must name who did it: give email or external_id of the enduser.
    ...    Track Activity    Logged in
    An activity needs an action, such as `Logged in`.
    ...    Track Activity    ${EMPTY}    email=a@acme.example

A Record That Is Not There Is Not Found
    [Template]    Planhat Refuses
    Not found in Planhat: GET /companies/extid-NONE answered 404. Planhat said: company not found\nCheck the id. An external id needs the prefix extid-, a source id the prefix srcid-.
    ...    Get Company    extid-NONE
    Not found in Planhat: GET /companies/000000000000000000000001 answered 404. Planhat said: company not found\nCheck the id. An external id needs the prefix extid-, a source id the prefix srcid-.
    ...    Get Company    000000000000000000000001
    Not found in Planhat: PUT /companies/srcid-NONE answered 404. Planhat said: company not found\nCheck the id. An external id needs the prefix extid-, a source id the prefix srcid-.
    ...    Update Company    srcid-NONE    phase=x
    Not found in Planhat: DELETE /companies/000000000000000000000001 answered 404. Planhat said: company not found\nCheck the id. An external id needs the prefix extid-, a source id the prefix srcid-.
    ...    Delete Company    000000000000000000000001
    Not found in Planhat: GET /licenses/extid-NONE answered 404. Planhat said: license not found\nCheck the id. An external id needs the prefix extid-, a source id the prefix srcid-.
    ...    Get License    extid-NONE

A Wrong Id Is Refused By Planhat
    [Template]    Planhat Refuses
    Planhat refused the request: GET /companies/C-00001 answered 400. Planhat said: Params identifier must be planhat _id OR start with `extid-` or `srcid-`\n'C-00001' is not a valid Planhat id, which has 24 hexadecimal digits. An external id is written extid-C-00001. A source id is written srcid-C-00001. Find Company finds it by name.
    ...    Get Company    C-00001
    Planhat refused the request: PUT /companies/C-00001 answered 400. Planhat said: Params identifier must be planhat _id OR start with `extid-` or `srcid-`\n'C-00001' is not a valid Planhat id, which has 24 hexadecimal digits. An external id is written extid-C-00001. A source id is written srcid-C-00001. Find Company finds it by name.
    ...    Update Company    C-00001    phase=x
    Planhat refused the request: DELETE /companies/C-00001 answered 400. Planhat said: Params identifier must be planhat _id OR start with `extid-` or `srcid-`\n'C-00001' is not a valid Planhat id, which has 24 hexadecimal digits. An external id is written extid-C-00001. A source id is written srcid-C-00001. Find Company finds it by name.
    ...    Delete Company    C-00001
    Planhat refused the request: POST /assets answered 400. Planhat said: invalid id\ncompany_id takes a Planhat id, which has 24 hexadecimal digits; 'nonsense' is not one. An external id is written extid-nonsense. A source id is written srcid-nonsense. Find Company finds it by name.
    ...    Create Asset    name=Pump    company_id=nonsense
    Planhat refused the request: GET /companies/Alder%20Logistics answered 400. Planhat said: Params identifier must be planhat _id OR start with `extid-` or `srcid-`\n'Alder Logistics' is not a valid Planhat id, which has 24 hexadecimal digits. An external id is written extid-Alder Logistics. A source id is written srcid-Alder Logistics. Find Company finds it by name.
    ...    Log Note    Alder Logistics    Hello
    Planhat refused the request: GET /customfields/Tier answered 400. Planhat said: Params identifier must be planhat _id OR start with `extid-` or `srcid-`\n'Tier' is not a valid Planhat id, which has 24 hexadecimal digits. Find Custom Field finds it by name.
    ...    Get Custom Field    Tier

What Can Not Be An Id Is Refused
    [Template]    Nothing Is Sent
    This does not refer to a company: '' cannot be a Planhat id: it is empty.
    ...    Get Company    ${EMPTY}
    This does not refer to a company: '' cannot be an external id: it is empty.
    ...    Get Company    extid-
    This does not refer to a company: '..' cannot be a Planhat id: it would address another route.
    ...    Get Company    ..
    This does not refer to a company: This company has no id: neither _id, sourceId nor externalId.
    ...    Get Company    ${{{}}}
    This does not refer to a company: None is neither an id nor a record.
    ...    Delete Company    ${None}

A Wrong Token Is Told
    Connect To Planhat    wrong-token
    Planhat Refuses
    ...    Planhat did not accept the token: GET /companies answered 401. Planhat said: Unauthorized\nCheck that the API token is complete, not expired and not paused, and that base_url is the cluster of the tenant.
    ...    Get Companies
    Planhat Refuses
    ...    Planhat did not accept the token: POST /companies answered 401. Planhat said: Unauthorized\nCheck that the API token is complete, not expired and not paused, and that base_url is the cluster of the tenant.
    ...    Create Company
    ...    name=Acme

No Token Is Told Before Anything Is Sent
    Close Planhat Connections
    Change Environment    PLANHAT_API_KEY=${None}
    Nothing Is Sent
    ...    There is no Planhat API token. Give api_key\= to the library or to Connect To Planhat, or set the environment variable PLANHAT_API_KEY, or put api_key into the vault secret 'planhat_api'. Without an account, import the library with sandbox\=True.
    ...    Create Company
    ...    name=Acme

A Token That Can Not Be One Is Refused
    Nothing Is Sent
    ...    The token in the argument api_key contains spaces or characters that are not in any token. Copy it again.
    ...    Connect To Planhat
    ...    two words

No Tenant Is Told Before Anything Is Sent
    Close Planhat Connections
    Change Environment    PLANHAT_TENANT_UUID=${None}
    Nothing Is Sent
    ...    Activities and metrics need the tenant UUID. Give tenant_uuid\=, set the environment variable PLANHAT_TENANT_UUID, or put tenant_uuid into the vault secret.
    ...    Track Activity
    ...    Logged in
    ...    email=tess.vogel0@alderlogistics.example

A Host That Can Not Be Reached Is Told
    ${url}=    Get Unreachable Url
    Connect To Planhat    base_url=${url}    retries=0
    Nothing Is Sent
    ...    POST /companies on 127.0.0.1 did not reach Planhat: connection refused. Planhat has processed nothing.\nGave up after 1 attempt and 0.0 s of waits in between: all attempts are used up.
    ...    Create Company
    ...    name=Acme

A Token Without The Right Is Told
    Forbid In Planhat    companies
    Planhat Refuses
    ...    Planhat did not permit this: POST /companies answered 403. Planhat said: You are not allowed to create Company.\nGive the service account of the token the right for this model and this action, in Planhat.
    ...    Create Company
    ...    name=Acme

An Empty List Is No Error
    ${before}=    Get Planhat State
    ${report}=    Upsert Companies    ${{[]}}
    @{missing}=    Find Missing Objects    ${{[]}}    company
    @{licenses}=    Get Licenses    ${{[]}}
    Should Be Equal As Strings    ${report}    no rows
    Should Be Empty    ${missing}
    Should Be Empty    ${licenses}
    State Should Be    ${before}

A Limit Below Nothing Is Refused
    Nothing Is Sent    limit must not be negative; it is -1.    Get Companies    limit=-1

An Answer That Is Not Planhat's Is Told
    Inject Fault
    ...    status
    ...    route=/companies
    ...    status=${200}
    ...    body=<html>Please log in</html>
    ...    content_type=text/html
    Planhat Refuses
    ...    The answer is not what Planhat sends: GET /companies answered 200. Planhat said: <html>Please log in</html>\nCheck base_url and proxies: something else than Planhat may have answered.
    ...    Get Companies

A New Record That May Be Stored Is Not Sent Twice
    Inject Fault    close_after    verb=POST    route=/companies
    Forget Requests
    Run Keyword And Expect Error
    ...    EQUALS:POST /companies was sent (15 bytes, digest 2e52492792c2), and then: connection closed without an answer. It may or may not be stored.\nIt was not sent again, because that could store it twice. Send it again only if it is not there some seconds from now.\nLook for it with: Get Companies${SPACE*4}name=Acme\nA record with a source_id or an external_id is looked up automatically.
    ...    Create Company
    ...    name=Acme
    ${requests}=    Get Requests    POST
    Should Be Equal    ${requests}    ${{['POST /companies']}}

Errors Of A Kind Begin Alike
    TRY
        Get Company    extid-NONE
    EXCEPT    Not found in Planhat*    type=GLOB
        ${company}=    Create Company    name=Acme    external_id=NONE
    END
    Should Be Equal    ${company.external_id}    NONE
