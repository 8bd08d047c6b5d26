"""QuickBooks' errors: one exception, and one function for each sentence it says.

Codes and texts follow Intuit's error list and recorded answers. Clients shall act on
the code; the texts are here so that what people read is what QuickBooks would say.
"""

INACTIVE = (
    "Something you're trying to use has been made inactive. Check the fields with "
    "accounts, customers, items, vendors or employees."
)
NAME_TAKEN = (
    "Another customer, vendor or employee is already using this name. "
    "Please use a different name."
)


class Fault(Exception):
    """An answer that is an error.

    ``code`` is QuickBooks' own number as text, ``kind`` the fault type, ``status`` the
    HTTP status, ``element`` the property concerned (None leaves it out).
    """

    def __init__(
        self, code, message, detail, element=None, kind="ValidationFault", status=400
    ):
        super().__init__(f"{code} {message}: {detail}")
        self.code = str(code)
        self.message = message
        self.detail = detail
        self.element = element
        self.kind = kind
        self.status = status


def unsupported(path, full):
    return Fault(
        500,
        "Unsupported Operation",
        f"Operation Could not find resource for relative : {path} of full path: "
        f"{full} is not supported.",
    )


def operation_refused(operation, entity):
    return Fault(
        500,
        "Unsupported Operation",
        f"Operation {operation} on {entity} is not supported.",
    )


def not_found():
    return Fault(610, "Object Not Found", f"Object Not Found : {INACTIVE}")


def deleted():
    return Fault(
        610,
        "Object Not Found",
        "Object Not Found : Another user has deleted this transaction.",
    )


def cannot_link(why):
    return Fault(
        620,
        "TxnID Cannot Be Linked",
        f"Cannot validate linked transactions: {why}",
    )


def unknown_property(name, known, entity):
    listed = ", ".join(f'"{each}"' for each in known)
    return bad_property(
        f'Unrecognized field "{name}" (class com.intuit.schema.finance.v3.{entity}), '
        f"not marked as ignorable ({len(known)} known properties: {listed}])\n"
    )


def bad_property(what):
    return Fault(
        2010,
        "Request has invalid or unsupported property",
        f"Property Name:{what} specified is unsupported or invalid",
    )


def missing(name):
    return Fault(
        2020,
        "Required param missing, need to supply the required value for the API",
        f"Required parameter {name} is missing in the request",
        element=name,
    )


def invalid_id(value):
    return Fault(
        2030,
        "Invalid ID",
        f"Id should be a valid number. Supplied value:{value}",
        element="Id",
    )


def invalid_string(name, value):
    return Fault(
        2040,
        "Invalid String",
        f"{name} must not contain a colon, a tab or a line break. "
        f"Supplied value:{value}",
        element=name,
    )


def too_long(name, limit, length):
    return Fault(
        2050,
        "Invalid String Length",
        "String length specified does not match the supported length. "
        f"Min:0 Max:{limit:,} supported. Supplied length:{length:,}",
        element=name,
    )


def invalid_date(name, value):
    return Fault(
        2060, "Invalid Date Format", f"Supplied value for {name}:{value}", element=name
    )


def invalid_number(name, value):
    return Fault(
        2080, "Invalid Number", f"Supplied value for {name}:{value}", element=name
    )


def out_of_range(name, value):
    return Fault(
        2090,
        "Invalid Number Range",
        f"Supplied value for {name} is out of range:{value}",
        element=name,
    )


def invalid_enumeration(name, value):
    return Fault(
        2170, "Invalid Enumeration", f"Invalid Enumeration : {value}", element=name
    )


def invalid_email(value):
    return Fault(
        2210,
        "Email Address is not Valid",
        "Email Address does not conform to the syntax rules of RFC 822. "
        f"Supplied value:{value}",
    )


def unbalanced(debits, credits):
    return Fault(
        2300,
        "Total Debits should equal Total Credits",
        f"Debits {debits} do not equal credits {credits}.",
    )


def bad_reference(entity, key):
    return Fault(
        2500,
        "Invalid Reference Id",
        f"Invalid Reference Id : {entity}s element id {key} not found",
    )


def inactive_reference():
    return Fault(2500, "Invalid Reference Id", f"Invalid Reference Id : {INACTIVE}")


def query_syntax(detail):
    return Fault(4000, "Error parsing query", f"QueryParserError: {detail}")


def query_invalid(detail):
    return Fault(4001, "Invalid query", f"QueryValidationError: {detail}")


def stale(user="Sam Bookkeeper"):
    return Fault(
        5010,
        "Stale Object Error",
        f"Stale Object Error : You and {user} were working on this at the same time. "
        f"{user} finished before you did, so your work was not saved.",
    )


def feature_missing(feature):
    return Fault(
        5030,
        "Feature Not Supported Error",
        f"Feature Not Supported Error : {feature} is not available in this company.",
    )


def business(detail):
    return Fault(
        6000,
        "A business validation error has occurred while processing your request",
        f"Business Validation Error: {detail}",
    )


def one_at_a_time(what="name"):
    return business(f"You can only add or edit one {what} at a time. Please try again.")


def no_address():
    return Fault(
        2380, "Email address missing", "There is no address to send the document to."
    )


def account_type_missing():
    return Fault(
        6010,
        "Account type or subtype missing",
        "One of AccountType and AccountSubType must be supplied.",
    )


def too_large():
    return Fault(
        6030,
        "Upload too large",
        "The request is larger than the 100 MB that are allowed.",
        status=413,
    )


def amount_wrong(value):
    return Fault(
        6070,
        "Amount calculation incorrect in the request",
        f"Amount is not equal to UnitPrice * Qty. Supplied value:{value}",
    )


def no_name():
    return Fault(
        6080,
        "No Name Provided",
        "At least one of Title, GivenName, MiddleName, FamilyName, Suffix or "
        "DisplayName is required.",
    )


def line_tax_code(value):
    return Fault(
        6100,
        "Invalid Line TaxCode",
        f"Line.TaxCodeRef must be TAX or NON. Supplied value:{value}",
    )


def duplicate_number(number, entity, key):
    return Fault(
        6140,
        "Duplicate Document Number Error",
        "Duplicate Document Number Error : You must specify a different number. "
        f"This number has already been used. DocNumber={number} is assigned to "
        f"TxnType={entity} with TxnId={key}",
    )


def parent_missing(name):
    return Fault(6150, "ParentRef is required", f"{name} is true but ParentRef missing")


def too_deep():
    return Fault(
        6180, "Sub level limit exceeded", "Only 5 levels are allowed in a hierarchy."
    )


def custom_sales_tax():
    return Fault(
        6160,
        "Invalid Tax Code",
        "CustomSalesTax cannot be used to create or update a transaction.",
    )


def tax_not_applicable():
    return Fault(
        6170,
        "Invalid TxnTaxDetail",
        "TxnTaxDetail cannot be supplied with GlobalTaxCalculation NotApplicable.",
    )


def company_status(product="QuickBooks Online Plus"):
    return Fault(
        6190,
        "Invalid Company Status",
        "Subscription period has ended or canceled or there was a billing problem : "
        f"You can't add data to {product} because your trial or subscription period "
        "ended or there was a billing problem.",
    )


def books_closed(password):
    code, message = 6200, "Account Period Closed Error"
    if password:
        code = 6210
        message = "Account Period Closed, Cannot Update Through Services API"
    return Fault(
        code,
        message,
        "The account period has closed and the account books cannot be updated "
        "through through the QBO Services API. Please use the QBO website to make "
        "these changes.",
    )


def before_stock(name, date):
    return Fault(
        6270,
        "Inventory Date Error",
        f"The transaction date is before the start of the stock of {name}, {date}.",
    )


def has_balance(name):
    return Fault(
        6220,
        "Cannot delete a name with a balance",
        f"{name} has a balance that is not zero and cannot be made inactive.",
    )


def duplicate_name(why=NAME_TAKEN):
    return Fault(
        6240,
        "Duplicate Name Exists Error",
        f"The name supplied already exists. : {why}",
    )


def account_type_used(what):
    return Fault(6430, "Invalid account type used", f"Invalid account type: {what}")


def deposited():
    return Fault(
        6540,
        "Deposited Transaction cannot be changed",
        "This transaction has been deposited. If you want to change or delete it, you "
        "must edit the deposit it appears on and remove it first.",
    )


def system(detail):
    return Fault(
        10000,
        "An application error has occurred while processing your request",
        f"System Failure Error: {detail}",
        kind="SystemFault",
        status=500,
    )
