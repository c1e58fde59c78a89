*** Settings ***
Documentation    Metrics: pushed, read back, verified.

Resource         planhat.resource

Test Setup       Reset Planhat


*** Variables ***
${COMPANY}    65a001000000010000000001


*** Test Cases ***
One Metric Is Pushed And Read Back
    Push Metrics    dimension_id=exports    value=12.5    external_id=C-00001    date=2026-03-01
    @{metrics}=    Get Metrics    ${COMPANY}    dimension_id=exports    from_date=2026-03-01    to_date=2026-03-01
    Length Should Be    ${metrics}    1
    Should Be Equal    ${metrics[0].value}    ${12.5}
    Should Be Equal    ${metrics[0].parent_id}    ${COMPANY}
    @{queries}=    Get Queries    /dimensiondata
    Should Be Equal    ${queries}[-1][from]    20513
    Should Be Equal    ${queries}[-1][to]    20513
    @{before}=    Get Metrics    dimension_id=exports    to_date=2026-02-28
    Should Be Empty    ${before}

Rows Share What They Have In Common
    ${monday}=    Create Dictionary    value=40    date=2026-03-02
    ${tuesday}=    Create Dictionary    value=55    date=2026-03-03
    ${rows}=    Create List    ${monday}    ${tuesday}
    ${report}=    Push Metrics    ${rows}    dimension_id=exports    external_id=C-00001
    Should Be Equal As Strings    ${report}    2 received
    ${found}=    Verify Metrics    ${rows}    dimension_id=exports    external_id=C-00001
    Should Be Equal As Integers    ${found.arrived}    2

Metrics Belong To Endusers As Well
    Create Enduser    email=ada@metric.example    company_id=${COMPANY}    external_id=U-99
    Push Metrics    dimension_id=clicks    value=3    external_id=U-99    model=enduser
    @{metrics}=    Get Metrics    dimension_id=clicks    model=EndUser
    Length Should Be    ${metrics}    1
    Verify Metrics    dimension_id=clicks    value=3    external_id=U-99    model=EndUser

A Dimension Id That Planhat Would Not Take Is Refused
    Nothing Is Sent
    ...    Nothing was sent, since 1 row is bad:\n${SPACE*2}row 1: The dimension id 'daily exports' holds spaces; Planhat takes letters, digits, _ and - only, and would silently drop the metric.
    ...    Push Metrics
    ...    dimension_id=daily exports
    ...    value=${1}
    ...    external_id=C-00001

A Misspelled Option Is Not Taken For A File
    Forget Requests
    Run Keyword And Expect Error
    ...    EQUALS:There is no option 'dimension'. Did you mean dimension_id or any_dimension_id?
    ...    Push Metrics
    ...    dimension=logins
    ...    value=3
    ...    external_id=C-00001
    Run Keyword And Expect Error    EQUALS:There is no option 'jurnal'. Did you mean journal?
    ...    Track Activities    jurnal=a.journal
    Run Keyword And Expect Error
    ...    EQUALS:There is no option 'dimensionid'. Did you mean dimension_id or any_dimension_id?
    ...    Verify Metrics
    ...    dimensionid=logins
    ${requests}=    Get Requests
    Should Be Empty    ${requests}

What Was Dropped Is Named
    ${good}=    Create Dictionary    external_id=C-00001    value=${1}    date=2026-03-01
    ${lost}=    Create Dictionary    external_id=nobody    value=${1}    date=2026-03-01
    ${rows}=    Create List    ${good}    ${lost}
    Push Metrics    ${rows}    dimension_id=exports
    ${found}=    Verify Metrics    ${rows}    dimension_id=exports    fail_on_errors=False
    Should Be Equal As Integers    ${found.arrived}    1
    Should Be Equal As Integers    ${found.missing[0].number}    2
    Should Be Equal    ${found.missing[0].reason}    Planhat has no company with the external id 'nobody'.
    Run Keyword And Expect Error
    ...    1 of 2 metrics were not found: 1 of 2 arrived *
    ...    Verify Metrics
    ...    ${rows}
    ...    dimension_id=exports
