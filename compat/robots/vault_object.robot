*** Settings ***
Documentation    A secret of RPA.Robocorp.Vault is handed over as it is.

Library          RPA.Planhat
Library          RPA.Robocorp.Vault


*** Tasks ***
A Whole Secret Is Taken
    [Documentation]    Its token is in no argument, so no log has it.
    ${secret}=    Get Secret    planhat_api
    Connect To Planhat    ${secret}
    @{companies}=    Get Companies    limit=2
    Length Should Be    ${companies}    2
