"""Types of accounts: what they are in the books, and the subtypes they have."""

CLASSES = {
    "Bank": "Asset",
    "Accounts Receivable": "Asset",
    "Other Current Asset": "Asset",
    "Fixed Asset": "Asset",
    "Other Asset": "Asset",
    "Accounts Payable": "Liability",
    "Credit Card": "Liability",
    "Other Current Liability": "Liability",
    "Long Term Liability": "Liability",
    "Equity": "Equity",
    "Income": "Revenue",
    "Other Income": "Revenue",
    "Cost of Goods Sold": "Expense",
    "Expense": "Expense",
    "Other Expense": "Expense",
    "Non-Posting": "Asset",
}
BALANCE_SHEET = ("Asset", "Liability", "Equity")

# type: subtypes, the first being what an account gets that names none (XSD, US)
SUBTYPES = {
    "Bank": "CashOnHand Checking MoneyMarket RentsHeldInTrust Savings TrustAccounts",
    "Accounts Receivable": "AccountsReceivable",
    "Other Current Asset": """OtherCurrentAssets AllowanceForBadDebts DevelopmentCosts
        EmployeeCashAdvances Inventory Investment_MortgageRealEstateLoans
        Investment_Other Investment_TaxExemptSecurities
        Investment_USGovernmentObligations LoansToOfficers LoansToOthers
        LoansToStockholders PrepaidExpenses Retainage UndepositedFunds""",
    "Fixed Asset": """OtherFixedAssets AccumulatedAmortization AccumulatedDepletion
        AccumulatedDepreciation Buildings DepletableAssets FixedAssetComputers
        FixedAssetCopiers FixedAssetFurniture FixedAssetOtherToolsEquipment
        FixedAssetPhone FixedAssetPhotoVideo FixedAssetSoftware FurnitureAndFixtures
        IntangibleAssets Land LeaseholdImprovements MachineryAndEquipment Vehicles""",
    "Other Asset": """OtherLongTermAssets AccumulatedAmortizationOfOtherAssets Goodwill
        LeaseBuyout Licenses OrganizationalCosts SecurityDeposits""",
    "Accounts Payable": "AccountsPayable",
    "Credit Card": "CreditCard",
    "Other Current Liability": """OtherCurrentLiabilities DirectDepositPayable
        FederalIncomeTaxPayable GlobalTaxPayable GlobalTaxSuspense InsurancePayable
        LineOfCredit LoanPayable PayrollClearing PayrollTaxPayable
        PrepaidExpensesPayable RentsInTrustLiability SalesTaxPayable
        StateLocalIncomeTaxPayable TrustAccountsLiabilities""",
    "Long Term Liability": """OtherLongTermLiabilities NotesPayable
        ShareholderNotesPayable""",
    "Equity": """OpeningBalanceEquity AccumulatedAdjustment CommonStock EstimatedTaxes
        Healthcare OwnersEquity PaidInCapitalOrSurplus PartnerContributions
        PartnerDistributions PartnersEquity PersonalExpense PersonalIncome
        PreferredStock RetainedEarnings TreasuryStock""",
    "Income": """SalesOfProductIncome DiscountsRefundsGiven NonProfitIncome
        OtherPrimaryIncome ServiceFeeIncome UnappliedCashPaymentIncome""",
    "Other Income": """OtherMiscellaneousIncome DividendIncome InterestEarned
        OtherInvestmentIncome TaxExemptInterest""",
    "Cost of Goods Sold": """SuppliesMaterialsCogs CostOfLaborCos EquipmentRentalCos
        OtherCostsOfServiceCos ShippingFreightDeliveryCos""",
    "Expense": """OtherMiscellaneousServiceCost AdvertisingPromotional Auto BadDebts
        BankCharges CharitableContributions CommissionsAndFees CostOfLabor
        DuesSubscriptions Entertainment EntertainmentMeals EquipmentRental FinanceCosts
        GlobalTaxExpense Insurance InterestPaid LegalProfessionalFees OfficeExpenses
        OfficeGeneralAdministrativeExpenses OtherBusinessExpenses PayrollExpenses
        PromotionalMeals RentOrLeaseOfBuildings RepairMaintenance
        ShippingFreightDelivery SuppliesMaterials TaxesPaid Travel TravelMeals
        UnappliedCashBillPaymentExpense Utilities""",
    "Other Expense": """OtherMiscellaneousExpense Amortization Depreciation
        ExchangeGainOrLoss GasAndFuel HomeOffice HomeOwnerRentalInsurance
        MortgageInterest OtherHomeOfficeExpenses OtherVehicleExpenses ParkingAndTolls
        PenaltiesSettlements RentAndLease RepairsAndMaintenance Vehicle
        VehicleInsurance VehicleLease VehicleLoan VehicleLoanInterest
        VehicleRegistration VehicleRepairs WashAndRoadServices""",
    "Non-Posting": "NonPosting",
}
DEFAULT_SUBTYPES = {kind: names.split()[0] for kind, names in SUBTYPES.items()}
TYPES_OF_SUBTYPES = {
    name: kind for kind, names in SUBTYPES.items() for name in names.split()
}
