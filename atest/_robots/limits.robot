*** Settings ***
Documentation    The import names limits as people write them.

Library          RPA.Planhat    timeout=1 min 30 s    largest_answer=2 KB    retries=0    backoff=0.5


*** Test Cases ***
Too Much Is Refused
    Get Companies

A Connection Can Take More
    Connect To Planhat    largest_answer=64 MB    retries=2    longest_wait=1 s
    Get Companies
