*** Settings ***
Documentation    Moves customers between two tables and Planhat, and says where somebody should look.
...
...              Without credentials, the tasks run in a sandbox of their own, with demo data in it. The README says how
...              to run them with the vault, against a sandbox that stays, and in Control Room.

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


*** Tasks ***
Import Customers
    [Documentation]    Companies first, then the people who belong to them; one wrong row, and nothing is sent.
    ${companies}=    Import Companies    ${TABLES}${/}companies.csv    ${COMPANIES}
    ...    save_as=${OUTPUT_DIR}${/}companies
    ${contacts}=    Import Endusers    ${TABLES}${/}contacts.csv    ${CONTACTS}    save_as=${OUTPUT_DIR}${/}contacts
    Log    Companies: ${companies}. Endusers: ${contacts}.    console=True

Sync Customers
    [Documentation]    Sends only what differs; says which companies of Planhat are in no row.
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
    Begin With Companies And Their Owners
    Look For Silence
    Look For Renewals
    Look For Open Tasks
    Look For Endusers Without Company
    ${counts}=    Save Report    ${OUTPUT_DIR}${/}health.csv
    Log    ${counts}    console=True


*** Keywords ***
Begin With Companies And Their Owners
    [Documentation]    All findings are about a company, and for the person who owns it.
    ${companies}=    Get Companies    properties=name,status,phase,owner,lastTouch
    ${users}=    Get Users    properties=firstName,lastName
    Begin Report    ${companies}    ${users}

Look For Silence
    [Documentation]    Customers without a conversation for some time.
    ${conversations}=    Get Conversations    properties=companyId,date
    Add Companies Without Touch    ${conversations}    ${DAYS OF SILENCE}

Look For Renewals
    [Documentation]    Licences that end soon and are not renewed yet.
    ${licenses}=    Get Licenses    properties=companyId,product,toDate,mrr,renewalStatus
    Add Renewals Ahead    ${licenses}    ${DAYS TO RENEWAL}

Look For Open Tasks
    [Documentation]    Tasks that are not done.
    ${tasks}=    Get Tasks    properties=companyId,action,status,startTime
    Add Open Tasks    ${tasks}

Look For Endusers Without Company
    [Documentation]    People whose company is gone.
    ${endusers}=    Get Endusers    properties=companyId,email,name
    Add Endusers Without Company    ${endusers}
