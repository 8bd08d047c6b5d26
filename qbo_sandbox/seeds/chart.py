"""The chart of accounts of a new US company, with the ids of Intuit's own sandbox
where they are known (qbo sandboxes all have 35 Checking, 84 A/R and so on)."""

# id: (name, type, subtype)
ACCOUNTS = {
    1: ("Services", "Income", "ServiceFeeIncome"),
    2: ("Retained Earnings", "Equity", "RetainedEarnings"),
    4: ("Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    7: ("Advertising", "Expense", "AdvertisingPromotional"),
    8: ("Bank Charges", "Expense", "BankCharges"),
    31: ("Uncategorized Expense", "Expense", "OtherMiscellaneousServiceCost"),
    33: ("Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
    34: ("Opening Balance Equity", "Equity", "OpeningBalanceEquity"),
    35: ("Checking", "Bank", "Checking"),
    36: ("Savings", "Bank", "Savings"),
    41: ("Mastercard", "Credit Card", "CreditCard"),
    45: ("Landscaping Services", "Income", "OtherPrimaryIncome"),
    48: ("Fountains and Garden Lighting", "Income", "OtherPrimaryIncome"),
    53: ("Maintenance and Repair", "Income", "OtherPrimaryIncome"),
    54: ("Pest Control Services", "Income", "OtherPrimaryIncome"),
    55: ("Unapplied Cash Payment Income", "Income", "UnappliedCashPaymentIncome"),
    56: ("Shipping Income", "Income", "ShippingIncome"),
    57: ("Equipment Rental", "Expense", "EquipmentRental"),
    58: ("Fuel", "Expense", "Auto"),
    63: ("Job Materials", "Expense", "SuppliesMaterials"),
    79: ("Sales of Product Income", "Income", "SalesOfProductIncome"),
    80: ("Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    81: ("Inventory Asset", "Other Current Asset", "Inventory"),
    82: ("Design income", "Income", "OtherPrimaryIncome"),
    83: ("Other Income", "Other Income", "OtherMiscellaneousIncome"),
    84: ("Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    86: ("Discounts given", "Income", "DiscountsRefundsGiven"),
    87: ("Billable Expense Income", "Income", "ServiceFeeIncome"),
    89: ("Sales Tax Payable", "Other Current Liability", "SalesTaxPayable"),
    90: ("Exchange Gain or Loss", "Other Expense", "ExchangeGainOrLoss"),
}
TERMS = {
    1: ("Due on receipt", 0),
    2: ("Net 15", 15),
    3: ("Net 30", 30),
    4: ("Net 60", 60),
    5: ("Net 10", 10),
}
METHODS = {
    1: ("Cash", "NON_CREDIT_CARD"),
    2: ("Check", "NON_CREDIT_CARD"),
    3: ("Visa", "CREDIT_CARD"),
    4: ("MasterCard", "CREDIT_CARD"),
    5: ("American Express", "CREDIT_CARD"),
    6: ("Diners Club", "CREDIT_CARD"),
    7: ("Discover", "CREDIT_CARD"),
    8: ("Direct Debit", "NON_CREDIT_CARD"),
}
# id: (name, percent, agency id)
US_RATES = {
    1: ("AZ State tax", 7.1, 1),
    2: ("Tucson City", 2, 1),
    3: ("California", 8, 2),
}
# id: (name, rate ids)
US_CODES = {2: ("California", (3,)), 3: ("Tucson", (1, 2))}
