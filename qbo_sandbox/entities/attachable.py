"""Notes and files, linked to any number of objects; they outlive what they hang on."""

import uuid

from .. import faults
from ..kernel.entity import Entity
from ..kernel.schema import FLAG, NUMBER, enum, many, readonly, ref, struct, text

LINKABLE = (
    "Account", "Bill", "BillPayment", "CreditMemo", "Customer", "Deposit", "Employee",
    "Estimate", "Invoice", "Item", "JournalEntry", "Payment", "Purchase",
    "PurchaseOrder", "RefundReceipt", "SalesReceipt", "TimeActivity", "Transfer",
    "Vendor", "VendorCredit",
)  # fmt: skip
CATEGORIES = (
    "Image", "Signature", "Contact Photo", "Receipt", "Document", "Sound", "Other",
)  # fmt: skip


class Attachable(Entity):
    name = "Attachable"
    fields = {
        "FileName": text(1000),
        "FileAccessUri": readonly(text()),
        "TempDownloadUri": readonly(text()),
        "ThumbnailFileAccessUri": readonly(text()),
        "ThumbnailTempDownloadUri": readonly(text()),
        "Size": readonly(NUMBER),
        "ContentType": text(100),
        "Category": enum(*CATEGORIES),
        "Lat": text(100),
        "Long": text(100),
        "PlaceName": text(2000),
        "Note": text(2000),
        "Tag": text(2000),
        "AttachableRef": many(
            struct(
                EntityRef=ref(),
                LineInfo=text(),
                IncludeOnSend=FLAG,
                Inactive=FLAG,
                NoRefOnly=FLAG,
            )
        ),
    }
    operations = ("create", "update", "delete", "read", "query")

    def prepare(self, books, body, old):
        if not (body.get("Note") or body.get("FileName")):
            raise faults.missing("Note")
        for link in body.get("AttachableRef", []):
            reference = link.get("EntityRef")
            if not reference or "type" not in reference:
                raise faults.missing("AttachableRef.EntityRef")
            _check_target(books, reference)
            link.setdefault("IncludeOnSend", False)
        for name, field in self.fields.items():
            if old and field.readonly and name in old:
                body[name] = old[name]

    def erase(self, books, old):
        books.connection.execute(
            "DELETE FROM files WHERE realm=? AND attachable=?",
            (books.realm, int(old["Id"])),
        )


def _check_target(books, reference):
    kinds = {kind.lower(): kind for kind in LINKABLE}
    kind = kinds.get(reference["type"].lower())
    if kind is None:
        raise faults.Fault(
            6050, "Invalid EntityRef Type", f"Supplied value:{reference['type']}"
        )
    reference["type"] = kind
    if books.find(kind, reference["value"]) is None:
        what = f"{kind} {reference['value']}"
        raise faults.business(
            f"The entity {what} that you are trying to link does not exist. {what}"
        )


def store_file(books, metadata, name, content_type, content, root):
    """Keep an uploaded file; returns its Attachable.

    :param metadata: parsed ``file_metadata_NN`` part, may be empty
    :param root: this server's address, for the download URIs
    """
    if not isinstance(metadata, dict):
        raise faults.Fault(6040, "Metadata not Attachable", "file_metadata")
    made = books.create("Attachable", {"FileName": name, **metadata})
    new = {
        **made,
        "FileAccessUri": f"/v3/company/{books.realm}/download/{made['Id']}",
        "TempDownloadUri": f"{root}/files/{books.realm}/{made['Id']}/{uuid.uuid4()}",
        "Size": len(content),
        "ContentType": made.get("ContentType") or content_type,
    }
    books.rewrite("Attachable", new)
    books.connection.execute(
        "INSERT INTO files VALUES (?,?,?)", (books.realm, int(made["Id"]), content)
    )
    return new
