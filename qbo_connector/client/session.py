"""QuickBooks' accounting service, as methods.

Entities are named as QuickBooks names them ("Invoice", "CreditMemo"). Objects go in
and come out as plain dicts, without QuickBooks' envelope; ids and SyncTokens are
strings, amounts are JSON numbers in the document's currency.
"""

from urllib.parse import quote

from . import batch, cdc, errors
from .query import MAX_PAGE, name, select
from .transport import Call, Transport, context_of

# Above this, a statement goes in the body: addresses have a limit on their way.
MAX_QUERY_IN_URL = 1500
# QuickBooks refuses more with a 6000.
MAX_REQUESTID = 50

# How a void is asked for, per entity; what is not here cannot be voided.
# Source: the entity pages and Intuit's .NET and PHP SDKs.
VOID_PARAMS = {
    "Invoice": {"operation": "void"},
    "Payment": {"operation": "update", "include": "void"},
    "SalesReceipt": {"operation": "update", "include": "void"},
    "BillPayment": {"operation": "update", "include": "void"},
}


class QboClient(Transport):
    """One QuickBooks company. All methods raise `errors.QboError`.

    `requestid` (up to 50 characters, unique in the company) makes a write safe to
    repeat: QuickBooks replays its first answer - also when the object was deleted
    meanwhile, so a deliberate second creation needs another requestid.
    """

    def read(self, entity, id):
        """The object with this id."""
        return self._read(entity, f"/{quote(str(id), safe='')}")

    def company_info(self):
        """Name, address, country and settings of the company itself."""
        return self.read("CompanyInfo", self.realm_id)

    def preferences(self):
        """The company's preferences: closing date, currencies, numbering, tax."""
        return self._read("Preferences")

    def create(self, entity, body, requestid=None):
        """Create an object; returns it as QuickBooks completed it."""
        return self._write(entity, "create", body, requestid)

    def update(self, entity, body, requestid=None):
        """Change an object; returns it as it is now.

        `body` holds Id and SyncToken; with `sparse: True` the other fields stay,
        without it a field left out is emptied.

        :raises ValueError: without an Id, which QuickBooks would take for a creation
        """
        if not body.get("Id"):
            raise ValueError(f"An update of {entity} needs the Id of what it changes")
        return self._write(entity, "update", body, requestid)

    def delete(self, entity, body, requestid=None):
        """Delete a transaction; returns a stub with its Id and status "Deleted".

        Customers, items and accounts cannot be deleted: update them to Active False.
        Only Id and SyncToken of `body` are sent; some whole objects are refused.
        """
        params = {"operation": "delete"}
        return self._write(entity, "delete", batch.stub(body), requestid, params)

    def void(self, entity, body, requestid=None):
        """Void a transaction; returns it with its amounts at zero.

        An Invoice needs Id and SyncToken. The others take these two or, which is
        safer for a Payment, the whole object as it was just read (sparse changes of
        payments have been seen refused with 2020).

        :raises ValueError: for an entity that QuickBooks cannot void
        """
        if entity not in VOID_PARAMS:
            raise ValueError(f"QuickBooks cannot void {entity}, only delete it")
        body = batch.stub(body) if entity == "Invoice" else batch.void_body(body)
        return self._write(entity, "void", body, requestid, VOID_PARAMS[entity])

    def create_tax_code(self, body, requestid=None):
        """Create a tax code with its rates; returns `body` with the ids filled in.

        The one way to make them, and there is none to change or delete them
        (page of the TaxService entity).
        """
        params = {"requestid": requestid} if requestid else {}
        path, entity = "taxservice/taxcode", "TaxService"
        call = Call("POST", path, entity, "create", "write", params, body)
        return self._parsed(call, dict)

    def query(self, statement):
        """The rows of one statement (see `query.select`), 100 if it has no size."""
        return self._query(statement, batch.rows_of)

    def page(self, entity, where="", start=1, size=MAX_PAGE, order_by="Id"):
        """Up to `size` rows from row `start` (counted from 1) on."""
        return self.query(select(entity, where, order_by, start, size))

    def pages(self, entity, where="", start=1, size=MAX_PAGE, order_by="Id"):
        """All rows, page after page, up to the first page that is not full."""
        while rows := self.page(entity, where, start, size, order_by):
            yield rows
            if len(rows) < size:
                return
            start += len(rows)

    def count(self, entity, where=""):
        """How many rows there are."""
        statement = select(entity, where, fields="COUNT(*)")
        return self._query(statement, lambda response: response["totalCount"])

    def cdc(self, entities, since):
        """What changed and what was deleted since a moment, see `cdc.CdcChanges`.

        :param entities: names; QuickBooks has no CDC for TaxCode and TaxRate
        :param datetime since: with time zone, at most 30 days ago
        """
        if since.tzinfo is None:
            raise ValueError(f"{since!r} needs a time zone: QuickBooks guesses one")
        names = ",".join(entities)
        params = {
            "entities": names,
            "changedSince": since.isoformat(timespec="seconds"),
        }
        call = Call("GET", "cdc", names, "cdc", "read", params)
        return self._parsed(call, lambda payload: cdc.parse(payload, entities))

    def batch(self, items, requestid=None):
        """Do up to 30 `batch.BatchItem`s in one call; a `BatchResult` for each.

        Raises only when the call as a whole failed. A replay needs the same
        requestid and the same bIds.

        :raises ValueError: too many items, names too long or twice
        """
        batch.check(items, requestid)
        if not items:
            return []
        kind = "read" if all(i.operation == "query" for i in items) else "write"
        body = {"BatchItemRequest": [item.request() for item in items]}
        params = {"requestid": requestid} if requestid else {}
        call = Call("POST", "batch", "", "batch", kind, params, body)
        return self._parsed(
            call, lambda payload: batch.parse(payload, items, self.last_tid)
        )

    def _read(self, entity, path=""):
        call = Call("GET", _segment(entity) + path, entity, "read", "read", {})
        return self._parsed(call, lambda payload: payload[entity])

    def _write(self, entity, operation, body, requestid, params=()):
        params = dict(params)
        if requestid:
            if len(requestid) > MAX_REQUESTID:
                raise ValueError(f"requestid {requestid!r}: at most {MAX_REQUESTID}")
            params["requestid"] = requestid
        call = Call("POST", _segment(entity), entity, operation, "write", params, body)
        return self._parsed(call, lambda payload: payload[entity])

    def _query(self, statement, parse):
        if len(statement) > MAX_QUERY_IN_URL:
            call = Call("POST", "query", "", "query", "read", {}, text=statement)
        else:
            params = {"query": statement}
            call = Call("GET", "query", "", "query", "read", params)
        return self._parsed(call, lambda payload: parse(payload["QueryResponse"]))

    def _parsed(self, call, parse):
        """The answer as `parse` reads it; one it cannot read is garbage."""
        payload = self.call(call)
        try:
            return parse(payload)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            context = context_of(call)
            raise errors.QboUnavailable(
                f"QuickBooks answered {call.operation} with something else",
                retryable=True,
                outcome_unknown=context.pop("write"),
                intuit_tid=self.last_tid,
                http_status=200,
                **context,
            ) from error


def _segment(entity):
    return name(entity).lower()
