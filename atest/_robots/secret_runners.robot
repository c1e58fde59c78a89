*** Settings ***
Documentation    Tokens stand literally in calls that other keywords make, in each way that Robot Framework has.

Library          RPA.Planhat

Suite Setup      Run Keywords    Log    Begins    AND    Connect To Planhat    an-acceptance-token-4711    AND    No Operation


*** Variables ***
&{TENANT}    tenant_uuid=7c9e6679-7425-40de-944b-e07fc1f90ae7
@{KEY}       an-acceptance-token-4711


*** Test Cases ***
Branches
    Run Keyword If    ${False}    Connect To Planhat    an-acceptance-token-4711
    ...    ELSE IF    ${False}    Connect To Planhat    anAcceptanceToken4711
    ...    ELSE    Connect To Planhat    an-acceptance-token-4711    alias=else
    Get Companies    limit=1    alias=else

Runners In Runners
    Run Keyword    Run Keyword If    ${True}    Connect To Planhat    an-acceptance-token-4711    ELSE    Fail
    Repeat Keyword    1x    Run Keyword And Return Status    Connect To Planhat    an-acceptance-token-4711
    Run Keyword And Ignore Error    Run Keywords    Log    x    AND    Connect To Planhat    an-acceptance-token-4711
    Comment    Connect To Planhat    an-acceptance-token-4711
    My Runner Of Keywords    Connect To Planhat    an-acceptance-token-4711    alias=mine
    Get Companies    limit=1    alias=mine

Order And Names Stay
    Connect To Planhat
    ...    alias=named
    ...    tenant_uuid=7c9e6679-7425-40de-944b-e07fc1f90ae7
    ...    api_key=an-acceptance-token-4711
    Connect To Planhat    &{TENANT}    api_key=an-acceptance-token-4711    alias=spread
    Connect To Planhat    @{KEY}    7c9e6679-7425-40de-944b-e07fc1f90ae7    alias=listed
    Connect To Planhat    an-acceptance-token-4711    &{TENANT}    alias=both
    Track Activity    Logged in    email=tess.vogel0@alderlogistics.example    alias=both
    TRY
        Connect To Planhat    # robotcode: ignore
        ...    an-acceptance-token-4711
        ...    alias=odd
        ...    nonsense=an-acceptance-token-4711
    EXCEPT    *nonsense*    type=GLOB
        No Operation
    END

Imports
    Import Library    RPA.Planhat    an-acceptance-token-4711    AS    Second
    Import Library    RPA.Planhat    tenant_uuid=7c9e6679-7425-40de-944b-e07fc1f90ae7    api_key=anAcceptanceToken4711
    ...    AS    Third
    Run Keyword    Import Library    RPA.Planhat    an-acceptance-token-4711    retries=0    AS    Fourth
    Second.Get Companies    limit=1    # robotcode: ignore
    Log    Connect To Planhat    DEBUG


*** Keywords ***
My Runner Of Keywords
    [Arguments]    ${name}    @{arguments}    &{named}
    Run Keyword    ${name}    @{arguments}    &{named}
