*** Settings ***
Documentation    The log of a robot tells in one line what each keyword did.

Resource         planhat.resource

Suite Setup      Run The Robot


*** Variables ***
${RUN}    ${None}


*** Test Cases ***
Each Keyword Writes One Line
    ${lines}=    Get Lines    ${RUN}
    Log Many    @{lines}
    Length Should Be    ${lines}    15

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
    ...    <details><summary>Read 61 companies. (first 10 of 61)</summary><table><tr><th>_id</th><th>name</th>
    Should Start With    ${lines}[1]    <details><summary>Read 1 company. (all 1)</summary>
    Should Be Equal    ${lines}[2]    Read 0 companies.

A Report Is A Line
    ${lines}=    Get Lines Of    ${RUN}    Upsert Companies
    Should Be Equal    ${lines}[0]    Upserted companies: 1 created (1 rows in 1 calls).

A Deletion Tells Whether There Was Something
    ${lines}=    Get Lines Of    ${RUN}    Delete Company
    Should Match Regexp    ${lines}[0]    ^Deleted company [0-9a-f]{24}\\.$
    Should Match Regexp    ${lines}[1]    ^There was no company [0-9a-f]{24}\\.$

Rows That Are Not Stored Are A Warning
    ${warnings}=    Get Lines    ${RUN}    WARN
    Should Be Equal    ${warnings}    ${{['1 of 1 companies are not stored for sure: 1 failed.']}}

What Planhat Says Can Not Become Markup
    Line Should Match    Update Company    (?!.*<b>bold)
    ${text}=    Get Log Text    ${RUN}
    Should Not Contain    ${text}    <td><b>bold

Requests Are Lines At Debug
    ${lines}=    Get Lines    ${RUN}    DEBUG
    Should Contain Match    ${lines}    *POST /companies*200*
    Should Not Contain Match    ${lines}    *Authorization*


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
