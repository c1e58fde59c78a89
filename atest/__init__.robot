*** Settings ***
Documentation     The library against a sandbox in a process of its own, over real HTTP.

Library           support.py

Suite Setup       Start Sandbox Process
Suite Teardown    Stop Sandbox Processes
Test Timeout      1 minute
