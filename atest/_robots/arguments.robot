*** Settings ***
Documentation    Gets its credentials from the arguments of the import.

Library          RPA.Planhat    %{GIVEN_KEY=}    base_url=%{GIVEN_URL=}    timeout=10 s


*** Test Cases ***
Read
    ${company}=    Get Company    extid-C-00001
    Should Be Equal    ${company.name}    Alder Logistics
