*** Settings ***
Documentation    The people at a customer, and what they do.

Resource         planhat.resource

Test Setup       Reset Planhat


*** Variables ***
${COMPANY}    65a001000000010000000001


*** Test Cases ***
An Enduser Belongs To The Company That Is Named
    ${ada}=    Create Enduser    email=ada@acme.example    company_id=${COMPANY}    first_name=Ada    last_name=Byron
    ${stored}=    Get Only Stored    endusers    email=ada@acme.example
    Should Be Equal    ${stored}[companyId]    ${COMPANY}
    Should Be Equal    ${ada.name}    Ada Byron
    Should Be Equal    ${ada.company_name}    Alder Logistics

The Company Of An Enduser Is Named By Any Id Or Record
    ${alder}=    Get Company    ${COMPANY}
    ${by record}=    Create Enduser    email=a@acme.example    company_id=${alder}
    ${by external id}=    Create Enduser    email=b@acme.example    company_id=extid-C-00001
    ${by source id}=    Create Enduser    email=c@acme.example    company_id=srcid-crm-100000
    Should Be Equal    ${by record.company_id}    ${COMPANY}
    Should Be Equal    ${by external id.company_id}    ${COMPANY}
    Should Be Equal    ${by source id.company_id}    ${COMPANY}

An Enduser Without A Company Is Found One By The Domain Of The Address
    ${ada}=    Create Enduser    email=ada@alderlogistics.example
    Should Be Equal    ${ada.company_id}    ${COMPANY}

An Enduser That Fits No Company Is Refused And Not Taken For Stored
    Set Planhat Dialect    enduser_without_company=drop
    Planhat Refuses
    ...    The answer is not what Planhat sends: POST /endusers answered 200. Planhat gave no reason.\nPlanhat answered with success, but not with the enduser. It was probably ignored: an enduser, for example, needs a company, or an e-mail domain that is one of a company's.
    ...    Create Enduser
    ...    email=ada@nowhere.example

An Enduser Is Moved To Another Company
    ${ada}=    Create Enduser    email=ada@acme.example    external_id=P-1    company_id=${COMPANY}
    ${moved}=    Update Enduser    extid-P-1    company_id=extid-C-00002
    Should Be Equal    ${moved.id}    ${ada.id}
    Should Be Equal    ${moved.company_name}    Birchwood Analytics

Endusers Are Found By Their Address
    @{found}=    Get Endusers    email=tess.vogel0@alderlogistics.example
    Length Should Be    ${found}    1
    Should Be Equal    ${found}[0][externalId]    C-00001-0

Archived Endusers Are Listed When They Are Asked For
    @{archived}=    Get Endusers    archived=True
    @{others}=    Get Endusers
    ${all}=    Count Stored    endusers
    Should Not Be Empty    ${archived}
    Should Be Equal    ${{len($archived) + len($others)}}    ${all}

Endusers Are Upserted By Address And External Id
    ${known}=    Create Dictionary
    ...    email=tess.vogel0@alderlogistics.example
    ...    company_id=${COMPANY}
    ...    position=Head of Buying
    ${new}=    Create Dictionary    external_id=P-2    email=bo@acme.example    company_id=extid-C-00002
    @{rows}=    Create List    ${known}    ${new}
    ${report}=    Upsert Endusers    ${rows}
    Should Be Equal As Strings    ${report}    1 created, 1 updated
    ${tess}=    Get Only Stored    endusers    externalId=C-00001-0
    Should Be Equal    ${tess}[position]    Head of Buying

An Enduser Is Deleted
    Delete Enduser    extid-C-00001-0
    ${stored}=    Get Stored    endusers    externalId=C-00001-0
    Should Be Empty    ${stored}

An Activity Of An Enduser Reaches Planhat
    Track Activity    Logged in    email=tess.vogel0@alderlogistics.example    weight=2    info={"page": "start"}
    ${activity}=    Get Only Stored    activities
    Should Be Equal    ${activity}[action]    Logged in
    Should Be Equal    ${activity}[email]    tess.vogel0@alderlogistics.example
    Should Be Equal    ${activity}[weight]    ${2}
    Should Be Equal    ${activity}[info]    ${{{'page': 'start'}}}
