*** Settings ***
Documentation    The tenant goes along with activities, metrics and Segment events.

Library          RPA.Planhat


*** Test Cases ***
Work
    Track Activity    Logged in    email=tess.vogel0@alderlogistics.example
    ${row}=    Create Dictionary    action=Exported    id=u-1    cId=C-00001
    Track Activities    ${row}    journal=${OUTPUT DIR}/activities.journal
    Push Metrics    dimension_id=exports    value=1    external_id=C-00001
    Verify Metrics    dimension_id=exports    value=1    external_id=C-00001
    Send Segment Identify    u-1    email=tess.vogel0@alderlogistics.example
    Send Segment Track    Exported    u-1

Fail
    Run Keyword And Expect Error    *    Track Activities    ${{[{'action': 'x'}]}}
    Connect To Planhat    read_only=True    alias=careful
    Run Keyword And Expect Error    *read-only*    Push Metrics
    ...    dimension_id=exports    value=1    external_id=C-00001
    Run Keyword And Expect Error    *read-only*    Send Segment Track    Exported    u-1
