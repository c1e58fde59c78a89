*** Settings ***
Documentation    Brings Planhat up to date from two exports of a CRM.
...
...              It runs in a sandbox on this machine, with demo data in it, and needs no account. To run it against
...              your Planhat, set the environment variables PLANHAT_API_KEY and PLANHAT_TENANT_UUID first.

Library          RPA.Planhat    sandbox=auto
Library          crm_export.py


*** Variables ***
${DATA}     ${CURDIR}${/}data
${PHASE}    Renewal talks


*** Tasks ***
Bring Planhat Up To Date From The CRM
    [Documentation]    Custom fields that are missing, companies, the people in them, then what follows from both.
    Apply Custom Fields    ${DATA}${/}custom_fields.json
    ${companies}=    Update Companies From CRM
    ${contacts}=    Update Endusers From CRM    ${companies}
    Start Renewal Talks
    Log That The CRM Was Read    ${contacts}[0]


*** Keywords ***
Update Companies From CRM
    [Documentation]    Reads the accounts, reports who is new, and upserts all of them by their account id.
    ${companies}=    Read CRM Companies    ${DATA}${/}crm_companies.csv
    ${new}=    Find Missing Objects    ${companies}    company
    Leave Phases Alone    ${companies}    ${new}
    ${report}=    Upsert Companies    ${companies}
    Say    Companies: ${report}.
    Say New    ${new}
    RETURN    ${companies}

Update Endusers From CRM
    [Documentation]    The same for contacts; a row that Planhat refuses is reported and does not stop the others.
    [Arguments]    ${companies}
    ${contacts}=    Read CRM Contacts    ${DATA}${/}crm_contacts.csv    ${companies}
    ${new}=    Find Missing Objects    ${contacts}    enduser
    ${report}=    Upsert Endusers    ${contacts}    fail_on_errors=False
    Say    Endusers: ${report}.
    Say New    ${new}
    FOR    ${failure}    IN    @{report.failed}
        Say    Not stored: ${failure.key}, ${failure.reason}
    END
    RETURN    ${contacts}

Start Renewal Talks
    [Documentation]    Moves the Swedish companies that are at risk into the phase of renewal talks.
    @{at risk}=    Get Companies    phase=At risk    country=Sweden    properties=name,phase
    FOR    ${company}    IN    @{at risk}
        ${changed}=    Update Company    ${company}    phase=${PHASE}
        Say    ${changed.name}: phase was ${company.phase}, is ${changed.phase}.
    END

Log That The CRM Was Read
    [Documentation]    Leaves a trace in Planhat: an activity of one of the endusers.
    [Arguments]    ${contact}
    Track Activity    CRM export read    external_id=${contact}[external_id]
    Say    Logged an activity of ${contact}[first_name] ${contact}[last_name].

Say New
    [Documentation]    Names the first few that Planhat did not have before.
    [Arguments]    ${new}
    ${count}=    Get Length    ${new}
    IF    ${count} > 0
        Say    New are ${count}, among them ${new}[0] and ${new}[-1].
    END

Say
    [Documentation]    Prints a line on the console and in the log.
    [Arguments]    ${text}
    Log    ${text}    console=True
