"""Reports, computed from the ledger."""

from .. import faults
from . import aging, balances, choosing, ledger, periods, statements, transactions

REPORTS = {
    "AgedPayables": aging.payables,
    "AgedReceivables": aging.receivables,
    "BalanceSheet": statements.balance_sheet,
    "CustomerBalance": balances.customers,
    "GeneralLedger": ledger.general_ledger,
    "ProfitAndLoss": statements.profit_and_loss,
    "TransactionList": transactions.transaction_list,
    "TrialBalance": statements.trial_balance,
    "VendorBalance": balances.vendors,
}


def answer(books, name, arguments):
    """The report as a dict (no envelope).

    :raises Fault: 500 for a report that does not exist, 2060 for bad dates,
        2170 for unknown choices
    """
    maker = REPORTS.get(name)
    if maker is None:
        raise faults.operation_refused("reports", name)
    found = maker(books, name, periods.read(books, arguments))
    if name in choosing.LISTS:
        choosing.choose(found, arguments)
    return found
