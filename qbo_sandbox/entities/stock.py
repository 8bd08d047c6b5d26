"""Inventory: quantities follow the documents, goods cost their item's PurchaseCost.

A movement is a link from a document to the item, its amount in ten-thousandths.
"""

from .. import faults
from ..kernel import money
from ..kernel.ledger import Posting
from . import accounts

UNIT = 10_000


def moved(books, lines, date):
    """[(item, quantity)] of the inventory items on some lines.

    :raises Fault: 6270 when the document is older than the item's stock
    """
    found = []
    for line in lines:
        detail = line.get(line["DetailType"], {})
        reference = detail.get("ItemRef")
        item = reference and books.find("Item", reference["value"])
        if not item or item["Type"] != "Inventory":
            continue
        if date < item["InvStartDate"]:
            raise faults.before_stock(item["Name"], item["InvStartDate"])
        found.append((item, detail.get("Qty", 1)))
    return found


def record(books, entity, body, lines, sign):
    """Link a document to the items that it moves; ``sign`` +1 brings goods in."""
    for item, quantity in moved(books, lines, body["TxnDate"]):
        units = round(sign * quantity * UNIT)
        books.add_link(entity, body["Id"], "Item", item["Id"], units)


def cost_postings(books, body, lines, sign):
    """Cost of goods against inventory for a sale (+1) or its return (-1), in home
    currency."""
    result = []
    for item, quantity in moved(books, lines, body["TxnDate"]):
        cost = sign * money.times(quantity, item["PurchaseCost"])
        result.append(Posting(item["ExpenseAccountRef"]["value"], cost, 0))
        result.append(Posting(item["AssetAccountRef"]["value"], -cost, 0))
    return result


def quantity(books, identifier):
    """Units on hand, a JSON number."""
    units = sum(link[2] for link in books.links_to("Item", identifier))
    return units // UNIT if units % UNIT == 0 else units / UNIT


def open_stock(books, item):
    """The quantity and value that an item starts with."""
    others = quantity(books, item["Id"])
    units = round((item["QtyOnHand"] - others) * UNIT)
    books.add_link("Item", item["Id"], "Item", item["Id"], units)
    if books.ledger.accounts("Item", item["Id"]):
        return  # opened before; this is an update
    cost = money.times(item["QtyOnHand"], item["PurchaseCost"])
    equity = accounts.opening_equity(books)
    asset = item["AssetAccountRef"]["value"]
    opening = [Posting(asset, cost), Posting(equity, -cost)]
    books.ledger.post("Item", item["Id"], item["InvStartDate"], opening)
    for account in (asset, equity):
        books.touch("Account", account, 0)
