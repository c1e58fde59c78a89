*** Settings ***
Documentation    Imports two messy exports of a CRM, with nothing but a mapping for each.
...
...              It runs in a sandbox on this machine, with demo data in it, and needs no account. To run it against
...              your Planhat, set the environment variables PLANHAT_API_KEY and PLANHAT_TENANT_UUID first.
...
...              The plan, what was stored and what was not are CSV files in the output folder.

Library          RPA.Planhat    sandbox=auto


*** Variables ***
${DATA}         ${CURDIR}${/}data
${DATES}        DD.MM.YYYY, DD/MM/YYYY, DD.MM.YYYY HH:mm, DD/MM/YYYY HH:mm, YYYY-MM-DD HH:mm
${NOTHING}      -, n/a
@{COMPANIES}
...             Account ID | upper -> external_id
...             Account Name -> name
...             Website -> web
...             Website -> domains
...             Phone -> phone_primary
...             Street -> address
...             City -> city
...             Zip -> zip
...             Country -> country
...             Phase -> phase
...             Tags -> tags
...             ARR -> custom.CRM ARR
...             Industry -> custom.Industry
...             Owner E-mail | lower -> custom.CRM Owner
...             Customer Since -> custom.Customer Since
...             Renewal Date -> custom.Renewal Date
@{CONTACTS}
...             Contact ID | upper -> external_id
...             Account ID | upper -> company.external_id
...             First Name -> first_name
...             Last Name -> last_name
...             E-mail -> email
...             Job Title -> position
...             Phone -> phone
...             Last Activity -> last_active


*** Tasks ***
Import The CRM
    [Documentation]    The plan first; then companies, since the people in the other export belong to them.
    Create Missing Custom Fields
    ${plan}=    Import CRM Companies    dry_run=True    save_as=${OUTPUT_DIR}${/}companies.plan.csv
    Log    The plan for companies: ${plan}    console=True
    ${companies}=    Import CRM Companies    save_as=${OUTPUT_DIR}${/}companies
    Log    Companies: ${companies}    console=True
    ${contacts}=    Import CRM Contacts    save_as=${OUTPUT_DIR}${/}contacts
    Log    Endusers: ${contacts}    console=True


*** Keywords ***
Import CRM Companies
    [Documentation]    The last of several rows with one account id is sent; a cell that is wrong is left out.
    [Arguments]    &{options}
    ${result}=    Import Companies    ${DATA}${/}crm_companies.csv    ${COMPANIES}
    ...    dates=${DATES}
    ...    decimal=auto
    ...    separator=;
    ...    empty=${NOTHING}
    ...    duplicates=last
    ...    bad_cells=skip
    ...    bad_rows=skip
    ...    &{options}
    RETURN    ${result}

Import CRM Contacts
    [Documentation]    Planhat may take two contacts with one address for one person, so only the first is sent.
    [Arguments]    &{options}
    ${result}=    Import Endusers    ${DATA}${/}crm_contacts.csv    ${CONTACTS}
    ...    dates=${DATES}
    ...    empty=${NOTHING}
    ...    duplicates=first
    ...    unique=email
    ...    bad_rows=skip
    ...    &{options}
    RETURN    ${result}

Create Missing Custom Fields
    [Documentation]    What the CRM has and Planhat lacks.
    &{types}=    Create Dictionary
    ...    CRM ARR=number
    ...    Industry=text
    ...    CRM Owner=email
    ...    Customer Since=date
    ...    Renewal Date=date
    FOR    ${name}    ${type}    IN    &{types}
        ${known}=    Find Custom Field    name=${name}    parent=company    default=${None}
        IF    $known is None
            Create Custom Field    name=${name}    type=${type}    parent=company
        END
    END
