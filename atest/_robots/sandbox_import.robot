*** Settings ***
Documentation    Has a sandbox of its own.

Library          RPA.Planhat    sandbox=%{WANTED=auto}


*** Test Cases ***
Read
    @{companies}=    Get Companies
    ${count}=    Get Length    ${companies}
    Log    There are ${count} companies.
    Track Activity    Logged in    email=tess.vogel0@alderlogistics.example
