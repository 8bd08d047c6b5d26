"""What the connector adds to posting an invoice in Odoo: the push that it queues.

Posted in turns with the connector on and with its hooks off, by one who works in the
web client: history is tracked, and each set is a request of its own.
"""

from benchmarks.books import Books
from benchmarks.floor import Floor
from benchmarks.house import StopWatch, odoo_environment, print_profile, profiled


def run(size=400):
    with odoo_environment() as env:
        books = Books(env)
        books.backend.start_date = False
        for count in (1, 50):
            _compare(books, count, max(size // count, 4) if count > 1 else size // 4)
    print_profile()


def _compare(books, count, rounds):
    off, on = StopWatch(books.env), StopWatch(books.env)
    _post(books, off, _drafts(books, count), qbo_import=True)  # warm
    _post(books, on, _drafts(books, count))
    off, on = StopWatch(books.env), StopWatch(books.env)
    for number in range(rounds):
        pair = (off, {"qbo_import": True}), (on, {})
        for watch, context in pair if number % 2 else reversed(pair):
            _post(books, watch, _drafts(books, count), **context)
    print(f"posting: {rounds} sets of {count}")
    for name, watch in (("connector off", off), ("connector on", on)):
        print(f"  {name:14} {watch.line(rounds * count)}")
    print(f"  ratio {on.seconds / off.seconds:.3f}")


def _drafts(books, count):
    """Invoices of an ordinary journal, where Odoo numbers them."""
    values = []
    for number in range(count):
        move = Floor(books).invoice(number)
        for name in ("name", "journal_id"):
            del move[name]
        values.append(move)
    quiet = books.env["account.move"].with_context(tracking_disable=True)
    return quiet.create(values).with_context(tracking_disable=False)


def _post(books, watch, moves, **context):
    with watch, profiled(not context):
        moves.with_context(**context).action_post()
        books.env.flush_all()
        books.env.cr.precommit.run()
    assert set(moves.mapped("state")) == {"posted"}
    pending = moves.filtered(lambda move: move.qbo_state == "pending")
    assert bool(pending) == (not context)
