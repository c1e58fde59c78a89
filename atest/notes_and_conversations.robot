*** Settings ***
Documentation    What was said. Planhat has no notes of their own: they are conversations of type `note`.

Resource         planhat.resource

Test Setup       Reset Planhat


*** Variables ***
${COMPANY}    65a001000000010000000001


*** Test Cases ***
A Note Is A Conversation Of Type Note
    Forget Requests
    ${note}=    Create Note    subject=Kick-off    description=<p>All well.</p>    company_id=${COMPANY}
    @{requests}=    Get Requests
    Should Be Equal    ${requests}    ${{['POST /conversations']}}
    ${stored}=    Get Only Stored    conversations    _id=${note.id}
    Should Be Equal    ${stored}[type]    note
    Should Be Equal    ${note.snippet}    All well.

Only Notes Are Among The Notes
    @{notes}=    Get Notes
    @{conversations}=    Get Conversations
    ${stored}=    Get Stored    conversations    type=note
    Length Should Be    ${notes}    ${{len($stored)}}
    Should Be True    len($conversations) > len($notes) > 0
    Should Be True    all(note.type == 'note' for note in $notes)

The Notes Of A Company Are Found
    Create Note    subject=Only here    company_id=extid-C-00009
    ${company}=    Get Company    extid-C-00009
    @{notes}=    Get Notes    ${company}    subject=Only here
    Length Should Be    ${notes}    1
    Should Be Equal    ${notes}[0][companyId]    ${company.id}

A Note Is Changed And Deleted
    ${note}=    Create Note    subject=Kick-off    company_id=${COMPANY}
    ${changed}=    Update Note    ${note}    subject=Kick-off meeting
    Should Be Equal    ${changed.subject}    Kick-off meeting
    Should Be Equal    ${changed.type}    note
    Delete Note    ${note}
    ${stored}=    Get Stored    conversations    _id=${note.id}
    Should Be Empty    ${stored}

Notes Are Upserted With Their Type
    ${row}=    Create Dictionary    subject=Imported    external_id=NOTE-1    company_id=${COMPANY}
    ${report}=    Upsert Notes    ${row}
    Should Be Equal As Strings    ${report}    1 created
    ${stored}=    Get Only Stored    conversations    externalId=NOTE-1
    Should Be Equal    ${stored}[type]    note
    ${report}=    Upsert Notes    ${row}
    Should Be Equal As Strings    ${report}    1 unchanged

A Conversation Has Colleagues And Endusers
    ${user}=    Create Dictionary    id=65a006000000010000000001
    ${person}=    Create Dictionary    id=65a005000000010000000001
    @{users}=    Create List    ${user}
    @{endusers}=    Create List    ${person}
    ${talk}=    Create Conversation
    ...    type=meeting
    ...    subject=Review
    ...    company_id=${COMPANY}
    ...    users=${users}
    ...    endusers=${endusers}
    Should Be Equal    ${talk.users}[0][id]    65a006000000010000000001
    Should Be Equal    ${talk.endusers}[0][id]    65a005000000010000000001

Conversations Are Filtered By Type In Planhat
    Forget Requests
    @{calls}=    Get Conversations    type=call
    Should Be True    all(each.type == 'call' for each in $calls)
    @{queries}=    Get Queries    /conversations
    Should Be Equal    ${queries}[0][type]    call
