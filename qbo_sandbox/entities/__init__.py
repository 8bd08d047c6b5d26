"""Every entity of the API; adding one is adding a file and a line here."""

from .account import Account
from .companyinfo import CompanyInfo
from .creditmemo import CreditMemo
from .customer import Customer
from .employee import Employee
from .invoice import Invoice
from .item import Item
from .payment import Payment
from .paymentmethod import PaymentMethod
from .preferences import Preferences
from .taxagency import TaxAgency
from .taxcode import TaxCode
from .taxrate import TaxRate
from .term import Term
from .vendor import Vendor

KINDS = {
    kind.name: kind()
    for kind in (
        Account,
        CompanyInfo,
        CreditMemo,
        Customer,
        Employee,
        Invoice,
        Item,
        Payment,
        PaymentMethod,
        Preferences,
        TaxAgency,
        TaxCode,
        TaxRate,
        Term,
        Vendor,
    )
}
BY_PATH = {kind.path: kind for kind in KINDS.values()}
