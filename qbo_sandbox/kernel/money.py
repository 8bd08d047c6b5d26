"""Money is whole cents inside; JSON numbers outside, as QuickBooks prints them."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def cents(value):
    """A JSON number (in units of its currency) to cents, half a cent going up."""
    exact = Decimal(str(value or 0)) * 100
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def amount(value):
    """Cents to the JSON number: 0 stays ``0``, the rest have a decimal point."""
    return value / 100 if value else 0


def share(value, percent):
    """``percent`` (a JSON number) of some cents, in cents."""
    exact = Decimal(value) * Decimal(str(percent)) / 100
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def times(quantity, price):
    """Quantity × unit price, in cents."""
    exact = Decimal(str(quantity)) * Decimal(str(price)) * 100
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def convert(value, rate):
    """Cents of a foreign currency in home cents; ``rate`` is home units per unit."""
    exact = Decimal(value) * Decimal(str(rate))
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))
