*** Settings ***
Documentation    The token and the tenant come in variables of a variable file.

Library          RPA.Planhat
Variables        given_secrets.py


*** Test Cases ***
Work
    Connect To Planhat    ${TOKEN}    ${TENANT}
    Track Activity    Logged in    email=tess.vogel0@alderlogistics.example
    Get Companies    limit=3
    Connect To Planhat    api_key=${TOKEN}    tenant_uuid=${TENANT}    alias=again
    Create Company    name=Acme
    Get Company    extid-NONE
