*** Settings ***
Documentation    Tests the robot against an empty sandbox: nothing leaves this machine.

Library          RPA.Planhat    sandbox=True    sandbox_seed=empty
Resource         ${CURDIR}${/}..${/}customers.resource


*** Variables ***
${CUSTOMERS}    ${CURDIR}${/}..${/}data${/}customers.csv


*** Test Cases ***
The Table Arrives As It Is
    ${report}=    Sync Customer Table    ${CUSTOMERS}
    Should Be Equal As Strings    ${report}    4 created
    ${company}=    Get Company    extid-A-1003
    Should Be Equal    ${company.name}    Müller Maschinen GmbH
    Should Be Equal    ${company.phase}    onboarding

A Second Run Changes Nothing
    ${report}=    Sync Customer Table    ${CUSTOMERS}
    Should Be Equal As Strings    ${report}    4 unchanged

A Plan Sends Nothing
    Update Company    extid-A-1001    phase=churned
    ${plan}=    Plan Customers    ${CUSTOMERS}
    Should Be Equal As Strings    ${plan}    1 update, 3 unchanged
    ${company}=    Get Company    extid-A-1001
    Should Be Equal    ${company.phase}    churned
