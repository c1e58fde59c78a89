*** Settings ***
Documentation    Secrets are in no file that a run leaves behind, even at TRACE.

Resource         planhat.resource

Test Setup       Reset Planhat
Test Template    Secrets Stay Secret


*** Variables ***
@{EVERYTHING}    --loglevel    TRACE    --debugfile    debug.txt    --xunit    xunit.xml


*** Test Cases ***
As Plain Text In The Robot File
    secret_literal    3
As Plain Text In The Robot File That Is Not Run
    secret_literal    5    --dryrun
As Arguments Of Keywords That Run Keywords
    secret_runners    4
As Arguments Of Keywords That Are Not Run
    secret_runners    4    --dryrun
As Variables
    secret_variable    0
As Secret Variables
    [Setup]    Reset For Robot Framework    7.4
    secret_type    0
As Arguments Of The Import
    secret_import    0
In The Environment
    secret_elsewhere    0    --test    Work
In A Vault File
    [Setup]    Use A Vault File    RPA_SECRET_FILE
    secret_elsewhere    1
In A Vault File Of The Other Name
    [Setup]    Use A Vault File    RC_VAULT_SECRETS_FILE
    secret_elsewhere    1
In The Address Of A Proxy
    secret_proxy    0
In The Address Of A Proxy In The Environment
    [Setup]    Use The Proxy Of The Environment
    secret_proxy_of_environment    0
When Everything Fails
    [Setup]    Prepare Failures
    secret_failures    0


*** Keywords ***
Secrets Stay Secret
    [Documentation]    Runs a robot with secrets and looks through all that it left behind.
    [Arguments]    ${robot}    ${passed}    @{options}
    ${tenant}=    Get Tenant
    ${url}=    Get Unreachable Url
    ${proxy}=    Start Refusing Proxy    pr0xyPassw0rd
    ${run}=    Run Robot    ${robot}    @{EVERYTHING}    @{options}
    ...    GIVEN_KEY=${tenant.api_key}    GIVEN_TENANT=${tenant.tenant_uuid}    GIVEN_URL=${url}
    ...    GIVEN_PROXY=${proxy}
    Run Should Have Passed    ${run}    ${passed}
    Secrets Should Be Absent    ${run}    ${tenant.api_key}    ${tenant.tenant_uuid}    anAcceptanceToken4711
    ...    pr0xyPassw0rd    robot:pr0xyPassw0rd

Use A Vault File
    [Documentation]    Credentials are in a vault file only.
    [Arguments]    ${variable}
    Reset Planhat
    ${tenant}=    Get Tenant
    ${secret}=    Create Dictionary    api_key=${tenant.api_key}    tenant_uuid=${tenant.tenant_uuid}
    ${vault}=    Make Vault    planhat_api=${secret}
    Change Environment    PLANHAT_API_KEY=${None}    PLANHAT_TENANT_UUID=${None}    ${variable}=${vault}

Use The Proxy Of The Environment
    [Documentation]    The proxy is named by the environment only.
    Reset Planhat
    ${proxy}=    Start Refusing Proxy    pr0xyPassw0rd
    Change Environment    HTTPS_PROXY=${proxy}    PLANHAT_BASE_URL=https://planhat.test

Prepare Failures
    [Documentation]    Planhat breaks connections, and repeats the token in an answer.
    Reset Planhat
    ${tenant}=    Get Tenant
    Inject Fault    close_before    route=/analytics*
    Inject Fault    status
    ...    route=/companies/{id}
    ...    status=${400}
    ...    body=The token ${tenant.api_key} of ${tenant.tenant_uuid} is no good
