*** Settings ***
Documentation    Each of these waits for something that does not come, and has a timeout of Robot Framework.

Library          RPA.Planhat    timeout=1 min    settle=30 s    calls_per_minute=30

Test Timeout     1 second


*** Variables ***
@{ROWS}    ${{ {'name': 'Bulk', 'external_id': 'B-1'} }}


*** Test Cases ***
For An Answer To A Read
    Get Companies

For The Time That Planhat Asked For
    Get Endusers

For An Answer To A Write
    Update Company    extid-C-00001    phase=done

For An Answer To A Bulk Write
    Upsert Companies    ${ROWS}

For A Record Whose Answer Was Lost
    Create Company    name=Lost    external_id=L-1

For Its Turn Under The Limit On Calls
    FOR    ${_}    IN RANGE    60
        List All Companies
    END
