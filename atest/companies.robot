*** Settings ***
Documentation    The life of a company: created, read by each of its ids, changed, upserted, deleted.

Resource         planhat.resource

Test Setup       Reset Planhat


*** Test Cases ***
A Company Is Created And Comes Back As Planhat Stored It
    ${company}=    Create Company
    ...    name=Acme
    ...    external_id=A-1
    ...    phase=onboarding
    ...    tags=gold,emea
    ...    csm_score=4
    ${stored}=    Get Only Stored    companies    externalId=A-1
    Should Be Equal    ${company.id}    ${stored}[_id]
    Should Be Equal    ${company.name}    Acme
    Should Be Equal    ${stored}[tags]    ${{['gold', 'emea']}}
    Should Be Equal    ${stored}[csmScore]    ${4}

A Company Is Read By Any Of Its Ids And By A Record Of It
    ${by id}=    Get Company    65a001000000010000000001
    ${by external id}=    Get Company    extid-C-00001
    ${by source id}=    Get Company    srcid-crm-100000
    ${by record}=    Get Company    ${by id}
    Should Be Equal    ${by id.name}    Alder Logistics
    Should Be Equal    ${by external id}    ${by id}
    Should Be Equal    ${by source id}    ${by id}
    Should Be Equal    ${by record}    ${by id}

An Update Changes The Given Fields And Leaves All Others Alone
    ${before}=    Get Company    extid-C-00001
    ${after}=    Update Company    extid-C-00001    phase=renewal talks    city=Malmö
    Should Be Equal    ${after.phase}    renewal talks
    Should Be Equal    ${after.city}    Malmö
    Should Be Equal    ${after.name}    ${before.name}
    Should Be Equal    ${after.custom}    ${before.custom}

A Company Is Updated By Its Record And By Its Source Id
    ${company}=    Get Company    extid-C-00002
    Update Company    ${company}    phase=adoption
    ${after}=    Update Company    srcid-crm-100001    country=Norway
    Should Be Equal    ${after.phase}    adoption
    Should Be Equal    ${after.country}    Norway

Companies Are Upserted By Their External Id
    ${known}=    Create Dictionary    external_id=C-00001    phase=upserted
    ${new}=    Create Dictionary    external_id=A-2    name=Brandnew
    @{rows}=    Create List    ${known}    ${new}
    ${report}=    Upsert Companies    ${rows}
    Should Be Equal    ${report.counts}[created]    ${1}
    Should Be Equal    ${report.counts}[updated]    ${1}
    ${stored}=    Get Only Stored    companies    externalId=C-00001
    Should Be Equal    ${stored}[phase]    upserted
    Should Be Equal    ${stored}[name]    Alder Logistics

A Company Is Deleted By Its External Id
    ${name}=    Delete Company    extid-C-00003
    Should Be Equal    ${name}    extid-C-00003
    ${stored}=    Get Stored    companies    externalId=C-00003
    Should Be Empty    ${stored}

Deleting What Is Not There Fails Unless It May Be Missing
    Planhat Refuses
    ...    Not found in Planhat: GET /companies/extid-NONE answered 404. Planhat said: company not found\nCheck the id. An external id needs the prefix extid-, a source id the prefix srcid-.
    ...    Delete Company
    ...    extid-NONE
    ${name}=    Delete Company    extid-NONE    missing_ok=True
    Should Be Equal    ${name}    extid-NONE

A Key That Is In Use Is Found Out Before Anything Is Sent
    Planhat Refuses
    ...    Planhat found a conflict: the company was not created, since company 'Alder Logistics' 65a001000000010000000001 has the key extid-C-00001. Nothing was sent.\nA record with this key exists. Update it, or use the Upsert keyword.
    ...    Create Company
    ...    name=Acme
    ...    external_id=C-00001
