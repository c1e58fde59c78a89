*** Settings ***
Documentation    Checks a good connection and a bad one; its log is looked at.

Library          RPA.Planhat    calls_per_minute=0


*** Test Cases ***
A Good One
    ${check}=    Check Planhat Connection
    Should Be True    ${check.ok}
    Should Be Equal    ${check}[rights][users]    no right

A Bad One
    Connect To Planhat    %{WRONG_KEY=wrong}    alias=bad
    Check Planhat Connection

Only Told
    ${check}=    Check Planhat Connection    fail_on_errors=False    alias=bad
    Should Not Be True    ${check.ok}
