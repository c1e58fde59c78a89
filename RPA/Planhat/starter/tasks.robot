*** Settings ***
Documentation    Keeps the customers in Planhat as the CRM has them.
...
...              Try it in a sandbox with demo data: `robot --variable SANDBOX:True tasks.robot`.

Library          RPA.Planhat    sandbox=${SANDBOX}
Resource         customers.resource


*** Variables ***
${SANDBOX}    ${False}
${DATA}       ${CURDIR}${/}data


*** Tasks ***
Show What Would Change
    [Documentation]    Plans the sync and sends nothing; the plan is in output/plan.csv.
    ${plan}=    Plan Customers    ${DATA}${/}customers.csv
    Log    Companies: ${plan}.    console=True

Sync Customers
    [Documentation]    Sends what differs. Rows that are not stored are in output/customers.failed.csv, with the reason.
    ${report}=    Sync Customer Table    ${DATA}${/}customers.csv
    Log    Companies: ${report}.    console=True
