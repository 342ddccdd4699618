"""What each list of the admin costs at 50,000 orders: queries, processor time, bytes.

The first page, as a superuser sees it, and a search of the orders. Processor time is that of this
process and of its PostgreSQL backend, the mean of several requests.
"""

import os
import time
from pathlib import Path

from django.conf import settings
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from bookings.models import Order

from ..halls import make_hall
from ..past_sales import leave_traces, sell_past_performances

MOST_QUERIES = 20
MOST_SECONDS = 0.5
SEARCHES = {"bookings.order: search": ("admin:bookings_order_changelist", "9@exam")}


def run(context):
    rows, past = context.scaled(200, 10), context.scaled(5, 2)
    hall = make_hall(rows=rows)
    with context.console.status("Selling past performances"):
        sell_past_performances(hall.performance_id, past, rows)
        leave_traces()
    settings.ALLOWED_HOSTS = ["*"]
    costs = dict(_costs(rounds=context.scaled(5, 1)))
    return {
        "title": f"The lists of the admin at {Order.objects.count():,} orders",
        "figures": {
            name: f"{queries} queries, {python * 1000:.0f} ms of Python,"
            f" {sql * 1000:.0f} ms of PostgreSQL, {size / 1000:.0f} kB"
            for name, (queries, python, sql, size) in costs.items()
        },
        "checks": [
            {
                "promise": f"Each list takes {MOST_QUERIES} queries at most.",
                "holds": all(cost[0] <= MOST_QUERIES for cost in costs.values()),
                "found": ", ".join(n for n, cost in costs.items() if cost[0] > MOST_QUERIES),
            },
            {
                "promise": f"Each list takes {MOST_SECONDS} s at most.",
                "holds": all(cost[1] + cost[2] <= MOST_SECONDS for cost in costs.values()),
                "found": ", ".join(
                    name for name, cost in costs.items() if cost[1] + cost[2] > MOST_SECONDS
                ),
            },
        ],
    }


def _costs(rounds):
    """Yield (list, (queries, seconds of Python, seconds of PostgreSQL, bytes))."""
    browser = Client(SERVER_NAME="127.0.0.1")
    user = User.objects.create(email="lists@example.org", is_staff=True, is_superuser=True)
    browser.force_login(user)
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        url = reverse(f"admin:{name}_changelist")
        yield model._meta.label_lower, _cost(browser, url, {}, rounds)
    for name, (url, text) in SEARCHES.items():
        yield name, _cost(browser, reverse(url), {"q": text}, rounds)


def _cost(browser, url, data, rounds):
    with CaptureQueriesContext(connection) as queries:
        browser.get(url, data, follow=True)  # Fills what a process keeps, too.
    count = len(queries)  # The next request empties what was captured.
    before, in_database = time.process_time(), _database_seconds()
    for _ in range(rounds):
        response = browser.get(url, data, follow=True)
    python = (time.process_time() - before) / rounds
    sql = (_database_seconds() - in_database) / rounds
    return count, python, sql, len(response.content)


def _database_seconds():
    """Return the processor time of this connection's PostgreSQL backend."""
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute("SELECT pg_backend_pid()")
        ((pid,),) = cursor.fetchall()
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
