*** Settings ***
Documentation    Conditions, columns of other records, and fields that were not read, as robots use them.

Resource         planhat.resource
Library          OperatingSystem

Test Setup       Reset Planhat


*** Test Cases ***
Conditions Choose Records
    @{found}=    Get Companies    where=phase in (Onboarding, ADOPTION) and name contains e
    Should Not Be Empty    ${found}
    FOR    ${company}    IN    @{found}
        Should Contain Any    ${company.phase}    onboarding    adoption
        Should Contain    ${company.name}    e    ignore_case=True
    END
    ${one}=    Find Company    where=name = "${found}[0][name]"
    Should Be Equal    ${one.id}    ${found}[0][_id]

A Condition That Can Not Be Read Shows The Place
    Run Keyword And Expect Error    *where= is empty*    Get Companies    where=${EMPTY}
    Run Keyword And Expect Error    *Did you mean phase?*^*    Get Companies    where=pahse = live
    Run Keyword And Expect Error    *no custom field 'Seets'*    Export Companies    where=custom.Seets > 5

A Field That Was Not Read Is An Error
    @{companies}=    Get Companies    properties=name    limit=2
    Should Not Be Empty    ${companies}[0][name]
    Run Keyword And Expect Error    *phase of this company was not read*properties=*    Log    ${companies[0].phase}
    ${companies}=    Get Companies    limit=1
    Log    ${companies[0].phase} ${companies[0].external_id}

Columns Of Other Records Take Few Calls
    Forget Requests
    ${rows}=    Export Licenses    columns=external_id,company.name,company.owner.email
    ${requests}=    Get Requests
    ${count}=    Get Length    ${requests}
    Should Be True    ${count} < 5
    Should Not Be Empty    ${rows}[0][company.owner.email]

Files Have The Layout That Is Asked For
    ${file}=    Export Companies    ${OUTPUT_DIR}${/}new folder${/}all.csv    name,phase    limit=2    delimiter=;
    ${text}=    Get File    ${file}
    Should Start With    ${text}    name;phase
    ${rows}=    Export Companies    columns=name    limit=2
    Save Planhat Rows    ${rows}    ${OUTPUT_DIR}${/}new folder${/}all.xlsx
    File Should Exist    ${OUTPUT_DIR}${/}new folder${/}all.xlsx


*** Keywords ***
Should Contain Any
    [Documentation]    Passes if a text is one of some words.
    [Arguments]    ${text}    @{words}
    Should Be True    $text in $words
