*** Settings ***
Documentation    What people log every day: notes, tickets, finished tasks, endusers who left, licences of two forms.

Resource         planhat.resource

Test Setup       Reset Planhat


*** Variables ***
${COMPANY}    65a001000000010000000001


*** Test Cases ***
A Note Names People By Address
    ${user}=    Get User    65a006000000010000000001
    Create Enduser    email=ada@note.example    company_id=${COMPANY}
    ${note}=    Log Note
    ...    ${COMPANY}
    ...    Kick-off
    ...    All < well.
    ...    endusers=ada@note.example
    ...    user=${user.email}
    ${stored}=    Get Only Stored    conversations    _id=${note.id}
    Should Be Equal    ${stored}[description]    All &lt; well.
    Should Be Equal    ${stored}[users][0][id]    ${user.id}
    Length Should Be    ${stored}[endusers]    1
    Should Be Equal    ${stored}[type]    note

A Touch May Have The Tenant's Own Type
    ${meeting}=    Log Note    ${COMPANY}    Review    html=<b>Good</b>    touch_type=meeting    date=2026-03-01
    Should Be Equal    ${meeting.type}    meeting
    Nothing Is Sent
    ...    The type 'call' is reserved for what Planhat's own channels bring in.
    ...    Log Note
    ...    ${COMPANY}
    ...    Review
    ...    touch_type=call

A Ticket Is There For Sure
    ${ticket}=    Log Ticket    T-900    edna@ticket.example    title=Login fails    company_external_id=C-00001
    Should Be Equal    ${ticket.subject}    Login fails
    ${again}=    Log Ticket    T-900    edna@ticket.example    status=closed    company_external_id=C-00001
    Should Be Equal    ${again.id}    ${ticket.id}

A Task Is Completed
    ${task}=    Create Task    company_id=${COMPANY}    action=Call back
    ${done}=    Complete Task    ${task}
    Should Be True    ${done.is_archived}
    Should Not Be Empty    ${done.date_done}

An Enduser Is Archived And Brought Back
    ${ada}=    Create Enduser    email=ada@gone.example    company_id=${COMPANY}
    Archive Enduser    ${ada}
    @{left}=    Get Endusers    ${COMPANY}    email=ada@gone.example
    Should Be Empty    ${left}
    Archive Enduser    ${ada}    archived=False
    @{back}=    Get Endusers    ${COMPANY}    email=ada@gone.example
    Length Should Be    ${back}    1

Licences Are Fixed Or Open-Ended
    ${open}=    Create License    company_id=${COMPANY}    currency=EUR    mrr=100    fixed_period=False
    Should Be Equal    ${open.fixed_period}    ${False}
    Nothing Is Sent
    ...    A new license needs mrr (since it is open-ended).
    ...    Create License
    ...    company_id=${COMPANY}
    ...    currency=EUR
    ...    value=100
    ...    fixed_period=False
