*** Settings ***
Documentation    Imports the parts of a table, one work item at a time.
...
...              Rows have an external id, so that a part which is taken twice is stored once. Workers on one machine
...              share Planhat's limits through a file.

Library          RPA.Planhat    rate_limit_file=%{PLANHAT_RATE_LIMIT_FILE=${OUTPUT_DIR}${/}limits}
Library          RPA.Robocorp.WorkItems


*** Variables ***
@{CONTACTS}
...            Id -> external_id
...            Account -> company.external_id
...            Mail -> email
...            First -> first_name
...            Last -> last_name


*** Tasks ***
Import The Parts
    [Documentation]    Takes work items until none is left.
    ${results}=    For Each Input Work Item    Import A Part
    ${count}=    Get Length    ${results}
    Log    Worked on ${count} parts.    console=True


*** Keywords ***
Import A Part
    [Documentation]    People have to correct wrong data (BUSINESS); anything else is worth another try (APPLICATION).
    ${rows}=    Get Work Item Variable    rows
    ${first}=    Get Work Item Variable    first_row
    TRY
        ${report}=    Import Endusers    ${rows}    ${CONTACTS}    fail_on_errors=False    # robocop: off=unused-variable
    EXCEPT    Nothing was sent*    Planhat refused*    Planhat found*    Not found*    type=GLOB    AS    ${error}
        Release Input Work Item    FAILED    exception_type=BUSINESS    code=ROWS    message=${error}
    EXCEPT    AS    ${error}
        Release Input Work Item    FAILED    exception_type=APPLICATION    code=PLANHAT    message=${error}
    ELSE
        Log    Rows from ${first}: ${report}.    console=True
        Release By Report    ${report}
    END

Release By Report
    [Documentation]    Rows that Planhat may take later, or may have taken, make the whole part worth another try.
    [Arguments]    ${report}
    ${later}=    Evaluate    bool($report.unknown) or any(row.retryable for row in $report.failed)
    IF    $later
        Release Input Work Item    FAILED    exception_type=APPLICATION    code=PLANHAT    message=${report}
    ELSE IF    $report.failed
        Release Input Work Item    FAILED    exception_type=BUSINESS    code=ROWS    message=${report}
    ELSE
        Release Input Work Item    DONE
    END
