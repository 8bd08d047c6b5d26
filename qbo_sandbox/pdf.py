"""A one-page PDF of a document, by hand: enough for a person to read.

Written without a library on purpose: a PDF of a few lines of Latin text is short.
"""

LINES_ON_PAGE = 60


def render(kind, body):
    """The bytes of a PDF that shows a document's head, lines and total."""
    content = "BT /F1 11 Tf 14 TL 50 780 Td\n"
    content += "".join(f"({_escaped(line)}) Tj T*\n" for line in _lines(kind, body))
    content += "ET"
    return _file(content.encode("latin-1", "replace"))


def _lines(kind, body):
    party = body.get("CustomerRef") or body.get("VendorRef") or {}
    yield f"{kind} {body.get('DocNumber', body['Id'])}"
    yield f"Date {body.get('TxnDate', '')}   {party.get('name', '')}"
    yield ""
    for line in body.get("Line", [])[: LINES_ON_PAGE - 6]:
        text = line.get("Description") or line.get("DetailType", "")
        yield f"{text[:70]}   {line.get('Amount', '')}"
    yield ""
    yield f"Total {body.get('TotalAmt', 0)} {body['CurrencyRef']['value']}"


def _escaped(text):
    text = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return text.replace("\r", " ").replace("\n", " ")


def _file(content):
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return out + b"startxref\n%d\n%%%%EOF\n" % start
