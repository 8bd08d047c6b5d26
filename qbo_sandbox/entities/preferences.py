"""What a company switched on, and its closing date. There is one; updates merge."""

from ..kernel.entity import Entity
from ..kernel.schema import (
    ANY,
    CUSTOM_FIELD,
    DATE,
    FLAG,
    NAME_VALUE,
    NUMBER,
    enum,
    many,
    readonly,
    ref,
    struct,
    text,
)

# Definitions of fields stand in groups; those that documents show have an id.
CUSTOM_FIELDS = many(struct(CUSTOM_FIELD.inside, CustomField=many(CUSTOM_FIELD)))
MESSAGE = struct(Subject=text(), Message=text())
FIELDS = {
    "AccountingInfoPrefs": struct(
        UseAccountNumbers=FLAG,
        TrackDepartments=FLAG,
        DepartmentTerminology=text(),
        ClassTrackingPerTxn=FLAG,
        ClassTrackingPerTxnLine=FLAG,
        FirstMonthOfFiscalYear=text(),
        TaxYearMonth=text(),
        TaxForm=text(),
        CustomerTerminology=text(),
        BookCloseDate=DATE,
    ),
    "SalesFormsPrefs": struct(
        CustomField=CUSTOM_FIELDS,
        CustomTxnNumbers=FLAG,
        EmailCopyToCompany=FLAG,
        SalesEmailCc=ANY,
        SalesEmailBcc=ANY,
        AllowDeposit=FLAG,
        AllowDiscount=FLAG,
        DefaultDiscountAccount=text(),
        AllowEstimates=FLAG,
        AllowServiceDate=FLAG,
        AllowShipping=FLAG,
        DefaultShippingAccount=text(),
        DefaultTerms=ref(),
        DefaultCustomerMessage=text(),
        ETransactionEnabledStatus=text(),
        ETransactionAttachPDF=FLAG,
        ETransactionPaymentEnabled=FLAG,
        IPNSupportEnabled=FLAG,
        UsingProgressInvoicing=FLAG,
        UsingPriceLevels=FLAG,
        AutoApplyPayments=FLAG,
        AutoApplyCredit=FLAG,
    ),
    "TaxPrefs": struct(
        UsingSalesTax=FLAG,
        PartnerTaxEnabled=FLAG,
        TaxGroupCodeRef=ref(),
        TaxRateRef=ref(),
        HideTaxManagement=FLAG,
    ),
    "ProductAndServicesPrefs": struct(
        ForSales=FLAG,
        ForPurchase=FLAG,
        QuantityWithPriceAndRate=FLAG,
        QuantityOnHand=FLAG,
        RevenueRecognition=FLAG,
        RevenueRecognitionFrequency=text(),
    ),
    "EmailMessagesPrefs": struct(
        InvoiceMessage=MESSAGE,
        EstimateMessage=MESSAGE,
        SalesReceiptMessage=MESSAGE,
        StatementMessage=MESSAGE,
    ),
    "VendorAndPurchasesPrefs": struct(
        TrackingByCustomer=FLAG,
        BillableExpenseTracking=FLAG,
        DefaultTerms=ref(),
        DefaultMarkup=NUMBER,
        DefaultMarkupAccount=ref(),
        POCustomField=CUSTOM_FIELDS,
        UseCustomTxnNumbers=FLAG,
        EnableBills=FLAG,
        TPAREnabled=FLAG,
    ),
    "TimeTrackingPrefs": struct(
        UseServices=FLAG,
        BillCustomers=FLAG,
        ShowBillRateToAll=FLAG,
        WorkWeekStartDate=text(),
        MarkTimeEntriesBillable=FLAG,
        DefaultTimeItem=ref(),
    ),
    "ReportPrefs": struct(
        ReportBasis=enum("Accrual", "Cash"), CalcAgingReportFromTxnDate=FLAG
    ),
    "OtherPrefs": struct(NameValue=many(NAME_VALUE)),
    "CurrencyPrefs": readonly(ANY),
}


class Preferences(Entity):
    name = "Preferences"
    fields = FIELDS
    operations = ("update", "read", "query")

    def merge(self, old, new):
        """Each block is merged, so that one switch can be sent alone."""
        blocks = [name for name in FIELDS if isinstance(old.get(name), dict)]
        return {name: {**old[name], **new.get(name, {})} for name in blocks}

    def prepare(self, books, body, old):
        """Blocks that a full update leaves out stay: a company always has them."""
        for name in FIELDS:
            if name in old:
                body.setdefault(name, old[name])
