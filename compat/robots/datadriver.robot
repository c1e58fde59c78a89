*** Settings ***
Documentation    DataDriver: one test for each row of a CSV; its cells are texts.

Library          DataDriver    file=${CURDIR}${/}datadriver.csv    dialect=excel
Library          RPA.Planhat

Suite Setup      Create Custom Field    name=Region    type=text    parent=company
Test Template    Store And Compare


*** Test Cases ***
Company ${name}    Default Name    DRIVEN-0    1    # robotcode: ignore[VariableNotReplaced]


*** Keywords ***
Store And Compare
    [Documentation]    Texts of numbers and of custom fields end as what the fields hold.
    [Arguments]    ${name}    ${external_id}    ${score}    ${custom}=${None}
    ${company}=    Create Company
    ...    name=${name}
    ...    external_id=${external_id}
    ...    csm_score=${score}
    ...    custom=${custom}
    Should Be Equal    ${company.name}    ${name}
    ${again}=    Get Company    extid-${external_id}
    Should Be Equal As Numbers    ${again.csm_score}    ${score}
    Should Be Equal    ${again.custom}[Region]    ${custom}[Region]
