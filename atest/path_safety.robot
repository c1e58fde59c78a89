*** Settings ***
Documentation    An id never reaches another route, whatever is in it.

Resource         planhat.resource

Test Setup       Prepare


*** Variables ***
${HOSTILE}    x/../../users/U1


*** Test Cases ***
An External Id With Slashes Is Deleted And Nothing Else
    Create Company    name=Hostile    external_id=${HOSTILE}
    Forget Requests
    Delete Company    extid-${HOSTILE}
    ${requests}=    Get Requests
    Should Be Equal    ${requests}[0]    GET /companies/extid-x%2F..%2F..%2Fusers%2FU1
    Should Match Regexp    ${requests}[1]    ^DELETE /companies/[0-9a-f]{24}$
    ${stored}=    Get Stored    companies    externalId=${HOSTILE}
    Should Be Empty    ${stored}
    ${users}=    Get Stored    users    externalId=U1
    Length Should Be    ${users}    1

An Id Stays One Part Of The Path
    [Template]    Id Should Be Sent As
    extid-x/../../users/U1    /companies/extid-x%2F..%2F..%2Fusers%2FU1
    srcid-x/../../users/U1    /companies/srcid-x%2F..%2F..%2Fusers%2FU1
    ../users/U1    /companies/..%2Fusers%2FU1
    extid-a?limit\=1    /companies/extid-a%3Flimit%3D1
    extid-a#b    /companies/extid-a%23b
    extid-a b    /companies/extid-a%20b
    extid-a%2Fb    /companies/extid-a%252Fb
    extid-å;b&c    /companies/extid-%C3%A5%3Bb%26c
    extid-a\\b    /companies/extid-a%5Cb
    extid-@evil.example    /companies/extid-%40evil.example
    extid-//evil.example    /companies/extid-%2F%2Fevil.example

A Hostile Id Is Never Written To
    ${before}=    Get Planhat State
    Run Keyword And Expect Error    *    Update Company    extid-${HOSTILE}    phase=x
    Run Keyword And Expect Error    *    Delete Company    extid-${HOSTILE}
    Run Keyword And Expect Error    *    Delete Company    ../users/65a006000000010000000001
    Run Keyword And Expect Error    *    Delete Planhat Object    company    ../users/65a006000000010000000001
    State Should Be    ${before}

Dots And Control Characters Are Refused
    [Template]    Nothing Is Sent
    This does not refer to a company: '..' cannot be a Planhat id: it would address another route.
    ...    Delete Company    ..
    This does not refer to a company: '.' cannot be a Planhat id: it would address another route.
    ...    Delete Company    .
    This does not refer to a company: 'a\\nb' cannot be an external id: it holds control characters.
    ...    Delete Company    extid-a\nb
    This does not refer to a company: 'a\\r\\nHost: evil.example' cannot be a Planhat id: it holds control characters.
    ...    Delete Company    a\r\nHost: evil.example
    '%{PLANHAT_BASE_URL=}/companies/../users' is refused: dots and control characters could reach another route.
    ...    Planhat Request    GET    /companies/../users
    '%{PLANHAT_BASE_URL=}/companies/%2e%2e/users/U1' is refused: dots and control characters could reach another route.
    ...    Planhat Request    DELETE    /companies/%2e%2e/users/U1
    evil.example is not the host of this connection (%{PLANHAT_BASE_URL=}).
    ...    Planhat Request    GET    //evil.example/companies

Hostile Ids In Lists Are Not Sent
    Run Keyword And Expect Error    *x&limit=1*    Get Licenses    x&limit\=1
    ${requests}=    Get Requests
    Should Be Empty    ${requests}

A Record With A Hostile Id Is Safe As Well
    ${record}=    Create Dictionary    externalId=${HOSTILE}
    Id Should Be Sent As    ${record}    /companies/extid-x%2F..%2F..%2Fusers%2FU1


*** Keywords ***
Prepare
    [Documentation]    There is a user whom nobody may touch.
    Reset Planhat
    Create User    email=u1@acme.example    nick_name=U    first_name=U    last_name=One    external_id=U1
    Forget Requests

Id Should Be Sent As
    [Documentation]    Reads a company, and looks at the one request that this is.
    [Arguments]    ${id}    ${path}
    Forget Requests
    Run Keyword And Expect Error    *    Get Company    ${id}
    ${requests}=    Get Requests
    Should Be Equal    ${requests}    ${{['GET ' + $path]}}
