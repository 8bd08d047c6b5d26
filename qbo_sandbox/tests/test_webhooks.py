"""Webhooks: told, signed, repeated until heard."""

import base64
import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from qbo_sandbox import webhooks

from .conftest import bill, pay, paying


class Listener:
    """An endpoint; `answers` are the statuses it gives, 200 afterwards."""

    def __init__(self):
        self.received = []  # (headers, raw body)
        self.answers = []
        self._changed = threading.Condition()
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with listener._changed:
                    listener.received.append((self.headers, body))
                    status = listener.answers.pop(0) if listener.answers else 200
                    listener._changed.notify_all()
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(
            target=self.server.serve_forever, args=(0.02,), daemon=True
        ).start()

    def wait(self, count):
        """Bodies of the first ``count`` notifications, as soon as they are there."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.received) >= count, 10)
        return [json.loads(body) for _headers, body in self.received[:count]]


@pytest.fixture
def listener(control):
    listener = Listener()
    control.webhook(
        listener.url,
        format="classic",
        delay=0.05,
        ladder=[0.05],
        paused=False,
        repeat=0,
        reorder=False,
        corrupt=False,
    )
    yield listener
    control.webhook("")
    listener.server.shutdown()
    listener.server.server_close()


def entities(body):
    (notification,) = body["eventNotifications"]
    return [
        (each["name"], each["operation"])
        for each in notification["dataChangeEvent"]["entities"]
    ]


def test_a_change_is_told_with_a_signature(server, listener):
    server.control.create("Customer", {"DisplayName": "Ann"})
    (body,) = listener.wait(1)
    assert entities(body) == [("Customer", "Create")]
    headers, raw = listener.received[0]
    key = server.credentials()["verifier_token"].encode()
    expected = base64.b64encode(hmac.new(key, raw, hashlib.sha256).digest()).decode()
    assert headers["intuit-signature"] == expected
    assert body["eventNotifications"][0]["realmId"] == server.realm_id


def test_a_payment_tells_of_the_invoice_too(control, listener):
    control.webhook(delay=0.4)
    customer = control.create("Customer", {"DisplayName": "Ann"})
    invoice = bill(control, customer, 10)
    pay(control, customer, 10, paying(10, invoice))
    control.void("Invoice", invoice["Id"])
    (body,) = listener.wait(1)
    assert {
        ("Payment", "Create"),
        ("Invoice", "Update"),
        ("Invoice", "Void"),
        ("Payment", "Update"),
    } <= set(entities(body))


def work(control, api, customer):
    """Something for each operation; [(entity, id, operation)] as it must be told."""
    invoice = bill(control, customer, 10, BillEmail={"Address": "ann@example.com"})
    api.call("POST", f"invoice/{invoice['Id']}/send")
    control.void("Invoice", invoice["Id"])
    payment = pay(control, customer, 5)
    control.update("Payment", {**payment, "TotalAmt": 6})
    control.delete("Payment", payment["Id"])
    other = control.create("Customer", {"DisplayName": "Ann twice"})
    control.merge("Customer", keep=customer["Id"], absorb=other["Id"])
    changes = {
        ("Invoice", invoice["Id"]): ["Create", "Emailed", "Void"],
        ("Payment", payment["Id"]): ["Create", "Update", "Delete"],
        ("Customer", other["Id"]): ["Create"],
        ("Customer", customer["Id"]): ["Update", "Merge"],
    }
    return {
        (*which, each) for which, operations in changes.items() for each in operations
    }


def test_every_operation_is_told_in_the_classic_format(
    control, api, customer, listener
):
    control.webhook(paused=True)
    done = work(control, api, customer)
    control.webhook(paused=False)
    ((notification,),) = (body["eventNotifications"] for body in listener.wait(1))
    told = notification["dataChangeEvent"]["entities"]
    assert {(each["name"], each["id"], each["operation"]) for each in told} == done


def test_every_operation_is_told_as_a_cloud_event(
    server, control, api, customer, listener
):
    control.webhook(paused=True, format="cloudevents")
    done = work(control, api, customer)
    control.webhook(paused=False)
    (events,) = listener.wait(1)
    assert {(each["type"], each["intuitentityid"]) for each in events} == {
        (f"qbo.{name.lower()}.{webhooks.PAST[operation]}.v1", identifier)
        for name, identifier, operation in done
    }
    assert len({each["id"] for each in events}) == len(events)
    assert {each["intuitaccountid"] for each in events} == {server.realm_id}
    assert events[0]["specversion"] == "1.0" and events[0]["data"] == {}


def test_times_are_the_companys_clock(control, listener):
    control.set_clock("2031-03-04T05:06:07Z")
    control.create("Customer", {"DisplayName": "Ann"})
    (body,) = listener.wait(1)
    (notification,) = body["eventNotifications"]
    (told,) = notification["dataChangeEvent"]["entities"]
    assert told["lastUpdated"].startswith("2031-03-04T05:06:")


def test_a_currency_is_told_by_its_own_name(control, listener):
    control.webhook(entities=["Currency"])
    control.set_preferences(CurrencyPrefs={"MultiCurrencyEnabled": True})
    control.create("CompanyCurrency", {"Code": "EUR"})
    assert entities(listener.wait(1)[0]) == [("Currency", "Create")]


def test_what_is_not_heard_is_told_again(control, listener):
    listener.answers = [500, 503]
    control.create("Customer", {"DisplayName": "Ann"})
    first, second, third = listener.wait(3)
    assert first == second == third
    assert [each["status"] for each in control.deliveries()[:2]] == [500, 503]


def test_a_pause_holds_events_back(control, listener):
    control.webhook(paused=True)
    control.create("Customer", {"DisplayName": "Ann"})
    control.create("Customer", {"DisplayName": "Ben"})
    assert listener.received == []
    control.webhook(paused=False)
    (body,) = listener.wait(1)
    assert len(entities(body)) == 2


def test_notifications_can_be_repeated_and_reversed(control, listener):
    control.webhook(paused=True)
    control.create("Customer", {"DisplayName": "Ann"})
    control.create("Vendor", {"DisplayName": "Ben"})
    control.webhook(paused=False, repeat=1, reorder=True)
    first, second = listener.wait(2)
    assert first == second
    assert [name for name, _operation in entities(first)] == ["Vendor", "Customer"]


def test_a_signature_can_be_corrupted(server, listener):
    server.control.webhook(corrupt=True)
    server.control.create("Customer", {"DisplayName": "Ann"})
    listener.wait(1)
    headers, raw = listener.received[0]
    key = server.credentials()["verifier_token"].encode()
    good = base64.b64encode(hmac.new(key, raw, hashlib.sha256).digest()).decode()
    assert headers["intuit-signature"] != good


def test_tax_codes_have_no_events(control, api, listener):
    control.webhook(paused=True)
    body = {"TaxRateName": "City", "RateValue": 1, "TaxAgencyId": "1"}
    api.post("taxservice/taxcode", {"TaxCode": "x", "TaxRateDetails": [body]})
    control.create("Customer", {"DisplayName": "Ann"})
    control.webhook(paused=False)
    (told,) = listener.wait(1)
    assert entities(told) == [("Customer", "Create")]


def test_a_merge_names_the_absorbed_id(control, listener):
    control.webhook(paused=True)
    kept, gone = (control.create("Vendor", {"DisplayName": n}) for n in "AB")
    control.merge("Vendor", keep=kept["Id"], absorb=gone["Id"])
    control.webhook(paused=False)
    (body,) = listener.wait(1)
    (notification,) = body["eventNotifications"]
    merged = notification["dataChangeEvent"]["entities"][-1]
    assert (merged["operation"], merged["id"]) == ("Merge", kept["Id"])
    assert merged["deletedId"] == gone["Id"]
