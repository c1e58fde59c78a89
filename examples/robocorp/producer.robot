*** Settings ***
Documentation    Splits a large table into work items that any number of workers can take.

Library          RPA.Planhat
Library          RPA.Robocorp.WorkItems    autoload=${False}


*** Tasks ***
Split The Table
    [Documentation]    Takes the file of the input work item apart; the rows travel as they are in the file.
    Get Input Work Item
    ${size}=    Get Work Item Variable    rows_an_item    default=${1000}
    ${table}=    Get Work Item File    contacts.csv    ${OUTPUT_DIR}${/}contacts.csv
    ${rows}=    Flatten Objects    ${table}
    ${count}=    Get Length    ${rows}
    FOR    ${start}    IN RANGE    0    ${count}    ${size}
        ${part}=    Set Variable    ${rows}[${start}:${start + ${size}}]
        ${item}=    Create Dictionary    first_row=${start + 1}    rows=${part}
        Create Output Work Item    variables=${item}    save=True
    END
    Release Input Work Item    DONE
    Log    Split ${count} rows.    console=True
