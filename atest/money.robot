*** Settings ***
Documentation    Licenses, sales, opportunities, churn, invoices, and the deals and products of 2026.

Resource         planhat.resource

Test Setup       Reset Planhat


*** Variables ***
${COMPANY}    65a001000000010000000001


*** Test Cases ***
A License Runs For A Period
    ${license}=    Create License
    ...    company_id=${COMPANY}
    ...    currency=EUR
    ...    value=1200
    ...    fixed_period=yes
    ...    from_date=2026-01-01
    ...    to_date=2026-12-31
    ${stored}=    Get Only Stored    licenses    _id=${license.id}
    Should Be Equal    ${stored}[_currency]    EUR
    Should Be Equal    ${stored}[value]    ${1200}
    Should Be Equal    ${stored}[fixedPeriod]    ${True}

The Currency Of A License Has Its Python Name And Planhat's
    ${license}=    Get License    extid-L-C-00001
    Should Be Equal    ${license.currency}    EUR
    Should Be Equal    ${license}[_currency]    EUR

A License Is Renewed
    ${license}=    Update License    extid-L-C-00001    renewal_status=Renewed    auto_renews=on
    Should Be Equal    ${license.renewal_status}    renewed
    Should Be Equal    ${license.auto_renews}    ${True}

The Dates Of An Invoice Are Days
    ${invoice}=    Create Invoice
    ...    company_id=${COMPANY}
    ...    external_id=I-1
    ...    currency=EUR
    ...    invoice_date=2026-03-01
    ...    due_date=${20543}
    ...    amount_total=99.50
    ${stored}=    Get Only Stored    invoices    extId=I-1
    Should Be Equal    ${stored}[invoiceDate]    ${20513}
    Should Be Equal    ${stored}[dueDate]    ${20543}
    Should Be Equal    ${stored}[cId]    ${COMPANY}
    Should Be Equal    ${invoice.amount_total}    ${99.5}
    Should Be Equal    ${invoice.company_name}    Alder Logistics

An Invoice Is Read And Changed By Its External Id
    ${invoice}=    Get Invoice    extid-I-C-00001
    ${paid}=    Update Invoice    extid-I-C-00001    status=paid    paid_date=1970-01-11
    Should Be Equal    ${paid.id}    ${invoice.id}
    Should Be Equal    ${paid.status}    paid
    Should Be Equal    ${paid.paid_date}    ${10}

The Invoices Of A Company Are Found
    @{invoices}=    Get Invoices    ${COMPANY}
    Length Should Be    ${invoices}    1
    Should Be Equal    ${invoices}[0][extId]    I-C-00001

A Sale Is Stored With Its Day
    ${sale}=    Create Sale    company_id=${COMPANY}    currency=EUR    value=1500    sales_date=2026-02-01
    ${stored}=    Get Only Stored    sales    _id=${sale.id}
    Should Be Equal    ${stored}[value]    ${1500}
    Should Start With    ${stored}[salesDate]    2026-02-01

Churn Has Its Own Path And Filters
    Forget Requests
    @{lost}=    Get Churns    from_date=1999-01-01    to_date=1999-12-31
    Should Be Empty    ${lost}
    @{requests}=    Get Requests
    Should Be Equal    ${requests}    ${{['GET /churn']}}
    @{queries}=    Get Queries    /churn
    Should Be Equal    ${queries}[0][from]    1999-01-01
    @{all}=    Get Churns
    Length Should Be    ${all}    5

Churn Is Created, Changed And Deleted
    ${churn}=    Create Churn    company_id=${COMPANY}    value=900    currency=EUR    reasons=price,features
    Should Be Equal    ${churn.reasons}    ${{['price', 'features']}}
    ${changed}=    Update Churn    ${churn}    comment=They may come back
    Should Be Equal    ${changed.comment}    They may come back
    Delete Churn    ${changed}
    ${stored}=    Get Stored    churn    _id=${churn.id}
    Should Be Empty    ${stored}

An Opportunity Is Won
    ${won}=    Update Opportunity    extid-D-C-00002    status=won    close_date=2026-04-01
    Should Be Equal    ${won.status}    won
    Should Start With    ${won.close_date}    2026-04-01

A Deal Has Line Items
    ${deal}=    Create Deal    name=Acme 2026    company_id=${COMPANY}    stage=Closed Won
    ${item}=    Create Line Item    deal_id=${deal}    type=fee    value=500
    ${stored}=    Get Only Stored    lineitems    _id=${item.id}
    Should Be Equal    ${stored}[dealId]    ${deal.id}

Products Are Upserted By Their External Id
    ${row}=    Create Dictionary    name=Basic    external_id=P-250    mrr=${275}
    ${report}=    Upsert Products    ${row}
    Should Be Equal As Strings    ${report}    1 updated
    ${product}=    Get Product    extid-P-250
    Should Be Equal    ${product.mrr}    ${275}
