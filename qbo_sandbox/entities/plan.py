"""What the company pays for: the features of its plan, and whether it pays."""

from .. import faults

SMALL_PLANS = ("QuickBooks Online Simple Start", "QuickBooks Online Essentials")


def _value(books, name):
    pairs = books.find("CompanyInfo", "1")["NameValue"]
    return next((pair["Value"] for pair in pairs if pair["Name"] == name), None)


def need(books, feature):
    """:raises Fault: 5030 when the plan is too small for the feature"""
    if feature and _value(books, "OfferingSku") in SMALL_PLANS:
        raise faults.feature_missing(feature)


def check_paid(books):
    """:raises Fault: 6190 when the subscription has ended"""
    if _value(books, "SubscriptionStatus") not in (None, "PAID", "TRIAL"):
        raise faults.company_status(_value(books, "OfferingSku"))
