*** Settings ***
Documentation    RPA.Tables: our records become a Table of theirs, and a Table is stored in Planhat.

Library          Collections
Library          RPA.Planhat
Library          RPA.Tables


*** Variables ***
${CSV}         ${OUTPUT_DIR}${/}companies.csv
@{CONTACTS}    Id -> external_id    Of -> company.external_id    Mail -> email


*** Tasks ***
Our Records Become A Table That Is Filtered And Written
    [Documentation]    What custom fields hold stands in columns of its own, so that a table can be filtered by it.
    @{companies}=    Get Companies    properties=name,phase,custom    limit=20
    Set To Dictionary    ${companies}[0][custom]    Only here=yes
    ${rows}=    Flatten Objects    ${companies}
    ${table}=    Create Table    ${rows}
    Filter Table By Column    ${table}    custom.Only here    ==    yes
    Write Table To CSV    ${table}    ${CSV}
    ${read}=    Read Table From CSV    ${CSV}
    Table Should Have    ${read}    1
    ${names}=    Get Table Column    ${read}    name
    Should Be Equal    ${names}[0]    ${companies[0].name}

A List Of Companies Is Taken As It Is
    [Documentation]    Create Table takes our list; the columns are Planhat's names.
    @{companies}=    Get Companies    properties=name,phase    limit=5
    ${table}=    Create Table    ${companies}
    ${names}=    Get Table Column    ${table}    name
    Should Be Equal    ${names}[4]    ${companies[4].name}

We Make A Table Of Theirs
    [Documentation]    The switch as_table returns what the keywords of RPA.Tables work on.
    ${table}=    Export Companies    as_table=True    limit=7
    Table Should Have    ${table}    7
    Write Table To CSV    ${table}    ${CSV}

Their Table Is Upserted
    [Documentation]    A Table goes into an upsert like any other rows.
    ${rows}=    Evaluate    [{"name": f"Table {n}", "external_id": f"TABLE-{n}"} for n in range(3)]
    ${table}=    Create Table    ${rows}
    ${report}=    Upsert Companies    ${table}
    Should Be Equal As Strings    ${report}    3 created

Their Table Is Imported And Synced
    [Documentation]    The second time, nothing is left to do.
    ${rows}=    Evaluate    [{"Id": f"C-{n}", "Of": "TABLE-1", "Mail": f"c{n}@table.example"} for n in range(3)]
    ${table}=    Create Table    ${rows}
    ${report}=    Import Endusers    ${table}    ${CONTACTS}
    Should Be Equal As Strings    ${report}    3 created
    ${report}=    Sync Endusers    ${table}    ${CONTACTS}
    Should Be Equal As Strings    ${report}    3 unchanged


*** Keywords ***
Table Should Have
    [Documentation]    Compares the number of rows of a Table.
    [Arguments]    ${table}    ${rows}
    ${dimensions}=    Get Table Dimensions    ${table}
    Should Be Equal As Integers    ${dimensions}[0]    ${rows}
