*** Settings ***
Documentation    The token and the tenant are secret variables, which Robot Framework has since 7.4.

Library          RPA.Planhat


*** Variables ***
${TOKEN: Secret}     %{GIVEN_KEY=}
${TENANT: Secret}    %{GIVEN_TENANT=}


*** Test Cases ***
Work
    Connect To Planhat    ${TOKEN}    ${TENANT}
    Track Activity    Logged in    email=tess.vogel0@alderlogistics.example
    Get Companies    limit=3
    Connect To Planhat    api_key=${TOKEN}    tenant_uuid=${TENANT}    alias=again
    Create Company    name=Acme
    Get Company    extid-NONE
