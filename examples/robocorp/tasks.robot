*** Settings ***
Documentation    Moves customers between two tables and Planhat, and reports where somebody should look.
...
...              Without credentials, the tasks run in a sandbox of their own, with demo data in it. See the README for
...              runs with the vault, against a sandbox that stays, and in Control Room.

Library          Collections
Library          RPA.Planhat    sandbox=auto
Library          libraries/health.py


*** Variables ***
${TABLES}             %{PLANHAT_TABLES=${CURDIR}${/}data}
${DAYS OF SILENCE}    ${60}
${DAYS TO RENEWAL}    ${90}
@{COMPANIES}
...                   Account -> external_id
...                   Name -> name
...                   Web site -> web
...                   Web site -> domains
...                   City -> city
...                   Stage -> phase
...                   Seats -> custom.Seats
@{CONTACTS}
...                   Id -> external_id
...                   Account -> company.external_id
...                   Mail -> email
...                   First -> first_name
...                   Last -> last_name
&{OF COMPANY}
...                   company=company.name
...                   phase=company.phase
...                   first=company.owner.first_name
...                   last=company.owner.last_name


*** Tasks ***
Import Customers
    [Documentation]    Companies first, then the people who belong to them; one wrong row, and nothing is sent.
    ${companies}=    Import Companies    ${TABLES}${/}companies.csv    ${COMPANIES}
    ...    save_as=${OUTPUT_DIR}${/}companies
    ${contacts}=    Import Endusers    ${TABLES}${/}contacts.csv    ${CONTACTS}    save_as=${OUTPUT_DIR}${/}contacts
    Log    Companies: ${companies}. Endusers: ${contacts}.    console=True

Sync Customers
    [Documentation]    Sends only what differs; reports which companies of Planhat are in no row.
    ${companies}=    Sync Companies    ${TABLES}${/}companies.csv    ${COMPANIES}    name_others=True
    ...    save_as=${OUTPUT_DIR}${/}companies
    ${contacts}=    Sync Endusers    ${TABLES}${/}contacts.csv    ${CONTACTS}    save_as=${OUTPUT_DIR}${/}contacts
    Log    Companies: ${companies}. Endusers: ${contacts}.    console=True

Export Customers
    [Documentation]    Writes companies and endusers as CSV files that a spreadsheet opens.
    &{company}=    Create Dictionary
    ...    Account=external_id
    ...    Name=name
    ...    Phase=phase
    ...    City=city
    ...    Seats=custom.Seats
    ...    Owner=owner
    ${companies}=    Export Companies    ${OUTPUT_DIR}${/}companies.csv    ${company}
    ${contacts}=    Export Endusers    ${OUTPUT_DIR}${/}endusers.csv    columns=external_id,name,email,company_name
    Log    Exported ${companies} and ${contacts}.    console=True

Health Report
    [Documentation]    Customers whom nobody has spoken to, renewals ahead, open tasks, people without a company.
    Look For Silence
    Look For Renewals
    Look For Open Tasks
    Look For Endusers Without Company
    ${counts}=    Save Report    ${OUTPUT_DIR}${/}health.csv
    Log    ${counts}    console=True


*** Keywords ***
Look For Silence
    [Documentation]    Customers without a conversation for some time.
    &{columns}=    Create Dictionary
    ...    company=name
    ...    phase=phase
    ...    first=owner.first_name
    ...    last=owner.last_name
    ...    date=last_touch
    ...    detail=last_touch_type
    ${silent}=    Export Companies    columns=${columns}
    ...    where=status = customer and (last_touch < today-${DAYS OF SILENCE}d or last_touch is empty)
    Add Findings    no recent touch    ${silent}

Look For Renewals
    [Documentation]    Licenses that end soon and are not renewed yet.
    &{columns}=    Create Dictionary    &{OF COMPANY}    date=to_date    detail=product
    ${renewals}=    Export Licenses    columns=${columns}
    ...    where=to_date >= today and to_date <= today+${DAYS TO RENEWAL}d and renewal_status = ongoing
    Add Findings    renewal ahead    ${renewals}

Look For Open Tasks
    [Documentation]    Tasks that are not done.
    &{columns}=    Create Dictionary    &{OF COMPANY}    date=start_time    detail=action
    ${tasks}=    Export Tasks    columns=${columns}    where=status != done
    Add Findings    open task    ${tasks}

Look For Endusers Without Company
    [Documentation]    People whose company is gone.
    @{homeless}=    Create List
    &{columns}=    Create Dictionary    company=company.name    detail=email
    ${endusers}=    Export Endusers    columns=${columns}
    FOR    ${enduser}    IN    @{endusers}
        IF    not $enduser['company']
            Append To List    ${homeless}    ${enduser}
        END
    END
    Add Findings    enduser without company    ${homeless}
