*** Settings ***
Documentation    Does a bit of everything; its log is looked at.

Library          Collections
Library          RPA.Planhat


*** Test Cases ***
A Bit Of Everything
    ${alias}=    Connect To Planhat    alias=mine
    ${company}=    Create Company    name=Acme    external_id=A-1
    ${company}=    Update Company    ${company}    phase=<b>bold</b>
    ${company}=    Get Company    ${company}
    ${companies}=    Get Companies    properties=name,phase
    ${few}=    Get Companies    limit=1
    ${none}=    Get Companies    name=Nobody
    ${row}=    Create Dictionary    name=Nova    external_id=A-2
    ${report}=    Upsert Companies    ${row}
    ${name}=    Delete Company    ${company}
    ${name}=    Delete Company    ${company}    missing_ok=True
    ${name}=    Delete Planhat Object    company    ${company}    missing_ok=True
    ${missing}=    Find Missing Objects    ${row}    company
    ${answer}=    Planhat Request    GET    /companies    limit=1
    Track Activity    Logged in    email=tess.vogel0@alderlogistics.example
    Close Planhat Connections

A Bad Row
    ${row}=    Create Dictionary    _id=000000000000000000000001    name=Nobody
    ${report}=    Upsert Companies    ${row}    fail_on_errors=False
