*** Settings ***
Documentation    Must not change anything.

Library          RPA.Planhat    read_only=True


*** Test Cases ***
Read
    Get Company    extid-C-00001

Write
    Update Company    extid-C-00001    phase=other
