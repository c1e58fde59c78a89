*** Settings ***
Documentation    Reads a list that nobody wants to see in full; its log is measured.

Library          RPA.Planhat    calls_per_minute=0


*** Test Cases ***
Fifty Thousand Records
    ${all}=    Get Endusers
    Length Should Be    ${all}    50000
    ${same}=    Set Variable    ${all}
    Log    ${all}
    Log    ${all}[0]
