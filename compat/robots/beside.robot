*** Settings ***
Documentation    Libraries of rpaframework and ours in one suite, in both orders of import.

Library          RPA.Hubspot
Library          RPA.Planhat
Library          RPA.HTTP
Library          RPA.FileSystem
Library          RPA.Robocorp.Storage
Library          RPA.Salesforce


*** Tasks ***
# robotcode: ignore[MultipleKeywords]
A Name That Two Libraries Have Is Told Apart
    [Documentation]    Delete Asset is a keyword of RPA.Robocorp.Storage as well.
    Run Keyword And Expect Error
    ...    Multiple keywords with name 'Delete Asset' found.*
    ...    Delete Asset
    ...    nowhere
    Run Keyword And Expect Error
    ...    Not found in Planhat: *asset not found*
    ...    RPA.Planhat.Delete Asset
    ...    extid-nowhere
    Set Library Search Order    RPA.Planhat
    Run Keyword And Expect Error
    ...    Not found in Planhat: *asset not found*
    ...    Delete Asset
    ...    extid-nowhere
    [Teardown]    Set Library Search Order

Their HTTP Library And Ours Do Not Disturb Each Other
    [Documentation]    RPA.HTTP takes over what RequestsLibrary logs; our calls stay ours.
    Create Session    sandbox    %{PLANHAT_BASE_URL}
    ${answer}=    GET On Session    sandbox    /    expected_status=any
    Should Be True    ${answer.status_code} < 500
    ${before}=    Get Companies    limit=1
    Length Should Be    ${before}    1
    Delete All Sessions
    ${after}=    Get Companies    limit=1
    Should Be Equal    ${before}    ${after}
