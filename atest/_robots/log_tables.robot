*** Settings ***
Documentation    Does what ends in tables; its log is looked at.

Library          Collections
Library          RPA.Planhat


*** Test Cases ***
A Plan
    ${row}=    Create Dictionary    name=<i>Acme</i>    external_id=A-1    phase=onboarding
    ${plan}=    Import Companies    ${row}    dry_run=True

An Import With A Bad Row
    ${good}=    Create Dictionary    name=Acme    external_id=A-1
    ${bad}=    Create Dictionary    name=Nova    external_id=A-2    status=unheard
    ${rows}=    Create List    ${good}    ${bad}
    ${report}=    Import Companies    ${rows}    bad_rows=skip
    Run Keyword And Expect Error    Nothing was sent, since 1 of 2 rows are bad:*    Import Companies    ${rows}

An Upsert
    ${one}=    Create Dictionary    name=Zeta    external_id=A-3
    ${other}=    Create Dictionary    name=Iota    external_id=A-4
    ${rows}=    Create List    ${one}    ${other}
    ${report}=    Upsert Companies    ${rows}

Deletions
    @{found}=    Get Companies    name=Zeta    properties=name
    Append To List    ${found}    000000000000000000000001
    ${report}=    Delete Planhat Objects    companies    ${found}    expected=2

Metrics That Planhat Drops
    ${row}=    Create Dictionary    external_id=A-999    value=8    date=2026-03-01
    ${pushed}=    Push Metrics    ${row}    dimension_id=seats
    ${report}=    Verify Metrics    ${row}    dimension_id=seats    fail_on_errors=False

Custom Fields
    ${tier}=    Create Dictionary    name=Tier    object=company    type=list    options=Gold; Silver
    ${seats}=    Create Dictionary    name=Seats Sold    object=company    type=number
    ${fields}=    Create List    ${tier}    ${seats}
    ${plan}=    Plan Custom Fields    ${fields}
    ${report}=    Apply Custom Fields    ${fields}    fail_on_errors=False
    ${report}=    Apply Custom Fields    ${fields}
    ${report}=    Apply Custom Fields    ${fields}
    ${report}=    Apply Custom Fields    ${fields}    delete_extra=True
