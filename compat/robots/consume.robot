*** Settings ***
Documentation    Takes the work items that produce.robot made, and stores what is in them.

Library          Collections
Library          RPA.Planhat
Library          RPA.Robocorp.WorkItems


*** Tasks ***
Work Items Become Records
    [Documentation]    Three with a record, one with a list of rows that Planhat has already.
    ${results}=    For Each Input Work Item    Store Payload
    Length Should Be    ${results}    4


*** Keywords ***
Store Payload
    [Documentation]    A wrong row is a BUSINESS failure of its work item.
    ${payload}=    Get Work Item Payload
    ${rows}=    Get From Dictionary    ${payload}    rows    default=${None}
    IF    $rows is None
        ${company}=    Get Company    ${payload}
        Should Be Equal    ${company.name}    ${payload}[name]
    ELSE
        ${report}=    Sync Companies    ${rows}
        Should Be Equal As Strings    ${report}    3 unchanged
    END
    TRY
        Update Company    extid-nowhere    phase=Lost
    EXCEPT    *extid-nowhere*    type=GLOB    AS    ${error}
        Release Input Work Item    FAILED    exception_type=BUSINESS    code=MISSING    message=${error}
    END
    RETURN    ${payload}
