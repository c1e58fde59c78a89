*** Settings ***
Documentation    Tickets can be listed, upserted and deleted; Planhat creates and updates none of them singly.

Resource         planhat.resource

Test Setup       Reset Planhat


*** Variables ***
${COMPANY}    65a001000000010000000001


*** Test Cases ***
Tickets Are Written In Bulk And Listed
    ${row}=    Create Dictionary
    ...    source_id=T-1
    ...    email=tess.vogel0@alderlogistics.example
    ...    company_id=${COMPANY}
    ...    title=Printer is on fire
    ...    description=<p>The printer is on fire.</p>
    ...    status=open
    ${report}=    Upsert Tickets    ${row}
    Should Be Equal As Strings    ${report}    1 created
    @{tickets}=    Get Tickets    company_ids=${COMPANY}    search=fire
    Length Should Be    ${tickets}    1
    Should Be Equal    ${tickets}[0][subject]    Printer is on fire

The Status And The Address Of Tickets Are Filtered By Planhat
    Forget Requests
    @{open}=    Get Tickets    status=open    email=nobody@nowhere.example
    Should Be Empty    ${open}
    @{queries}=    Get Queries    /tickets
    Should Be Equal    ${queries}[0][status]    open
    Should Be Equal    ${queries}[0][email]    nobody@nowhere.example

A Ticket Without An Address Is Not Taken For Stored
    ${row}=    Create Dictionary    source_id=T-2    company_id=${COMPANY}    title=Nobody wrote this
    Planhat Refuses
    ...    Nothing was sent, since 1 row is bad:\n${SPACE * 2}row 1: Planhat drops a ticket without email, silently.
    ...    Upsert Tickets
    ...    ${row}

A Ticket Is Deleted
    ${row}=    Create Dictionary    source_id=T-3    email=a@alderlogistics.example    company_id=${COMPANY}
    Upsert Tickets    ${row}
    @{tickets}=    Get Tickets    email=a@alderlogistics.example
    Delete Ticket    ${tickets}[0]
    @{tickets}=    Get Tickets    email=a@alderlogistics.example
    Should Be Empty    ${tickets}

There Are No Keywords For What Planhat Does Not Have
    [Template]    There Is No Keyword
    Create Ticket
    Get Ticket
    Upsert Custom Fields
    Create Metric


*** Keywords ***
There Is No Keyword
    [Documentation]    Fails if there is a keyword of that name.
    [Arguments]    ${name}
    Run Keyword And Expect Error    No keyword with name '${name}' found.*    Run Keyword    ${name}
