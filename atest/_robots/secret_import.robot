*** Settings ***
Documentation    The token is an argument of the import.

Library          RPA.Planhat    %{GIVEN_KEY=}    tenant_uuid=%{GIVEN_TENANT=}


*** Test Cases ***
Work
    Track Activity    Logged in    email=tess.vogel0@alderlogistics.example
    Get Companies    limit=3
    Create Company    name=Acme
    Get Company    extid-NONE
