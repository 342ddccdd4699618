"""The simulated queue, with few people."""

import pytest
from rich.console import Console

from tools.bench.simulation import simulate
from tools.bench.site import Context

pytestmark = pytest.mark.django_db(transaction=True)


def test_everyone_is_admitted_once_and_lanes_share_by_weight():
    simulated = simulate(Context(options=None, console=Console(quiet=True)), 2_000)
    assert [promise for promise, holds in simulated.checks if not holds] == []
    assert "2,000 of 2,000" in simulated.figures["simulated: people called"]
