*** Settings ***
Documentation    RPA.Excel.Files and RPA.JSON: worksheets and JSON files in and out.

Library          RPA.Excel.Files
Library          RPA.JSON
Library          RPA.Planhat


*** Variables ***
${IN}         ${OUTPUT_DIR}${/}in.xlsx
${OUT}        ${OUTPUT_DIR}${/}out.xlsx
@{MAPPING}    Id -> external_id    Name -> name


*** Tasks ***
A Worksheet Of Theirs Is Imported
    [Documentation]    Cells come with their types, a number as external id; as rows, and as a Table.
    ${rows}=    Evaluate    [["Id", "Name"], [7001, "Sheet One"], [7002, "Sheet Two"]]
    Write Workbook    ${IN}    ${rows}
    ${sheet}=    Read From Workbook    Read Worksheet    ${IN}
    ${report}=    Import Companies    ${sheet}    ${MAPPING}
    Should Be Equal As Strings    ${report}    2 created
    ${table}=    Read From Workbook    Read Worksheet As Table    ${IN}
    ${report}=    Sync Companies    ${table}    ${MAPPING}
    Should Be Equal As Strings    ${report}    2 unchanged
    ${company}=    Find Company    external_id=7002
    Should Be Equal    ${company.name}    Sheet Two

Our Records Are Written To A Worksheet
    [Documentation]    Flat rows, since a cell cannot hold a dictionary.
    @{companies}=    Get Companies    limit=5
    ${rows}=    Flatten Objects    ${companies}    columns=name,externalId,phase
    Write Workbook    ${OUT}    ${rows}    header=True
    ${read}=    Read From Workbook    Read Worksheet    ${OUT}
    Should Be Equal    ${read}[4][name]    ${companies[4].name}

Our Worksheet Is Read By Them
    [Documentation]    Export writes a workbook that RPA.Excel.Files opens.
    Export Companies    ${OUT}    limit=5
    ${read}=    Read From Workbook    Read Worksheet    ${OUT}
    Length Should Be    ${read}    5

Records Go Through JSON And Back
    [Documentation]    As text, as a file, and searched with a JSONPath.
    @{companies}=    Get Companies    limit=3
    ${text}=    Convert JSON To String    ${companies}
    ${read}=    Convert String To JSON    ${text}
    Should Be Equal    ${read}    ${companies}
    @{names}=    Get Values From JSON    ${companies}    $[*].name
    Should Be Equal    ${names}[2]    ${companies[2].name}
    Save JSON To File    ${companies}    ${OUTPUT_DIR}${/}companies.json
    ${loaded}=    Load JSON From File    ${OUTPUT_DIR}${/}companies.json
    ${report}=    Sync Companies    ${loaded}
    Should Be Equal As Strings    ${report}    3 unchanged


*** Keywords ***
Write Workbook
    [Documentation]    Writes rows to the first sheet of a new workbook.
    [Arguments]    ${path}    ${rows}    &{options}
    Create Workbook    ${path}
    Append Rows To Worksheet    ${rows}    &{options}
    Save Workbook
    [Teardown]    Close Workbook

Read From Workbook
    [Documentation]    Reads the first sheet with one of their keywords.
    [Arguments]    ${reader}    ${path}
    Open Workbook    ${path}
    ${read}=    Run Keyword    ${reader}    header=True
    RETURN    ${read}
    [Teardown]    Close Workbook
