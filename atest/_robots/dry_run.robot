*** Settings ***
Documentation    Writes all that can be written, in a rehearsal; its log is looked at.

Library          Collections
Library          RPA.Planhat    dry_run=True


*** Test Cases ***
Records
    ${company}=    Create Company    name=Acme    external_id=DRY-1
    Update Company    extid-C-00001    phase=Renewal talks
    Delete Company    extid-C-00001
    Create Planhat Object    company    name=Nova
    Update Planhat Object    company    extid-C-00002    phase=Renewal talks
    Delete Planhat Object    company    extid-C-00002
    ${few}=    Get Companies    limit=2
    ${report}=    Delete Planhat Objects    companies    ${few}    expected=2
    Planhat Request    POST    /companies    ${{{'name': 'Raw'}}}
    Planhat Request    GET    /companies    limit=1

Tables
    ${row}=    Create Dictionary    name=Nova    external_id=DRY-2
    ${report}=    Upsert Companies    ${row}
    ${report}=    Upsert Planhat Objects    companies    ${row}
    ${plan}=    Import Companies    ${row}
    ${plan}=    Sync Companies    ${row}

Everyday Work
    ${endusers}=    Get Endusers    limit=1
    ${tasks}=    Get Tasks    limit=1
    Log Note    extid-C-00005    Kick-off    All went well.
    Log Ticket    T-1    ada@dry.example    title=Login fails    company_external_id=C-00005
    Complete Task    ${tasks}[0]
    Archive Enduser    ${endusers}[0]
    Archive Enduser    ${endusers}[0]    archived=False

Usage
    ${activity}=    Create Dictionary    action=Exported    email=tess.vogel0@alderlogistics.example
    ${person}=    Create Dictionary    email=tess.vogel0@alderlogistics.example    company_external_id=C-00005
    Track Activity    Logged in    email=tess.vogel0@alderlogistics.example
    ${report}=    Track Activities    ${{[$activity]}}
    Send Segment Identify    u-1    &{person}
    Send Segment Track    Exported    u-1    &{person}
    ${report}=    Push Metrics    dimension_id=logins    value=12    external_id=C-00001

Custom Fields
    ${field}=    Create Dictionary    name=Rehearsed    parent=company    type=text
    ${report}=    Apply Custom Fields    ${{[$field]}}    delete_extra=True
    ${field}=    Create Custom Field    name=Rehearsed    parent=company    type=text
