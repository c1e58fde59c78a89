*** Settings ***
Documentation    Custom fields as a declared schema.

Library          OperatingSystem
Resource         planhat.resource

Test Setup       Reset Planhat


*** Variables ***
${CSV}    Field Name;Object;Type;Options\nSegment 9;Company;picklist;Small|Large\nOld Score 9;Enduser;number;\n


*** Test Cases ***
A File Is Planned Applied And Applied Again
    ${path}=    Set Variable    ${OUTPUT DIR}/fields.csv
    Create File    ${path}    ${CSV}
    ${plan}=    Plan Custom Fields    ${path}
    Should Be Equal As Integers    ${plan.counts}[create]    2
    Should Be Equal    ${plan.lines}[0]    + company.Segment 9 (list)
    ${report}=    Apply Custom Fields    ${path}
    Should Be Equal As Strings    ${report}    2 created
    Forget Requests
    ${again}=    Apply Custom Fields    ${path}
    Should Be Equal As Strings    ${again}    2 unchanged
    @{writes}=    Get Requests    POST
    Should Be Empty    ${writes}

A Text Of Options Is Split As In A Declaration
    [Template]    Options Are Read As
    Gold; Silver    Gold    Silver
    Gold, Silver    Gold    Silver
    Up to 1,000; Above    Up to 1,000    Above
    \["Up to 1,000"]    Up to 1,000
    Gold|Silver    Gold    Silver

An Option May Hold Signs In A List
    ${options}=    Create List    Up to 1,000    a; b
    ${field}=    Create Custom Field    name=Size 9    parent=company    type=list    list_values=${options}
    Should Be Equal    ${field.list_values}    ${options}

Drift Is Shown And Mended
    ${field}=    Create Dictionary    name=Segment 9    parent=company    type=list    options=Small; Large
    Apply Custom Fields    ${{[$field]}}
    ${stored}=    Get Only Stored    customfields    name=Segment 9
    Update Custom Field    ${stored}[_id]    list_values=Small,Huge
    ${plan}=    Plan Custom Fields    ${{[$field]}}
    Should Be Equal    ${plan.lines}[0]    ~ company.Segment 9: list_values: + Large, - Huge
    Apply Custom Fields    ${{[$field]}}
    ${plan}=    Plan Custom Fields    ${{[$field]}}
    Should Be True    ${plan.is_done}

An Exported File Declares What Is There
    ${path}=    Export Custom Fields    ${OUTPUT DIR}/exported.yaml
    ${plan}=    Plan Custom Fields    ${path}
    Should Be True    ${plan.is_done}
    Should Be Empty    ${plan.extra}

Only The Models That Are Named Are Exported
    Create Custom Field    name=Score 9    parent=enduser    type=number
    ${path}=    Export Custom Fields    ${OUTPUT DIR}/endusers.json    models=Endusers, licenses
    ${plan}=    Plan Custom Fields    ${path}
    ${names}=    Evaluate    [str(each.declared) for each in $plan.steps]
    Should Contain    ${names}    enduser.Score 9
    Should Not Contain Match    ${names}    company.*

A Misspelled Model Is No Export
    Run Keyword And Expect Error
    ...    *There is no model 'compnies'. Did you mean companies*
    ...    Export Custom Fields
    ...    ${OUTPUT DIR}/misspelled.json
    ...    models=endusers,compnies
    File Should Not Exist    ${OUTPUT DIR}/misspelled.json

Values Are Checked And Converted Before An Upsert
    Create Custom Field    name=Seats 9    parent=company    type=number
    Create Custom Field    name=Segment 9    parent=company    type=list    list_values=Small,Large
    ${row}=    Create Dictionary    name=Acme    external_id=V-1    custom.Seats 9=12    custom.Segment 9=Large
    ${checked}=    Check Custom Values    ${row}    company
    Upsert Companies    ${checked.rows}
    ${stored}=    Get Only Stored    companies    externalId=V-1
    Should Be Equal    ${stored}[custom]    ${{{'Seats 9': 12, 'Segment 9': 'Large'}}}
    ${bad}=    Create Dictionary    name=Acme    custom.Seats 9=many    custom.Segment 9=Larg
    Run Keyword And Expect Error
    ...    2 custom values do not fit their fields:*row 1: custom.Segment 9 is one of 'Small', 'Large'; not 'Larg'. Did you mean Large?
    ...    Check Custom Values
    ...    ${bad}
    ...    company


*** Keywords ***
Options Are Read As
    [Documentation]    Compares the options of a field that is created, declared or updated with one text.
    [Arguments]    ${text}    @{expected}
    Reset Planhat
    ${field}=    Create Custom Field    name=Tier 9    parent=company    type=list    list_values=${text}
    Should Be Equal    ${field.list_values}    ${expected}
    ${declared}=    Create Dictionary    name=Tier 9    parent=company    type=list    list_values=${text}
    ${plan}=    Plan Custom Fields    ${{[$declared]}}
    Should Be True    ${plan.is_done}
    Update Custom Field    ${field}    list_values=Other
    ${updated}=    Update Custom Field    ${field}    list_values=${text}
    Should Be Equal    ${updated.list_values}    ${expected}
