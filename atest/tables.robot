*** Settings ***
Documentation    Tables go in by a mapping, are planned, synced, and come out again.

Resource         planhat.resource
Library          OperatingSystem

Test Setup       Reset Planhat


*** Variables ***
@{PEOPLE}
...          No | upper -> external_id
...          Customer -> company.name
...          Mail -> email
...          {First} {Last} -> name
...          Seen -> last_active
...          'gold; emea' -> tags


*** Test Cases ***
A CSV File Of Another Country Is Imported By A Mapping
    Create File
    ...    ${OUTPUT_DIR}${/}people.csv
    ...    No;Customer;Mail;First;Last;Seen\np1;ALDER LOGISTICS;Ada@Alder.example;Ada;Byron;31.12.2025\n
    ${report}=    Import Endusers    ${OUTPUT_DIR}${/}people.csv    ${PEOPLE}    dates=DD.MM.YYYY    separator=;
    Should Be Equal As Strings    ${report}    1 created
    ${stored}=    Get Only Stored    endusers    externalId=P1
    Should Be Equal    ${stored}[email]    ada@alder.example
    Should Be Equal    ${stored}[firstName]    Ada
    Should Be Equal    ${stored}[tags]    ${{['gold', 'emea']}}
    Should Be Equal    ${stored}[lastActive]    2025-12-31T00:00:00.000Z

All Bad Rows Are Told Before Anything Is Sent
    ${good}=    Create Dictionary    external_id=A-1    name=Acme
    ${one}=    Create Dictionary    external_id=A-2    name=Bolt    csm_score=nine
    ${two}=    Create Dictionary    phase=x
    @{rows}=    Create List    ${good}    ${one}    ${two}
    Import Is Refused
    ...    Nothing was sent, since 2 of 3 rows are bad:\n${SPACE * 2}row 2: csm_score takes a whole number, not 'nine'.\n${SPACE * 2}row 3: it has no key to match a record, and a new company needs name.
    ...    ${rows}
    ${report}=    Import Companies    ${rows}    bad_rows=skip
    Should Be Equal As Strings    ${report}    1 created, 2 refused
    ${texts}=    Evaluate    [str(row) for row in $report.failed]
    Should Be Equal    ${texts}[0]    row 2 refused: csm_score takes a whole number, not 'nine'.
    Length Should Be    ${texts}    2

Columns That Are No Fields Are All Told At Once
    ${row}=    Create Dictionary    Kontakt-Nr=7    Firma=Acme    phse=new
    @{rows}=    Create List    ${row}    ${row}
    Import Is Refused
    ...    Nothing was sent, since 2 of 2 rows are bad:\n${SPACE * 2}rows 1, 2: The model company has no field 'Kontakt-Nr', 'Firma', 'phse' (did you mean phase?). Name columns as fields, custom fields as custom.<Name>, or give a mapping with lines such as Kontakt-Nr -> external_id.
    ...    ${rows}

A Date That Can Not Be Read Tells How To Name Its Form
    ${row}=    Create Dictionary    email=d@alder.example    company_id=extid-C-00001    last_active=03.02.2025
    Import Of Endusers Is Refused    ${row}    For dates in another format, set dates\=, such as dates\=DD.MM.YYYY.
    Import Of Endusers Is Refused    ${row}    It is in no format of dates\=: DD/MM/YYYY.    dates=DD/MM/YYYY
    Set To Dictionary    ${row}    last_active=31.02.2025
    Import Of Endusers Is Refused    ${row}    There is no such day or time.    dates=DD.MM.YYYY

Bad Rows Are In A File That Can Be Imported Again
    ${row}=    Create Dictionary    external_id=A-2    name=Bolt    csm_score=nine
    Import Companies    ${row}    bad_rows=skip    save_as=${OUTPUT_DIR}${/}bolt
    ${rows}=    Flatten Objects    ${OUTPUT_DIR}${/}bolt.failed.csv
    Should Be Equal    ${rows}[0][csm_score]    nine
    Should Be Equal    ${rows}[0][planhat_reason]    csm_score takes a whole number, not 'nine'.

A Plan Sends Nothing And Tells Field By Field
    ${known}=    Create Dictionary    external_id=C-00001    phase=planned
    ${new}=    Create Dictionary    external_id=A-1    name=Acme
    @{rows}=    Create List    ${known}    ${new}
    ${before}=    Get Planhat State
    ${plan}=    Import Companies    ${rows}    dry_run=True    save_as=${OUTPUT_DIR}${/}plan.csv
    State Should Be    ${before}
    Should Be Equal As Strings    ${plan}    1 create, 1 update
    Should Be Equal    ${plan.differences}[0][field]    phase
    Should Be Equal    ${plan.differences}[0][new]    planned
    ${text}=    Get File    ${OUTPUT_DIR}${/}plan.csv
    Should Contain    ${text}    1,update,externalId=C-00001,phase,

A Second Sync Sends Nothing
    ${row}=    Create Dictionary    external_id=C-00001    name=ALDER LOGISTICS    city=Uppsala
    ${first}=    Sync Companies    ${row}
    Should Be Equal As Strings    ${first}    1 updated
    ${stored}=    Get Only Stored    companies    externalId=C-00001
    Should Be Equal    ${stored}[name]    Alder Logistics
    Forget Requests
    ${second}=    Sync Companies    ${row}    name_others=True
    Should Be Equal As Strings    ${second}    1 unchanged
    ${requests}=    Get Requests    PUT
    Should Be Empty    ${requests}

Two Rows With One Address Are Warned Of By An Import And Refused By A Sync
    ${one}=    Create Dictionary    external_id=P-1    email=p@alder.example    company_id=extid-C-00001    name=One
    ${two}=    Create Dictionary    external_id=P-2    email=p@alder.example    company_id=extid-C-00001    name=Two
    @{rows}=    Create List    ${one}    ${two}
    Run Keyword And Expect Error
    ...    Nothing was sent, since 1 of 2 rows are bad:*row 2: it has email=p@alder.example*, as row 1 does*
    ...    Sync Endusers    ${rows}
    ${report}=    Import Endusers    ${rows}
    Should Start With    ${report.alike}[0]    Rows 1, 2 have email=p@alder.example extid-C-00001, and other keys that

Any Model Is Imported And Exported By Its Name
    ${row}=    Create Dictionary    external_id=W-1    name=Space    company_id=extid-C-00001
    ${report}=    Import Planhat Objects    workspaces    ${row}
    Should Be Equal As Strings    ${report}    1 created
    ${report}=    Sync Planhat Objects    workspaces    ${row}
    Should Be Equal As Strings    ${report}    1 unchanged
    ${rows}=    Export Planhat Objects    workspaces    columns=externalId,name    external_id=W-1
    Should Be Equal    ${rows}    ${{[{'externalId': 'W-1', 'name': 'Space'}]}}

What Was Exported Is Unchanged When It Is Synced
    FOR    ${ending}    IN    csv    tsv    jsonl    json    xlsx
        ${file}=    Export Companies    ${OUTPUT_DIR}${/}companies.${ending}
        ${report}=    Sync Companies    ${file}
        Should Be Equal As Strings    ${report}    60 unchanged
    END

Objects Become Flat Rows
    @{companies}=    Get Companies    properties=ALL    limit=2
    ${rows}=    Flatten Objects    ${companies}    columns=externalId,custom.Seats
    Should Be Equal    ${rows}[0][externalId]    C-00001
    Dictionary Should Contain Key    ${rows}[0]    custom.Seats
    Run Keyword And Expect Error    *no field 'nam' for a column. Did you mean name?*
    ...    Flatten Objects    ${companies}    columns=nam

One Record Is Found Or The Error Lists The Candidates
    ${company}=    Find Company    alder logistics
    Should Be Equal    ${company.external_id}    C-00001
    ${nobody}=    Find Company    No Such Company    default=${None}
    Should Be Equal    ${nobody}    ${None}
    Create Company    name=ALDER LOGISTICS
    Run Keyword And Expect Error
    ...    2 companies fit 'alder logistics'; which one is meant?*
    ...    Find Company
    ...    alder logistics
    ${groups}=    Find Duplicates    companies    name
    Length Should Be    ${groups}    1

Changes Are Told Until They Are Confirmed
    Remove File    ${OUTPUT_DIR}${/}companies.db
    Take Planhat Snapshot    companies    ${OUTPUT_DIR}${/}companies.db
    Update Company    extid-C-00001    city=Uppsala
    ${changes}=    Get Planhat Changes    companies    ${OUTPUT_DIR}${/}companies.db
    Should Be Equal    ${changes.counts}    ${{{'added': 0, 'changed': 1, 'removed': 0}}}
    Should Be Equal    ${changes.changed[0].fields[0].name}    city
    Confirm Planhat Changes    ${OUTPUT_DIR}${/}companies.db
    ${changes}=    Get Planhat Changes    companies    ${OUTPUT_DIR}${/}companies.db
    Should Be Equal    ${changes.counts}[changed]    ${0}


*** Keywords ***
Import Of Endusers Is Refused
    [Documentation]    Expects an import of one row to fail, and a message that ends with this text.
    [Arguments]    ${row}    ${text}    &{options}
    Run Keyword And Expect Error
    ...    Nothing was sent, since 1 of 1 rows are bad:*${row}[last_active]'. ${text}
    ...    Import Endusers
    ...    ${row}
    ...    &{options}

Import Is Refused
    [Documentation]    Expects an import to fail with exactly this message, and that nothing was sent.
    [Arguments]    ${message}    ${rows}
    Forget Requests
    Run Keyword And Expect Error    EQUALS:${message}    Import Companies    ${rows}
    ${requests}=    Get Requests    PUT
    Should Be Empty    ${requests}
