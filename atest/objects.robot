*** Settings ***
Documentation    Records are dictionaries with attributes; lists are lists.

Resource         planhat.resource

Test Setup       Reset Planhat


*** Test Cases ***
A Field Is Read In Three Ways
    ${company}=    Get Company    extid-C-00001
    Should Be Equal    ${company.external_id}    C-00001
    Should Be Equal    ${company.externalId}    C-00001
    Should Be Equal    ${company}[externalId]    C-00001

Attributes Work At Every Depth
    ${company}=    Get Company    extid-C-00001
    ${talks}=    Get Conversations    ${company}
    Should Be Equal    ${company.custom.Plan}    Basic
    Should Be Equal    ${company.shareable.enabled}    ${False}
    Should Not Be Empty    ${talks[0].users[0].name}

A Known Field That Is Not Set Is Empty
    ${companies}=    Get Companies    name=Alder Logistics
    Should Be Empty    ${companies[0].description}
    Should Be Equal    ${companies[0].h_diff}    ${None}

A Known Field That Was Not Read Is Told
    ${companies}=    Get Companies    properties=name    limit=1
    Run Keyword And Expect Error    *description of this company was not read*    Log    ${companies[0].description}

A Field That Nobody Knows Is Told With Near Matches
    ${company}=    Get Company    extid-C-00001
    Run Keyword And Expect Error
    ...    Resolving variable '\${company.phse}' failed: AttributeError: Company has no field 'phse'. Did you mean phase?
    ...    Log
    ...    ${company.phse}

A Custom Field That Is Not There Is Told
    ${company}=    Get Company    extid-C-00001
    Run Keyword And Expect Error
    ...    Resolving variable '\${company.custom.Tier}' failed: AttributeError: There is no 'Tier' here. There is: Seats, Plan, Regions, Contract Signed, Go Live, Reference Customer.
    ...    Log
    ...    ${company.custom.Tier}

A Field Is Set On The Record And Then Stored
    ${company}=    Get Company    extid-C-00001
    ${company.phase}=    Set Variable    adoption
    Should Be Equal    ${company}[phase]    adoption
    Update Company    ${company}    ${company}
    ${stored}=    Get Only Stored    companies    externalId=C-00001
    Should Be Equal    ${stored}[phase]    adoption

A Record Is A Dictionary Of What Planhat Sent
    ${company}=    Get Company    extid-C-00001
    ${stored}=    Get Only Stored    companies    externalId=C-00001
    Should Be True    isinstance($company, dict)
    Should Be Equal    ${company}[updatedAt]    ${stored}[updatedAt]
    Dictionary Should Contain Key    ${company}    customerFrom
    Copies Should Be Equal    ${company}

A List Is A List That Shows Its Length
    ${companies}=    Get Companies
    Should Be True    isinstance($companies, list)
    Should Be Equal As Strings    ${companies}    <60 companies>
    Should Be Equal As Strings    ${companies}[0]    <Company 'Alder Logistics' 65a001000000010000000001>
    Copies Should Be Equal    ${companies}

Records Go Through JSON As Work Items Do
    ${asset}=    Get Asset    extid-A-C-00001
    ${text}=    Dump JSON    ${asset}
    ${report}=    Upsert Assets    ${text}
    Should Be Equal As Strings    ${report}    1 unchanged

A Record Assigned As A Dictionary Still Has Its Attributes
    &{company}=    Get Company    extid-C-00001
    Should Be Equal    ${company.name}    Alder Logistics
    Should Be Equal    ${company.custom.Plan}    Basic
    Update Company    ${company}    phase=adoption

A Loop Goes Over A List
    ${companies}=    Get Companies    limit=3
    ${names}=    Create List
    FOR    ${company}    IN    @{companies}
        Append To List    ${names}    ${company.name}
    END
    Length Should Be    ${names}    3

A Part Of A List Is A List
    ${companies}=    Get Companies
    Should Be Equal As Strings    ${companies}[:2]    <2 companies>
    ${licenses}=    Get Licenses    ${companies}[:2]
    Should Be Equal As Strings    ${licenses}    <2 licenses>
