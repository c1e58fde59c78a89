*** Settings ***
Documentation    How fields are named and what they take.

Resource         planhat.resource

Test Setup       Reset Planhat


*** Variables ***
${COMPANY}    65a001000000010000000001


*** Test Cases ***
An Unknown Field Is Refused With Near Matches
    Nothing Is Sent
    ...    The model company has no field 'phse'. Did you mean phase? Custom fields are written custom.<Name>\=value.
    ...    Create Company
    ...    name=Acme
    ...    phse=onboarding

An Unknown Field Of A Row Is Refused As Well
    ${row}=    Create Dictionary    name=Acme    e_mail=ada@acme.example
    Nothing Is Sent
    ...    The model enduser has no field 'e_mail'. Did you mean email or email_md5 or other_emails? Custom fields are written custom.<Name>\=value.
    ...    Create Enduser
    ...    ${row}

A Field In Planhat's Own Spelling Is Taken
    ${ada}=    Create Enduser    email=ada@acme.example    companyId=${COMPANY}    firstName=Ada    lastName=Byron
    Should Be Equal    ${ada.first_name}    Ada
    Should Be Equal    ${ada.company_id}    ${COMPANY}

A Field In Both Spellings With Two Values Is Refused
    Nothing Is Sent
    ...    first_name is given twice, as first_name and firstName.
    ...    Create Enduser
    ...    email=ada@acme.example
    ...    company_id=${COMPANY}
    ...    first_name=Ada
    ...    firstName=Bea

A Custom Field Is Named As In Planhat
    Create Custom Field    name=Contract Type    type=text    parent=company
    ${company}=    Create Company    name=Acme    custom.Contract Type=Gold    custom.Seats=${5}
    ${stored}=    Get Only Stored    companies    _id=${company.id}
    Should Be Equal    ${stored}[custom]    ${{{'Contract Type': 'Gold', 'Seats': 5}}}
    Should Be Equal    ${company.custom['Contract Type']}    Gold

A Custom Field Leaves The Others Alone
    ${before}=    Get Company    extid-C-00001
    Create Custom Field    name=Tier    type=text    parent=company
    ${company}=    Update Company    extid-C-00001    custom.Tier=Gold
    Should Be Equal    ${company.custom}    ${{{**$before['custom'], 'Tier': 'Gold'}}}

None Clears A Field And Leaving It Out Does Not
    ${company}=    Update Company    extid-C-00001    city=${None}    phase=adoption
    Should Be Equal    ${company}[city]    ${None}
    Should Be Equal    ${company.country}    Sweden
    @{bodies}=    Get Sent Bodies    PUT
    Should Be Equal    ${bodies}    ${{[{'city': None, 'phase': 'adoption'}]}}

An Equals Sign In A Positional Value Is Escaped
    ${row}=    Create Dictionary    name=A\=B Corp
    ${company}=    Create Company    ${row}
    Should Be Equal    ${company.name}    A=B Corp
    Create Company    name=Other    external_id=A=1
    ${other}=    Get Company    extid-A\=1
    Should Be Equal    ${other.name}    Other

A Named Value May Hold An Equals Sign
    ${company}=    Create Company    name=A=B Corp    description=1 + 1 = 2
    Should Be Equal    ${company.name}    A=B Corp
    Should Be Equal    ${company.description}    1 + 1 = 2

Named Fields Win Over A Row
    ${row}=    Create Dictionary    name=Acme    phase=onboarding    external_id=A-1
    ${company}=    Create Company    ${row}    phase=adoption
    Should Be Equal    ${company.phase}    adoption
    Should Be Equal    ${company.external_id}    A-1
    Should Be Equal    ${row}[phase]    onboarding

A Dictionary Is Expanded To Fields
    Create Custom Field    name=Tier    type=text    parent=company
    &{row}=    Create Dictionary    name=Acme    external_id=A-1    custom.Tier=Gold
    ${company}=    Create Company    &{row}    phase=adoption
    Should Be Equal    ${company.custom.Tier}    Gold
    Should Be Equal    ${company.phase}    adoption

A Row May Be JSON
    Create Custom Field    name=Tier    type=number    parent=company
    ${company}=    Create Company    {"name": "Acme", "tags": ["gold"], "custom": {"Tier": 1}}
    Should Be Equal    ${company.tags}    ${{['gold']}}
    Should Be Equal    ${company.custom.Tier}    ${1}

Values Are Converted By The Type Of The Field
    ${asset}=    Create Asset    name=Pump    company_id=${COMPANY}    value=12.50    install_date=2026-03-01
    ${enduser}=    Create Enduser    email=a@acme.example    company_id=${COMPANY}    featured=yes    tags=a, b
    Should Be Equal    ${asset.value}    ${12.5}
    Should Start With    ${asset.install_date}    2026-03-01
    Should Be Equal    ${enduser.featured}    ${True}
    Should Be Equal    ${enduser.tags}    ${{['a', 'b']}}

A Text That Looks Like A Number Stays A Text
    ${company}=    Create Company    name=0042    external_id=007    zip=01234    phone_primary=+46123
    Should Be Equal    ${company.name}    0042
    Should Be Equal    ${company.external_id}    007
    Should Be Equal    ${company.zip}    01234
    Should Be Equal    ${company.phone_primary}    +46123

An Accent And A Sign Of Any Language Come Back
    ${company}=    Create Company    name=Grün & Söhne 株式会社 🚀
    ${same}=    Get Company    ${company.id}
    Should Be Equal    ${same.name}    Grün & Söhne 株式会社 🚀

A Field That Planhat Sets Is Refused When It Is Named
    Nothing Is Sent
    ...    mrr of a company is set by Planhat and cannot be written.
    ...    Update Company
    ...    extid-C-00001
    ...    mrr=5
    Nothing Is Sent
    ...    beats of an enduser is set by Planhat and cannot be written.
    ...    Update Enduser
    ...    extid-C-00001-0
    ...    beats=5

A Record With Fields That Planhat Sets Is Taken
    ${company}=    Get Company    extid-C-00001
    ${company.phase}=    Set Variable    adoption
    ${after}=    Update Company    ${company}    ${company}
    Should Be Equal    ${after.phase}    adoption
    Should Be Equal    ${after.mrr}    ${company.mrr}

A Value That Does Not Fit Is Refused
    [Template]    Nothing Is Sent
    csm_score goes from 1 to 5; 9 is outside.    Update Company    extid-C-00001    csm_score=9
    status is one of prospect, coming, customer, canceled, lost; not 'happy'.    Update Company    extid-C-00001    status=happy
    install_date takes a date and time, ISO 8601, not 'tomorrow'.    Update Asset    extid-A-C-00001    install_date=tomorrow
    value takes a number, not 'much'.    Update Asset    extid-A-C-00001    {"value": "much"}
    featured takes true or false, not 'maybe'.    Update Enduser    extid-C-00001-0    featured=maybe
    due_date takes a day, as YYYY-MM-DD or days since 1970-01-01, not 'soon'.    Update Invoice    extid-I-C-00001    due_date=soon
    custom takes an object, not 'Gold'.    Update Company    extid-C-00001    custom=Gold
