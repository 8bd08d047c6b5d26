"""What an import has made, read from the database without the connector's code.

To compare two imports of the same company: all of it must be the same, however many
workers there were. Numbers of payments follow the order in which they were booked, so
they are a list of their own.
"""

QUERIES = {
    "documents": """
        SELECT move_type, qbo_id, name, date, invoice_date_due, amount_total,
               amount_tax, amount_residual, payment_state, state, qbo_state
          FROM account_move WHERE qbo_id IS NOT NULL ORDER BY move_type, qbo_id
    """,
    "payments": """
        SELECT payment.qbo_id, payment.amount, payment.date, payment.state,
               payment.qbo_state, sum(line.amount_residual), count(*)
          FROM account_payment payment
          JOIN account_move_line line ON line.move_id = payment.move_id
         GROUP BY payment.id ORDER BY 1, 2, 3, 4, 5, 6, 7
    """,
    "applications": """
        SELECT debit.qbo_id, debit.name, credit.qbo_id, payment.qbo_id, partial.amount
          FROM account_partial_reconcile partial
          JOIN account_move_line debits ON debits.id = partial.debit_move_id
          JOIN account_move debit ON debit.id = debits.move_id
          JOIN account_move_line credits ON credits.id = partial.credit_move_id
          JOIN account_move credit ON credit.id = credits.move_id
          LEFT JOIN account_payment payment ON payment.move_id = credit.id
         ORDER BY 1, 2, 3, 4, 5
    """,
    "turnover of accounts": """
        SELECT account_id, sum(debit), sum(credit), count(*)
          FROM account_move_line WHERE parent_state = 'posted'
         GROUP BY account_id ORDER BY account_id
    """,
    "payments' numbers": """
        SELECT name FROM account_move WHERE origin_payment_id IS NOT NULL ORDER BY name
    """,
    "gaps in numbers": """
        SELECT name FROM account_move WHERE made_sequence_gap ORDER BY name
    """,
    "objects": """
        SELECT entity, state, message, count(*)
          FROM qbo_object GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    """,
    "counters": """
        SELECT state, read_count, applied_count, created_count, failed_count
          FROM qbo_run ORDER BY id DESC LIMIT 1
    """,
    "states of jobs": "SELECT DISTINCT state FROM queue_job ORDER BY state",
}


def read(sql):
    """{what: rows}

    :param sql: function that takes a query and returns its rows
    """
    return {what: sql(query) for what, query in QUERIES.items()}
