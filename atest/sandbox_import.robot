*** Settings ***
Documentation    A robot can bring its own sandbox, which ends with it.

Resource         planhat.resource

Test Setup       Reset Planhat


*** Test Cases ***
With True A Sandbox Runs While The Robot Does
    ${url}=    Run In Own Sandbox    True
    Sandbox Should Be Gone    ${url}

With Auto A Sandbox Runs When There Are No Credentials
    ${url}=    Run In Own Sandbox    auto
    Sandbox Should Be Gone    ${url}

With Auto No Sandbox Runs When There Are Credentials
    Forget Requests
    ${run}=    Run Robot    sandbox_import    WANTED=auto
    Run Should Pass    ${run}
    ${requests}=    Get Requests    GET
    Should Be Equal    ${{set($requests)}}    ${{{'GET /companies'}}}

With Auto No Sandbox Runs When There Is A Vault
    ${tenant}=    Get Tenant
    ${secret}=    Create Dictionary    api_key=${tenant.api_key}    tenant_uuid=${tenant.tenant_uuid}
    ${vault}=    Make Vault    planhat_api=${secret}
    Forget Requests
    ${run}=    Run Robot    sandbox_import    WANTED=auto    PLANHAT_API_KEY=${None}    RPA_SECRET_FILE=${vault}
    Run Should Pass    ${run}
    ${requests}=    Get Requests    GET
    Should Be Equal    ${{set($requests)}}    ${{{'GET /companies'}}}

Without A Sandbox And Without Credentials The Robot Fails
    ${run}=    Run Robot    sandbox_import    WANTED=False    PLANHAT_API_KEY=${None}
    Should Be Equal
    ...    ${run.failures}[Read]
    ...    There is no Planhat API token. Give api_key\= to the library or to Connect To Planhat, or set the environment variable PLANHAT_API_KEY, or put api_key into the vault secret 'planhat_api'. Without an account, import the library with sandbox\=True.

A Dry Run Starts No Sandbox
    ${run}=    Run Robot    sandbox_import    --dryrun    --loglevel    DEBUG    WANTED=True
    Run Should Pass    ${run}
    ${lines}=    Get Lines    ${run}    DEBUG
    Should Be Empty    ${lines}


*** Keywords ***
Run In Own Sandbox
    [Documentation]    Runs a robot that has nothing, and returns where its sandbox was.
    [Arguments]    ${wanted}
    Forget Requests
    ${run}=    Run Robot    sandbox_import    --loglevel    DEBUG    WANTED=${wanted}
    ...    PLANHAT_API_KEY=${None}    PLANHAT_TENANT_UUID=${None}
    ...    PLANHAT_BASE_URL=${None}    PLANHAT_ANALYTICS_URL=${None}
    Run Should Pass    ${run}
    ${lines}=    Get Lines    ${run}
    Should Contain    ${lines}    There are 60 companies.
    ${requests}=    Get Requests
    Should Be Empty    ${requests}
    ${url}=    Get Sandbox Url    ${run}
    RETURN    ${url}
