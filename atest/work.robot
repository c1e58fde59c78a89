*** Settings ***
Documentation    What is done for customers, and what describes the tenant itself.

Resource         planhat.resource

Test Setup       Reset Planhat


*** Variables ***
${COMPANY}    65a001000000010000000001


*** Test Cases ***
A Task Is Given To A Colleague
    ${tom}=    Get User    extid-user-1
    ${task}=    Create Task
    ...    action=Call them
    ...    company_id=${COMPANY}
    ...    owner_id=${tom}
    ...    start_time=2026-05-01T09:00:00Z
    Should Be Equal    ${task.action}    Call them
    Should Be Equal    ${task.owner_name}    Tom

A Finished Task Is Found Among The Archived Ones
    ${task}=    Update Task    srcid-task-C-00001    is_archived=True
    @{open}=    Get Tasks    action=${task.action}
    @{archived}=    Get Tasks    is_archived=True
    Should Be Empty    ${open}
    Length Should Be    ${archived}    1

A Project Has Dates
    ${project}=    Create Project    name=Roll-out    company_id=${COMPANY}    start_date=2026-01-01    mrr=10
    ${stored}=    Get Only Stored    projects    _id=${project.id}
    Should Start With    ${stored}[startDate]    2026-01-01

An Asset Is Upserted And Deleted
    ${row}=    Create Dictionary    name=Pump 3    external_id=PUMP-3    company_id=extid-C-00001
    ${report}=    Upsert Assets    ${row}
    Should Be Equal As Strings    ${report}    1 created
    Delete Asset    extid-PUMP-3
    ${stored}=    Get Stored    assets    externalId=PUMP-3
    Should Be Empty    ${stored}

An Issue Concerns Several Companies
    ${issue}=    Create Issue    title=Export is slow    company_ids=extid-C-00001,extid-C-00002    source_id=JIRA-1
    ${stored}=    Get Only Stored    issues    _id=${issue.id}
    Should Be Equal    ${stored}[companyIds]    ${{['65a001000000010000000001', '65a001000000010000000002']}}

Time Entries Make A Timesheet
    ${entry}=    Create Time Entry    company_id=${COMPANY}    date=2026-03-02    hours=1.5
    ${part}=    Create Dictionary    _id=${entry.id}
    @{entries}=    Create List    ${part}
    ${sheet}=    Create Timesheet    time_entries=${entries}    date_from=2026-03-02    date_to=2026-03-08
    ${same}=    Get Timesheet    ${sheet.id}
    Should Be Equal    ${same.time_entries}    ${{[$entry['_id']]}}
    Should Be Equal    ${same.date_from}    ${20514}

An Answer To A Survey Is Stored
    ${answer}=    Create NPS Response    email=tess.vogel0@alderlogistics.example    score=9    comment=Great
    Should Be Equal    ${answer.score}    ${9}
    @{all}=    Get NPS Responses    ${COMPANY}
    Length Should Be    ${all}    2

A Colleague Is Read And Changed
    ${nora}=    Get User    extid-user-0
    Should Be Equal    ${nora.email}    nora@sandbox.example
    ${changed}=    Update User    ${nora}    nick_name=Nori
    Should Be Equal    ${changed.nick_name}    Nori
    @{users}=    Get Users
    Length Should Be    ${users}    6

A Custom Field Is Defined And Listed
    ${field}=    Create Custom Field    name=Tier    parent=company    type=list    list_values=Gold,Silver
    Should Be Equal    ${field.list_values}    ${{['Gold', 'Silver']}}
    @{fields}=    Get Custom Fields    parent=company    name=Tier
    Length Should Be    ${fields}    1
    Delete Custom Field    ${field}
    @{fields}=    Get Custom Fields    name=Tier
    Should Be Empty    ${fields}

Workflows Can Be Read Only
    @{workflows}=    Get Workflows
    Length Should Be    ${workflows}    7
    Should Be Equal    ${workflows}[0][type]    playbook

Metrics Are Read From Their First Day On
    @{metrics}=    Get Metrics    dimension_id=logins
    Length Should Be    ${metrics}    60
    @{of one company}=    Get Metrics    company_ids=extid-C-00003
    Length Should Be    ${of one company}    3
    @{old}=    Get Metrics    to_date=1999-01-01
    Should Be Empty    ${old}

The Other Models Have Their Keywords As Well
    ${campaign}=    Create Campaign    name=Webinar    company_id=${COMPANY}
    ${objective}=    Create Objective    name=Go live    company_id=${COMPANY}    health=7
    ${workspace}=    Create Workspace    name=Berlin    company_id=${COMPANY}
    Update Objective    ${objective}    health=8
    @{objectives}=    Get Objectives    ${COMPANY}
    Should Be Equal    ${objectives}[0][health]    ${8}
    Delete Campaign    ${campaign}
    Delete Workspace    ${workspace}
