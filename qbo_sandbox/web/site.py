"""Which page or action answers which path.

A page is a function of the `Visit` that returns (template, variables). An action does
something and returns where to go next; beside it stands the page to show again, with
what was typed, when QuickBooks' rules refuse it.
"""

from pathlib import Path

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from ..faults import Fault
from . import (
    accounts,
    activity,
    closing,
    companies,
    creditmemos,
    customers,
    deposits,
    home,
    invoices,
    items,
    payments,
    receive,
    transactions,
    vendors,
)
from .present import PAGES_OF, PLAIN
from .visit import Visit

STYLE = (Path(__file__).parent / "style.css").read_bytes()
STYLE_AGE = 60  # seconds a browser keeps it
WITHOUT_COMPANY = ("/", "/company")

PAGES = {
    "/": companies.start,
    "/company": companies.choice,
    "/app/homepage": home.home,
    "/app/customers": customers.listing,
    "/app/customerdetail": customers.detail,
    "/app/invoices": invoices.listing,
    "/app/invoice": invoices.detail,
    "/app/invoice/edit": invoices.editor,
    "/app/creditmemos": creditmemos.listing,
    "/app/creditmemo": creditmemos.detail,
    "/app/payments": payments.listing,
    "/app/recvpayment": receive.form_or_payment,
    "/app/deposits": deposits.listing,
    "/app/deposit": deposits.form_or_deposit,
    "/app/items": items.listing,
    "/app/chartofaccounts": accounts.chart,
    "/app/register": accounts.register,
    "/app/closing": closing.form,
    "/app/activity": activity.listing,
    "/app/transaction": transactions.detail,
    **{PAGES_OF[entity]: transactions.detail for entity in PLAIN},
    "/app/vendordetail": vendors.detail,
}
ACTIONS = {
    "/company": (companies.choose, companies.choice),
    "/app/invoice/edit": (invoices.edit, invoices.editor),
    "/app/invoice/void": (invoices.void, invoices.detail),
    "/app/invoice/delete": (invoices.delete, invoices.detail),
    "/app/creditmemo/delete": (creditmemos.delete, creditmemos.detail),
    "/app/recvpayment": (receive.receive, receive.form),
    "/app/recvpayment/void": (payments.void, payments.detail),
    "/app/recvpayment/delete": (payments.delete, payments.detail),
    "/app/deposit": (deposits.make, deposits.form),
    "/app/deposit/delete": (deposits.delete, deposits.detail),
    "/app/closing": (closing.close, closing.form),
}


def serve(sandbox, request):
    """Answer one request to ``/``, ``/company`` or below ``/app/``, in HTML."""
    if request.path == "/app/style.css":
        return _style()
    visit = Visit(sandbox, request)
    if request.method == "POST":
        response = _act(visit)
    elif request.path not in PAGES:
        response = visit.answer("problem.html", {"missing": True}, 404)
    elif visit.realm is None and request.path not in WITHOUT_COMPANY:
        response = redirect(visit.url("/company", next=request.full_path), 303)
    else:
        response = _show(visit, PAGES[request.path])
    visit.remember(response)
    return response


def _style():
    response = Response(STYLE, content_type="text/css")
    response.headers["Cache-Control"] = f"max-age={STYLE_AGE}"
    return response


def _act(visit):
    if visit.request.path not in ACTIONS:
        return visit.answer("problem.html", {"missing": True}, 404)
    if not visit.is_own_form():
        return visit.answer("problem.html", {"forged": True}, 403)
    if visit.realm is None and visit.request.path not in WITHOUT_COMPANY:
        return redirect("/company", 303)
    action, page = ACTIONS[visit.request.path]
    try:
        with visit.sandbox.lock:
            visit.open_books()
            return redirect(action(visit), 303)
    except Fault as fault:
        visit.fault = fault
    return _show(visit, page)


def _show(visit, page):
    """The page, or the fault of reading what it is about."""
    try:
        with visit.sandbox.lock:
            visit.open_books()
            template, variables = page(visit)
    except Fault as fault:
        visit.fault = fault
        return visit.answer("problem.html", {}, 404)
    status = visit.fault.status if visit.fault else 200
    return visit.answer(template, variables, status)
