*** Settings ***
Documentation    RPA.Robocorp.WorkItems: our records travel in work items as they are.

Library          RPA.Planhat
Library          RPA.Robocorp.WorkItems    autoload=${False}


*** Tasks ***
Our Records Become Work Items
    [Documentation]    One record as payload, a list in a variable.
    Get Input Work Item
    @{companies}=    Get Companies    limit=3
    FOR    ${company}    IN    @{companies}
        Create Output Work Item    variables=${company}    save=True
    END
    ${variables}=    Create Dictionary    rows=${companies}
    Create Output Work Item    variables=${variables}    save=True
    Release Input Work Item    DONE
