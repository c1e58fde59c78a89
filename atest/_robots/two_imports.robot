*** Settings ***
Documentation    Imports the library twice, for two tenants.

Library          RPA.Planhat    AS    Mine
Library          RPA.Planhat    %{GIVEN_KEY=}    base_url=%{GIVEN_URL=}    AS    Theirs


*** Test Cases ***
Copy A Company
    ${company}=    Mine.Get Company    extid-C-00001
    ${copy}=    Theirs.Create Company    name=${company.name}
    Should Be Equal    ${copy.name}    Alder Logistics
