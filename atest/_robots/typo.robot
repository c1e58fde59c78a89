*** Settings ***
Documentation    The import has an option with a senseless value.

Library          RPA.Planhat    retries=${-1}


*** Test Cases ***
Work
    Get Companies
