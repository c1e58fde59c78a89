*** Settings ***
Documentation    One of the suites that run at the same time.

Resource         shared.resource


*** Tasks ***
Read In Process One
    [Documentation]    With the other suites in other processes.
    Read Companies One By One
