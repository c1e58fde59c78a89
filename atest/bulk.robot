*** Settings ***
Documentation    Bulk upserts account for every row.

Resource         planhat.resource

Test Setup       Reset Planhat


*** Test Cases ***
The Report Counts Every Row Once
    ${new}=    Create Dictionary    external_id=N-1    name=New
    ${known}=    Create Dictionary    external_id=C-00001    phase=other
    ${same}=    Create Dictionary    external_id=C-00002    name=Birchwood Analytics
    @{rows}=    Create List    ${new}    ${known}    ${same}
    ${report}=    Upsert Companies    ${rows}
    Should Be Equal    ${report.counts}
    ...    ${{{'created': 1, 'updated': 1, 'unchanged': 1, 'failed': 0, 'unknown': 0}}}
    Should Be Equal As Strings    ${report}    1 created, 1 updated, 1 unchanged
    Should Be Equal    ${{[each.outcome.value for each in $report.results]}}
    ...    ${{['created', 'updated', 'unchanged']}}

The Report Is Planhat's Own Answer As Well
    @{rows}=    Make Companies    2
    ${report}=    Upsert Companies    ${rows}
    Should Be Equal    ${report}[created]    ${2}
    Should Be Equal    ${report}[createdErrors]    ${{[]}}
    Length Should Be    ${report}[insertsKeys]    2

A Failed Row Fails The Keyword And The Good Rows Are Stored
    ${bad}=    Create Dictionary    _id=000000000000000000000001    name=Nobody
    @{rows}=    Make Companies    2
    Append To List    ${rows}    ${bad}
    Run Keyword And Expect Error
    ...    EQUALS:1 of 3 rows were not stored: 2 created, 1 failed\n${SPACE * 2}row 3 failed: company not found
    ...    Upsert Companies
    ...    ${rows}
    ${count}=    Count Stored    companies
    Should Be Equal    ${count}    ${62}

Failed Rows Are Only Reported When That Is Wanted
    ${bad}=    Create Dictionary    external_id=P-1    email=ada@acme.example    company_id=extid-NONE
    ${good}=    Create Dictionary    external_id=P-2    email=bea@acme.example    company_id=extid-C-00001
    @{rows}=    Create List    ${bad}    ${good}
    ${report}=    Upsert Endusers    ${rows}    fail_on_errors=False
    Should Be Equal    ${report.counts}[failed]    ${1}
    Should Be Equal    ${report.counts}[created]    ${1}
    Should Be Equal    ${report.failed[0].number}    ${1}
    Should Be Equal    ${report.failed[0].row}    ${bad}
    Should Be Equal    ${report.failed[0].key}    externalId=P-1
    Should Not Be Empty    ${report.failed[0].reason}

The Error Has The Report
    ${bad}=    Create Dictionary    external_id=P-1    email=ada@acme.example    company_id=extid-NONE
    TRY
        Upsert Endusers    ${bad}
    EXCEPT    1 of 1 rows were not stored: 1 failed*    type=GLOB
        Log    As expected.
    ELSE
        Fail    The row should have failed.
    END

No Rows Are No Calls
    Forget Requests
    ${report}=    Upsert Companies    ${{[]}}
    Should Be Equal As Strings    ${report}    no rows
    Should Be Equal    ${report.counts}[created]    ${0}
    ${requests}=    Get Requests
    Should Be Empty    ${requests}

More Than Five Thousand Rows Go In Several Calls
    @{rows}=    Make Companies    5001
    Forget Requests
    ${report}=    Upsert Companies    ${rows}
    Should Be Equal As Strings    ${report}    5001 created
    Should Be Equal    ${report.calls}    ${2}
    ${bodies}=    Get Sent Bodies    PUT
    Length Should Be    ${bodies}    2
    ${count}=    Count Stored    companies
    Should Be Equal    ${count}    ${5061}

A Table Is Taken Without Its Index
    ${one}=    Create Dictionary    external_id=N-1    name=One
    ${two}=    Create Dictionary    external_id=N-2    name=Two
    ${table}=    Make Table    ${one}    ${two}
    ${report}=    Upsert Companies    ${table}
    Should Be Equal As Strings    ${report}    2 created

Rows Are JSON, One Dictionary, Or Records
    ${report}=    Upsert Companies    [{"external_id": "N-1", "name": "One"}]
    Should Be Equal As Strings    ${report}    1 created
    ${row}=    Create Dictionary    externalId=N-1    name=Uno
    ${report}=    Upsert Companies    ${row}
    Should Be Equal As Strings    ${report}    1 updated
    @{companies}=    Get Companies    properties=name,phase    limit=3
    ${report}=    Upsert Companies    ${companies}
    Should Be Equal As Strings    ${report}    3 unchanged

All Bad Rows Are Told Before Anything Is Sent
    ${good}=    Create Dictionary    external_id=N-1    name=One
    ${unknown}=    Create Dictionary    external_id=N-2    phse=x
    ${wrong}=    Create Dictionary    external_id=N-3    csm_score=9
    ${nothing}=    Create Dictionary    phase=x
    @{rows}=    Create List    ${good}    ${unknown}    ${wrong}    ${nothing}
    Nothing Is Sent
    ...    Nothing was sent, since 3 rows are bad:\n${SPACE * 2}row 2: The model company has no field 'phse'. Did you mean phase? Custom fields are written custom.<Name>\=value.\n${SPACE * 2}row 3: csm_score goes from 1 to 5; 9 is outside.\n${SPACE * 2}row 4: it has no key to match a record, and a new company needs name.
    ...    Upsert Companies
    ...    ${rows}

Rows That Contradict Each Other Are Refused
    ${one}=    Create Dictionary    external_id=N-1    name=One
    ${other}=    Create Dictionary    external_id=N-1    name=Other
    @{rows}=    Create List    ${one}    ${other}
    Nothing Is Sent
    ...    Nothing was sent, since 1 row is bad:\n${SPACE * 2}row 2: it contradicts row 1, which has the same externalId\=N-1.
    ...    Upsert Companies
    ...    ${rows}

Rows That Repeat Each Other Are Sent Once
    ${one}=    Create Dictionary    external_id=N-1    name=One
    ${same}=    Create Dictionary    external_id=N-1    name=One
    @{rows}=    Create List    ${one}    ${same}
    Forget Requests
    ${report}=    Upsert Companies    ${rows}
    Should Be Equal As Strings    ${report}    1 created, 1 unchanged
    ${bodies}=    Get Sent Bodies    PUT
    Length Should Be    ${bodies}[0]    1

What Is No Row Is Refused
    [Template]    Nothing Is Sent
    Rows are a list of dictionaries or records, a Table, a frame, a generator, JSON, or the path of a file (.csv, .xlsx, .json, .jsonl), not int.    Upsert Companies    ${5}
    There is no file 'five'. Rows are a list of dictionaries or records, a Table, a frame, a generator, JSON, or the path of a file (.csv, .xlsx, .json, .jsonl).    Upsert Companies    five
    The text has no object as row 1, but str.    Upsert Companies    ["x"]

Rows Whose Fate Is Unknown Are Told As Such
    Inject Fault    close_after    verb=PUT    route=/conversations
    ${row}=    Create Dictionary    subject=Kick-off    company_id=65a001000000010000000001
    ${report}=    Upsert Notes    ${row}    fail_on_errors=False
    Should Be Equal As Strings    ${report}    1 unknown
    ${requests}=    Get Requests    PUT
    Length Should Be    ${requests}    1

Rows Without A Key Get One That Is The Same In Each Run
    ${row}=    Create Dictionary    name=Keyless
    ${first}=    Upsert Companies    ${row}    generate_keys=name
    ${again}=    Upsert Companies    ${row}    generate_keys=name
    Should Be Equal As Strings    ${first}    1 created
    Should Be Equal As Strings    ${again}    1 unchanged
    Should Match Regexp    ${first.results[0].key}    ^externalId=rf-[0-9a-f]{32}$

Rows Whose Fate Is Unknown Are Found By What Tells Them Apart
    Inject Fault    close_after    verb=PUT    route=/conversations
    ${row}=    Create Dictionary    subject=Kick-off    company_id=65a001000000010000000001
    ${report}=    Upsert Notes    ${row}    find_by=subject, company_id
    Should Be Equal As Strings    ${report}    1 unchanged
    Should Not Be Empty    ${report.results[0].id}
    ${requests}=    Get Requests    PUT
    Length Should Be    ${requests}    1

Custom Fields That Planhat Does Not Have Are Refused When That Is Wanted
    Create Custom Field    parent=company    name=Region    type=text
    ${row}=    Create Dictionary    external_id=N-1    name=One    custom.Regoin=EMEA
    Planhat Refuses
    ...    Nothing was sent, since 1 row is bad:\n${SPACE * 2}row 1: companies have no custom field 'Regoin' (did you mean Region or Regions?). Create Custom Field creates one, Apply Custom Fields all that a file declares.
    ...    Upsert Companies
    ...    ${row}
    ...    check_custom_fields=True
    ${row}=    Create Dictionary    external_id=N-1    name=One    custom.Region=EMEA
    ${report}=    Upsert Companies    ${row}    check_custom_fields=True
    Should Be Equal As Strings    ${report}    1 created
