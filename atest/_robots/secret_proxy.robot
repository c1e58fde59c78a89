*** Settings ***
Documentation    A proxy with a password, in all the ways in which it can be given. It refuses, or nobody listens.

Library          RPA.Planhat    proxies=%{GIVEN_PROXY=http://127.0.0.1:9}    base_url=https://planhat.test    retries=0
Variables        given_secrets.py


*** Test Cases ***
By The Import
    Get Companies

By Connecting
    Connect To Planhat    ${TOKEN}    proxies=${PROXIES}    base_url=https://planhat.test    retries=0
    Create Company    name=Acme

By Connecting With One Address
    Connect To Planhat    ${TOKEN}    proxies=${PROXY}    base_url=https://planhat.test    retries=0
    Get Company    extid-NONE

What Is No Proxy Is Not Shown
    Connect To Planhat    ${TOKEN}    proxies=${{ {'https': 'http://[' + $PROXY} }}    base_url=https://planhat.test
