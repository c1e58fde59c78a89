*** Settings ***
Documentation    A proxy with a password is in the environment; it refuses.

Library          RPA.Planhat    retries=0


*** Test Cases ***
Work
    Get Companies    limit=3
