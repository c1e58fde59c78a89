*** Settings ***
Documentation     The token and the tenant stand in this file, as they should not.

Library           RPA.Planhat

Suite Setup       Connect To Planhat    an-acceptance-token-4711
Suite Teardown    Connect To Planhat    an-acceptance-token-4711    alias=end


*** Test Cases ***
Work
    Connect To Planhat    an-acceptance-token-4711    7c9e6679-7425-40de-944b-e07fc1f90ae7
    Track Activity    Logged in    email=tess.vogel0@alderlogistics.example
    Get Companies    limit=3
    Connect To Planhat
    ...    api_key=an-acceptance-token-4711
    ...    tenant_uuid=7c9e6679-7425-40de-944b-e07fc1f90ae7
    ...    alias=again
    Create Company    name=Acme
    Get Company    extid-NONE
    Connect To Planhat    an-acceptance-token-4711    7c9e6679-7425-40de-944b-e07fc1f90ae7

Elsewhere
    Run Keyword    Connect To Planhat    an-acceptance-token-4711
    Get Companies    limit=1
    Run Keyword If    ${True}    Connect To Planhat    an-acceptance-token-4711    ELSE    Fail
    Run Keyword If    ${False}    Fail    ELSE    Connect To Planhat    an-acceptance-token-4711
    Get Companies    limit=1
    Run Keyword And Return Status    Connect To Planhat    an-acceptance-token-4711
    Repeat Keyword    2x    Connect To Planhat    an-acceptance-token-4711
    Get Companies    limit=1
    Wait Until Keyword Succeeds    2x    0 s    RPA.Planhat.Connect To Planhat    api_key=an-acceptance-token-4711
    Get Companies    limit=1
    Connect Myself
    Get Companies    limit=1
    Given Connect To Planhat    an-acceptance-token-4711
    Log    Connect To Planhat    DEBUG
    Connect To Planhat    tenant_uuid=7c9e6679-7425-40de-944b-e07fc1f90ae7    alias=second
    Track Activity    Logged in    email=tess.vogel0@alderlogistics.example

With Equals Signs
    Connect To Planhat    an-acceptance-token-4711\=\=
    Connect To Planhat    anAcceptanceToken4711==
    Connect To Planhat    api_key=anAcceptanceToken4711==

Through A Proxy
    Connect To Planhat    an-acceptance-token-4711    proxies={'http': '%{GIVEN_URL=http://127.0.0.1:9}'}
    TRY
        Connect To Planhat
        ...    an-acceptance-token-4711
        ...    proxies={'https': 'http://robot:pr0xyPassw0rd@127.0.0.1:9', 'http': 'http://robot:pr0xyPassw0rd@127.0.0.1:9'}
        ...    timeout=1 s
        Get Companies
    EXCEPT    *did not reach Planhat: *    type=GLOB
        No Operation
    END
    Connect To Planhat    an-acceptance-token-4711    proxies=http://robot:pr0xyPassw0rd@127.0.0.1:9    retries=0
    Create Company    name=Acme
    [Teardown]    Run Keyword    Connect To Planhat    proxies=http://robot:pr0xyPassw0rd@127.0.0.1:9

Never
    IF    ${False}    Connect To Planhat    an-acceptance-token-4711
    [Teardown]    Connect To Planhat    an-acceptance-token-4711    alias=torn


*** Keywords ***
Connect Myself
    [Documentation]    A keyword of the user, with the token in it.
    Connect To Planhat    an-acceptance-token-4711    alias=mine
    TRY
        Connect To Planhat    an-acceptance-token-4711    two words
    EXCEPT    *    type=GLOB
        No Operation
    FINALLY
        Connect To Planhat    an-acceptance-token-4711    alias=mine
    END
    [Teardown]    Connect To Planhat    an-acceptance-token-4711    alias=mine
