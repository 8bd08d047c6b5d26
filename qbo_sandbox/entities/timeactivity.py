"""Time spent by an employee or a vendor; posts nothing."""

from .. import faults
from ..kernel.schema import DATE, FLAG, LINKED, NUMBER, enum, many, readonly, ref, text
from .transaction import Transaction


class TimeActivity(Transaction):
    name = "TimeActivity"
    fields = {
        "TxnDate": DATE,
        "NameOf": enum("Employee", "Vendor", "Other"),
        "EmployeeRef": ref("Employee"),
        "VendorRef": ref("Vendor"),
        "CustomerRef": ref("Customer"),
        "DepartmentRef": ref("Department"),
        "ClassRef": ref("Class"),
        "ItemRef": ref("Item"),
        "ProjectRef": ref(),
        "BillableStatus": enum("Billable", "NotBillable", "HasBeenBilled"),
        "Taxable": FLAG,
        "HourlyRate": NUMBER,
        "CostRate": NUMBER,
        "Hours": NUMBER,
        "Minutes": NUMBER,
        "Seconds": NUMBER,
        "BreakHours": NUMBER,
        "BreakMinutes": NUMBER,
        "StartTime": text(),
        "EndTime": text(),
        "Description": text(4000),
        "TransactionLocationType": text(),
        "PayrollItemRef": ref(),
        "LinkedTxn": readonly(many(LINKED)),
    }
    required = ("NameOf",)

    def prepare(self, books, body, old):
        self.dated(books, body)
        who = f"{body['NameOf']}Ref"
        if who in ("EmployeeRef", "VendorRef") and who not in body:
            raise faults.missing(who)
        if not any(
            body.get(name) is not None for name in ("Hours", "Minutes", "StartTime")
        ):
            raise faults.Fault(6340, "Missing time", "Hours or StartTime is required.")
        body.setdefault("BillableStatus", "NotBillable")
        body.setdefault("Hours", 0)
        body.setdefault("Minutes", 0)
        if body["BillableStatus"] == "Billable" and "CustomerRef" not in body:
            raise faults.Fault(
                6310, "Missing Customer", "Billable time needs a CustomerRef."
            )
