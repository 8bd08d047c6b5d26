"""Reports, computed from the ledger."""

from .. import faults
from . import (
    aging,
    balances,
    ledger,
    sales,
    scope,
    source,
    statements,
    transactions,
)

# Made of postings: these may be on a cash basis and filtered by what lines say.
OF_POSTINGS = {
    "BalanceSheet": statements.balance_sheet,
    "ClassSales": sales.income,
    "CustomerSales": sales.income,
    "DepartmentSales": sales.income,
    "GeneralLedger": ledger.general_ledger,
    "ItemSales": sales.income,
    "ProfitAndLoss": statements.profit_and_loss,
    "ProfitAndLossDetail": ledger.profit_detail,
    "TrialBalance": statements.trial_balance,
}
# These list documents; a cash basis shows what was applied to them.
OF_TRANSACTIONS = {
    "TransactionList": transactions.transaction_list,
    "TransactionListByCustomer": transactions.by_customer,
    "TransactionListByVendor": transactions.by_vendor,
}
# What is owed on a day; there is no other basis of that.
OF_OPEN_ITEMS = {
    "AgedPayableDetail": aging.payable_detail,
    "AgedPayables": aging.payables,
    "AgedReceivableDetail": aging.receivable_detail,
    "AgedReceivables": aging.receivables,
    "CustomerBalance": balances.customers,
    "CustomerBalanceDetail": balances.customer_detail,
    "VendorBalance": balances.vendors,
    "VendorBalanceDetail": balances.vendor_detail,
}


REPORTS = {**OF_POSTINGS, **OF_TRANSACTIONS, **OF_OPEN_ITEMS}


def answer(books, name, arguments):
    """The report as a dict (no envelope).

    :raises Fault: 500 for a report that does not exist, 2060 for bad dates, 2080 for
        bad numbers, 2170 for unknown choices
    """
    if name not in REPORTS:
        raise faults.operation_refused("reports", name)
    asked = scope.read(books, arguments)
    if name in OF_OPEN_ITEMS:
        asked.basis = "Accrual"
    if name in sales.BY:
        asked.columns = sales.BY[name]
    with source.opened(books, asked, name in OF_POSTINGS):
        return REPORTS[name](books, name, asked)
