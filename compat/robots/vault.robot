*** Settings ***
Documentation    The token comes from whichever vault the environment names; there is none in the environment itself.

Library          OperatingSystem
Library          RPA.Planhat    vault_secret_name=planhat_api


*** Tasks ***
The Vault Gives The Token
    [Documentation]    As configured by the one who runs this.
    Environment Variable Should Not Be Set    PLANHAT_API_KEY
    @{companies}=    Get Companies    limit=2
    Length Should Be    ${companies}    2
