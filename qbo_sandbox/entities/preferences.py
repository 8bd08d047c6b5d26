"""What a company switched on, and its closing date. There is one; updates merge."""

from ..kernel.entity import Entity
from ..kernel.schema import ANY, DATE, FLAG, readonly, struct, text

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
        CustomField=ANY,
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
        DefaultTerms=ANY,
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
        TaxGroupCodeRef=ANY,
        HideTaxManagement=FLAG,
    ),
    "ProductAndServicesPrefs": ANY,
    "EmailMessagesPrefs": ANY,
    "VendorAndPurchasesPrefs": ANY,
    "TimeTrackingPrefs": ANY,
    "ReportPrefs": ANY,
    "OtherPrefs": ANY,
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
