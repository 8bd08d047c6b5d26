from . import (
    entity,
    account,
    tax_rate,
    tax_code,
    term,
    payment_method,
    customer,
    item,
    sales_document,
    invoice,
    credit_memo,
    payment,
)
