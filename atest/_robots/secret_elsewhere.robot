*** Settings ***
Documentation    The token comes from the environment or from a vault.

Library          RPA.Planhat


*** Test Cases ***
Work
    Track Activity    Logged in    email=tess.vogel0@alderlogistics.example
    Get Companies    limit=3
    Connect To Planhat    alias=again
    Create Company    name=Acme
    Get Company    extid-NONE

Named Secret
    Connect To Planhat    vault_secret_name=planhat_api    alias=named
    Get Companies    limit=3
