*** Settings ***
Documentation    Meets a busy Planhat; its log is looked at.

Library          RPA.Planhat


*** Test Cases ***
A Busy Planhat
    ${companies}=    Get Companies    limit=1
