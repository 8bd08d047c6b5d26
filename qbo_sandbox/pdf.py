"""A document as its customer gets it: company, customer, lines, totals, as a PDF."""

from io import BytesIO
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

from .web.present import money, quantity, rate

TITLES = {
    "Invoice": "INVOICE",
    "CreditMemo": "CREDIT MEMO",
    "Estimate": "ESTIMATE",
    "Payment": "PAYMENT RECEIPT",
    "PurchaseOrder": "PURCHASE ORDER",
    "RefundReceipt": "REFUND RECEIPT",
    "SalesReceipt": "SALES RECEIPT",
}
PARTIES = {"Payment": "RECEIVED FROM", "PurchaseOrder": "VENDOR"}
SUMS = {"SubTotalLineDetail": ("Subtotal", 1), "DiscountLineDetail": ("Discount", -1)}
MARGIN = 48  # points, as all lengths here
GREEN, GREY, PALE = (colors.HexColor(f"#{h}") for h in ("2c7a3f", "6b6c72", "eef4ee"))
# The fonts that reportlab brings: more letters than the standard ones of PDF.
for name, file in (("Text", "Vera.ttf"), ("Bold", "VeraBd.ttf")):
    pdfmetrics.registerFont(TTFont(name, file))
TEXT = ParagraphStyle("text", fontName="Text", fontSize=9, leading=12)
RIGHT = ParagraphStyle("right", TEXT, alignment=TA_RIGHT)
BOLD = ParagraphStyle("bold", TEXT, fontName="Bold")
LABEL = ParagraphStyle("label", TEXT, fontSize=8, textColor=GREY)
COLUMN = ParagraphStyle("column", LABEL, alignment=TA_RIGHT)
NAME = ParagraphStyle("name", BOLD, fontSize=13, leading=18)
TITLE = ParagraphStyle(
    "title", NAME, fontSize=18, leading=22, alignment=TA_RIGHT, textColor=GREEN
)
TOTAL = ParagraphStyle("total", BOLD, fontSize=11, leading=15, alignment=TA_RIGHT)


def render(kind, body, company):
    """The bytes of a PDF of a document.

    :param kind: name of its entity, one of `TITLES`
    :param company: CompanyInfo
    """
    out = BytesIO()
    title = f"{TITLES[kind].capitalize()} {_number(body)}"
    page = LETTER if company["Country"] == "US" else A4
    paper = SimpleDocTemplate(
        out,
        pagesize=page,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=title,
        author=company["CompanyName"],
    )
    width = paper.width
    parts = [_head(kind, body, company, width), Spacer(0, 18)]
    parts += [_parties(kind, body, width), Spacer(0, 18), _lines(body, width)]
    parts += [Spacer(0, 8), _totals(kind, body, width), Spacer(0, 18)]
    parts += _memos(body, width)
    paper.build(parts, onFirstPage=_foot, onLaterPages=_foot)
    return out.getvalue()


def _foot(canvas, paper):
    canvas.setFont("Text", 8)
    canvas.setFillColor(GREY)
    canvas.drawCentredString(paper.pagesize[0] / 2, 24, f"Page {paper.page}")


def _head(kind, body, company, width):
    contact = [
        *_address(company.get("CompanyAddr")),
        company.get("PrimaryPhone", {}).get("FreeFormNumber"),
        company.get("Email", {}).get("Address"),
    ]
    facts = [
        ("No.", _number(body)),
        ("Date", body.get("TxnDate")),
        ("Due date", body.get("DueDate")),
        ("Reference", body.get("PaymentRefNum")),
        ("P.O. number", body.get("PONumber")),
    ]
    shown = [f"{name}  {value}" for name, value in facts if value]
    left = [Paragraph(escape(company["CompanyName"]), NAME), _block(contact)]
    right = [Paragraph(TITLES[kind], TITLE), _block(shown, RIGHT)]
    return _columns([left, right], [width * 0.55, width * 0.45])


def _parties(kind, body, width):
    party = body.get("CustomerRef") or body.get("VendorRef") or {}
    to = [Paragraph(PARTIES.get(kind, "BILL TO"), LABEL)]
    to.append(_block([party.get("name"), *_address(body.get("BillAddr"))]))
    ship = _address(body.get("ShipAddr"))
    other = [Paragraph("SHIP TO", LABEL), _block(ship)] if ship else []
    return _columns([to, other], [width * 0.55, width * 0.45])


def _lines(body, width):
    currency = body["CurrencyRef"]["value"]
    texts = [("DESCRIPTION", LABEL), ("QTY", COLUMN), ("RATE", COLUMN)]
    rows = [[Paragraph(*each) for each in (*texts, ("AMOUNT", COLUMN))]]
    for line in _shown(body.get("Line", [])):
        detail = line.get(line.get("DetailType"), {})
        bare = "Amount" not in line or "GroupLineDetail" in line
        amount = "" if bare else money(line["Amount"], currency)
        price = rate(detail["UnitPrice"]) if "UnitPrice" in detail else ""
        cells = [quantity(detail.get("Qty", detail.get("Quantity"))), price, amount]
        shown = [Paragraph(escape(cell), RIGHT) for cell in cells]
        rows.append([_described(line, detail), *shown])
    style = [
        ("BACKGROUND", (0, 0), (-1, 0), PALE),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, colors.HexColor("#d4d7dc")),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    widths = [width * share for share in (0.55, 0.11, 0.15, 0.19)]
    return Table(rows, widths, style=style, repeatRows=1, splitInRow=1)


def _shown(lines):
    """Lines of items, bundles with their members, texts, and what was paid."""
    for line in lines:
        if line.get("DetailType") in SUMS or _is_shipping(line):
            continue
        yield line
        yield from line.get("GroupLineDetail", {}).get("Line", [])


def _is_shipping(line):
    item = line.get("SalesItemLineDetail", {}).get("ItemRef", {})
    return item.get("value") == "SHIPPING_ITEM_ID"


def _described(line, detail):
    """What a line is about: its item or account, and its description."""
    links = line.get("LinkedTxn") or []
    names = [(detail.get(each) or {}).get("name") for each in ("ItemRef", "AccountRef")]
    names += [f"{link['TxnType']} {_reference(line, link)}" for link in links[:1]]
    parts = [Paragraph(escape(name), BOLD) for name in names if name]
    return [*parts, _block((line.get("Description") or "").splitlines())]


def _reference(line, link):
    """The number of a linked document, or its id when it has none."""
    pairs = [extra["value"] for extra in line.get("LineEx", {}).get("any", [])]
    found = {pair["Name"]: pair["Value"] for pair in pairs}
    return found.get("txnReferenceNumber", link["TxnId"])


def _totals(kind, body, width):
    sums, total = list(_sums(body)), ("TOTAL", body.get("TotalAmt", 0))
    if kind == "Invoice":
        sums += [("Total", body["TotalAmt"])]
        paid = body["TotalAmt"] - body["Balance"]
        sums += [("Paid", -paid)] if paid else []
        total = "BALANCE DUE", body["Balance"]
    styled = [(*each, RIGHT) for each in sums] + [(*total, TOTAL)]
    currency = body["CurrencyRef"]["value"]
    rows = [
        ["", Paragraph(name, style), Paragraph(money(value, currency), style)]
        for name, value, style in styled
    ]
    widths = [width * share for share in (0.5, 0.28, 0.22)]
    return Table(rows, widths, style=[("LINEABOVE", (1, -1), (-1, -1), 0.8, GREEN)])


def _sums(body):
    """(name, amount) of what leads to the total."""
    for line in body.get("Line", []):
        if line.get("DetailType") in SUMS:
            name, sign = SUMS[line["DetailType"]]
            yield name, sign * line["Amount"]
        elif _is_shipping(line):
            yield "Shipping", line["Amount"]
    tax = (body.get("TxnTaxDetail") or {}).get("TotalTax")
    if tax:
        yield "Tax", tax
    if body.get("UnappliedAmt"):
        yield "Not yet applied", body["UnappliedAmt"]


def _memos(body, width):
    text = (body.get("CustomerMemo") or {}).get("value")
    return [_columns([_block(text.splitlines())], [width])] if text else []


def _number(body):
    return body.get("DocNumber") or body["Id"]


def _address(address):
    address = address or {}
    names = ("City", "CountrySubDivisionCode", "PostalCode")
    place = " ".join(address[name] for name in names if address.get(name))
    lines = [address.get(f"Line{number}") for number in range(1, 6)]
    return [each for each in (*lines, place, address.get("Country")) if each]


def _block(lines, style=TEXT):
    return Paragraph("<br/>".join(escape(line) for line in lines if line), style)


def _columns(cells, widths):
    return Table([cells], widths, style=[("VALIGN", (0, 0), (-1, -1), "TOP")])
