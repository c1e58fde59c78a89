*** Settings ***
Documentation    Bulk upserts with a journal, and their reports as files.

Library          OperatingSystem
Resource         planhat.resource

Test Setup       Reset Planhat


*** Test Cases ***
A Finished Journal Sends Nothing Again
    ${journal}=    New Journal
    @{rows}=    Make Companies    3
    ${first}=    Upsert Companies    ${rows}    journal=${journal}    verify=True
    Should Be Equal As Strings    ${first.proof}    3 rows as sent
    Forget Requests
    ${again}=    Upsert Companies    ${rows}    journal=${journal}
    Should Be Equal    ${again}    ${first}
    Should Be Equal As Strings    ${again}    3 created
    ${requests}=    Get Requests
    Should Be Empty    ${requests}

A Journal Goes On Where The Upload Stopped
    ${journal}=    New Journal
    @{rows}=    Make Companies    5001
    Inject Fault    status    status=401    verb=PUT    calls=${{[2]}}
    TRY
        Upsert Companies    ${rows}    journal=${journal}
    EXCEPT    The upload stopped: Planhat did not accept the token*    type=GLOB
        Log    As expected.
    END
    ${report}=    Upsert Planhat Objects    companies    ${rows}    journal=${journal}
    Should Be Equal As Strings    ${report}    5001 created
    ${count}=    Count Stored    companies
    Should Be Equal    ${count}    ${5061}

Another Input Is Refused
    ${journal}=    New Journal
    @{rows}=    Make Companies    2
    Upsert Companies    ${rows}    journal=${journal}
    TRY
        Upsert Companies    ${rows}[:1]    journal=${journal}
    EXCEPT    The journal * is that of another upload; these differ: number of rows (2 there, 1 here)*    type=GLOB
        Log    As expected.
    END

The File Of Failed Rows Is An Input Again
    ${good}=    Create Dictionary    external_id=P-1    email=bea@acme.example    company_id=extid-C-00001
    ${bad}=    Create Dictionary    external_id=P-2    email=ada@acme.example    company_id=extid-NONE
    @{rows}=    Create List    ${good}    ${bad}
    ${report}=    Upsert Endusers    ${rows}    fail_on_errors=False
    ${files}=    Save Upsert Report    ${report}    ${OUTPUT_DIR}${/}people.csv
    Create Company    name=Late    external_id=NONE
    ${failed}=    Evaluate    list(csv.DictReader(open($files['failed'], encoding='utf-8-sig')))    modules=csv
    Length Should Be    ${failed}    1
    ${report}=    Upsert Endusers    ${failed}
    Should Be Equal As Strings    ${report}    1 created
    File Should Exist    ${files}[ok]
    File Should Exist    ${files}[unknown]
    [Teardown]    Remove Files    ${OUTPUT_DIR}${/}people.*.csv


*** Keywords ***
New Journal
    [Documentation]    Returns the path of a journal that is not there yet.
    ${journal}=    Set Variable    ${OUTPUT_DIR}${/}upload.journal
    Remove File    ${journal}
    RETURN    ${journal}
