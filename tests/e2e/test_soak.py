"""Everybody works, everything fails now and then, a node dies: both sides agree."""

import pytest

from soak import Soak
from soak_nodes import Nodes

from .stack import free_port

SECONDS = 120
SEED = 1


@pytest.fixture
def nodes(stack):
    """The stack's own instance, run by two nodes."""
    stack.stop()
    more = [free_port() for _ in range(3)]
    with Nodes(stack.instance, [stack.sandbox_port, stack.odoo_port, *more]) as nodes:
        yield nodes
    stack.start()


def test_both_sides_agree_after_random_activity_with_faults_and_a_dead_node(nodes):
    soak = Soak(nodes, SEED)
    soak.run(SECONDS)
    soak.report()
    assert soak.problems == []
    assert soak.done > SECONDS / 2
    assert sum(soak.faults.values()) > 0
    assert {trigger for trigger, _state in soak.runs} >= {"webhook", "schedule"}
