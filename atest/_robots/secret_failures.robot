*** Settings ***
Documentation    Everything goes wrong, with the token at hand.

Library          RPA.Planhat
Variables        given_secrets.py


*** Test Cases ***
The Token Is Wrong
    Connect To Planhat    wrong-${TOKEN}    ${TENANT}
    Get Companies

The Token Has Blanks
    Connect To Planhat    ${TOKEN} ${TOKEN}

The Arguments Are Wrong
    Connect To Planhat    ${TOKEN}    ${TENANT}    timeout=much

The Tenant Is Told To Nobody
    Connect To Planhat    ${TOKEN}    ${TENANT}    retries=0
    Track Activity    Broken    email=tess.vogel0@alderlogistics.example

The Answer Holds The Token
    Connect To Planhat    ${TOKEN}    ${TENANT}
    Planhat Request    GET    /companies/${{'e' * 24}}

The Host Is Not There
    Connect To Planhat    ${TOKEN}    ${TENANT}    base_url=%{GIVEN_URL=}    retries=0
    Get Companies

A Whole Secret
    Connect To Planhat    ${SECRET}
    Get Company    extid-NONE
