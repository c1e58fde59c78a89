*** Settings ***
Documentation    Splits a large table into work items that any number of workers can take.

Library          RPA.Planhat
Library          RPA.Robocorp.WorkItems    autoload=${False}


*** Variables ***
${TABLE}          %{PLANHAT_TABLE=contacts.csv}
${ROWS A ITEM}    ${1000}


*** Tasks ***
Split The Table
    [Documentation]    One work item for each part; the rows travel in it as they are in the file.
    Get Input Work Item
    ${rows}=    Flatten Objects    ${TABLE}
    ${count}=    Get Length    ${rows}
    FOR    ${start}    IN RANGE    0    ${count}    ${ROWS A ITEM}
        ${part}=    Set Variable    ${rows}[${start}:${start + ${ROWS A ITEM}}]
        ${item}=    Create Dictionary    first_row=${start + 1}    rows=${part}
        Create Output Work Item    variables=${item}    save=True
    END
    Release Input Work Item    DONE
    Log    Split ${count} rows.    console=True
