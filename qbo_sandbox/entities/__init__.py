"""Every entity of the API; adding one is adding a file and a line here."""

from .account import Account
from .attachable import Attachable
from .bill import Bill, PurchaseOrder, VendorCredit
from .billpayment import BillPayment
from .classification import Class, CustomerType, Department
from .companyinfo import CompanyInfo
from .creditmemo import CreditMemo
from .currency import CompanyCurrency, ExchangeRate
from .customer import Customer
from .deposit import Deposit
from .employee import Employee
from .estimate import Estimate
from .invoice import Invoice
from .item import Item
from .journalentry import JournalEntry
from .payment import Payment
from .paymentmethod import PaymentMethod
from .preferences import Preferences
from .purchase import Purchase
from .recurring import RecurringTransaction
from .salesreceipt import RefundReceipt, SalesReceipt
from .taxagency import TaxAgency
from .taxcode import TaxCode
from .taxrate import TaxRate
from .term import Term
from .timeactivity import TimeActivity
from .transfer import Transfer
from .vendor import Vendor

KINDS = {
    kind.name: kind()
    for kind in (
        Account,
        Attachable,
        Bill,
        BillPayment,
        Class,
        CompanyCurrency,
        CompanyInfo,
        CreditMemo,
        Customer,
        CustomerType,
        Department,
        Deposit,
        Employee,
        Estimate,
        ExchangeRate,
        Invoice,
        Item,
        JournalEntry,
        Payment,
        PaymentMethod,
        Preferences,
        Purchase,
        PurchaseOrder,
        RecurringTransaction,
        RefundReceipt,
        SalesReceipt,
        TaxAgency,
        TaxCode,
        TaxRate,
        Term,
        TimeActivity,
        Transfer,
        Vendor,
        VendorCredit,
    )
}
BY_PATH = {kind.path: kind for kind in KINDS.values()}
