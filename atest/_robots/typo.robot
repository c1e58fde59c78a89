*** Settings ***
Documentation    The import has an option with a senseless value.


*** Test Cases ***
Work
    Import Library    RPA.Planhat    retries=${-1}
