"""The faults, one function each. A scenario runs under load and returns when the fault is over.

`scenario(context) -> list of sentences` about what was observed besides the purchases. The first
line of its docstring is printed in the report.
"""

import signal
import time
from contextlib import ExitStack, contextmanager

from tools.payments_sandbox.process import SandboxProcess

from . import breakpoints
from .customers import Crowd
from .provider import AT_REFUNDS, MISBEHAVIOUR, cancel_performance, charges_at, paying_with
from .system import wait_until
from .verification import settle_open_payments, take_backup, unsent_emails, violations

HOLD = r"^POST /performances/\d+/hold/$"
CHECKOUT = r"^POST /basket/[^/]+/$"
PAY = r"^POST /pay/demo/"
OUTAGE_SECONDS = 4  # Seconds for which a service is down.
RESTORED = "restored"  # The name of the restored database.
CUSTOMERS_PAY = 4  # Purchases for each misbehaviour of the payment provider.
AFTER_SWITCH = 8  # Purchases after which all customers use the new address.

SCENARIOS = {}


def scenario(function):
    SCENARIOS[function.__name__.replace("_", "-")] = function
    return function


@scenario
def kill_after_hold(context):
    """kill -9 of the web worker once a hold is committed, before its answer."""
    return _kill(context, breakpoints.AFTER_COMMIT, HOLD)


@scenario
def kill_before_hold_commit(context):
    """kill -9 of the web worker right before a hold's COMMIT."""
    return _kill(context, breakpoints.BEFORE_COMMIT, HOLD)


@scenario
def kill_before_order_commit(context):
    """kill -9 of the web worker right before an order's COMMIT."""
    return _kill(context, breakpoints.BEFORE_COMMIT, CHECKOUT)


@scenario
def kill_after_order(context):
    """kill -9 of the web worker once the order is committed, before its answer."""
    return _kill(context, breakpoints.BEFORE_ANSWER, CHECKOUT)


@scenario
def kill_before_sale_commit(context):
    """kill -9 of the web worker when the bank has the money, right before our COMMIT."""
    return _kill(context, breakpoints.BEFORE_COMMIT, PAY)


@scenario
def kill_after_sale(context):
    """kill -9 of the web worker when the tickets are committed, before the answer."""
    return _kill(context, breakpoints.AFTER_COMMIT, PAY)


@scenario
def kill_web_server(context):
    """kill -9 of the whole web server, master and workers."""
    return _kill_process(context, "web")


@scenario
def deploy(context):
    """A deployment: migrate, collectstatic, new code; worker and beat restarted."""
    system, crowd = context.system, context.crowd
    with system.web_server_to_replace() as (origin, replace), _before(origin) as (front, where):
        crowd.send_to([front])
        crowd.wait_for(1)
        system.manage("migrate", "--verbosity=0")
        system.manage("collectstatic", "--no-input", "--verbosity=0")
        replace()
        for name in ("worker", "beat"):
            system.restart(name)
        context.ended_at = time.monotonic()
        crowd.wait_for(AFTER_SWITCH)
        crowd.send_to([system.address])
        crowd.wait_for(AFTER_SWITCH)
    return [f"customers came {where}"]


@scenario
def kill_worker(context):
    """kill -9 of the Celery worker and its children."""
    return _kill_process(context, "worker")


@scenario
def kill_beat(context):
    """kill -9 of beat."""
    return _kill_process(context, "beat")


@scenario
def two_beats(context):
    """A second beat process beside the first."""
    taken = context.mail.taken
    before = len(taken)
    with context.system.second_beat():
        context.crowd.wait_for(10)
        wait_until(lambda: len(taken) > before + 10, 60, "No e-mails were sent.")
    assert len(set(taken)) == len(taken), "An e-mail was sent twice."
    return [f"{len(taken) - before} e-mails meanwhile, none twice"]


@scenario
def stop_database(context):
    """PostgreSQL stopped with `immediate` (no clean-up), down for 4 s, started again."""
    with context.system.without("postgres", signal.SIGQUIT):
        time.sleep(OUTAGE_SECONDS)
    return []


@scenario
def restore_backup(context):
    """A backup taken under load (pg_dump), restored beside it and used for sales."""
    from tools.bench.halls import make_hall
    from tools.bench.servers import using_database

    system, other = context.system, make_hall(rows=2)
    shown = context.crowd.references()
    took = take_backup(system, RESTORED)
    with using_database(RESTORED):
        settle_open_payments()
        first = violations(context.crowd, shown)
    with (
        system.another_web_server(**system.settings_of(RESTORED)) as address,
        Crowd([address], other, customers=2) as customers,
    ):
        customers.wait_for(4)
    with using_database(RESTORED):
        settle_open_payments()
        found = first + violations(customers)
    assert not found, found
    return [
        f"dumped and restored within {took:.0f} s; {len(shown)} orders from before were all there",
        f"{len(customers.purchases)} purchases from the restored one; every rule held there",
    ]


@scenario
def stop_redis(context):
    """Redis killed, down for 4 s, started again."""
    with context.system.without("redis", signal.SIGKILL):
        context.crowd.wait_for(1, since=time.monotonic())
        time.sleep(OUTAGE_SECONDS)
    return ["places were held and sold while it was away"]


@scenario
def flush_redis(context):
    """Redis flushed (FLUSHALL): cache and task queue lost."""
    import redis

    with redis.Redis.from_url(context.system.home.redis_url) as link:
        link.flushall()
    return []


@scenario
def fill_database(context):
    """Every connection of PostgreSQL in use by others for 4 s, those of the site closed."""
    import psycopg

    taken = []
    until = time.monotonic() + OUTAGE_SECONDS
    with ExitStack() as stack:
        ours = stack.enter_context(
            psycopg.connect(context.system.home.database_url, autocommit=True)
        )
        while time.monotonic() < until:
            ours.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'concert'"
            )
            _take_all(stack, taken, context.system.home.database_url)
            time.sleep(0.1)
    return [f"{len(taken)} connections were taken"]


@scenario
def refuse_mail(context):
    """The mail server refuses e-mails (451), then is down, then accepts them."""
    mail, taken = context.mail, set(context.mail.taken)
    mail.refusing = True
    context.crowd.wait_for(8)
    wait_until(lambda: mail.refused > 3, 60, "No e-mail was tried.")
    mail.close()
    context.crowd.wait_for(4)
    mail.refusing = False
    mail.open()
    context.crowd.close()
    took = _until_all_are_sent()
    new = [message_id for message_id in mail.taken if message_id not in taken]
    twice = len(new) - len(set(new))
    assert not twice, f"{twice} e-mails were sent twice."
    return [
        f"{mail.refused} refusals, then {len(new)} e-mails, each once, within {took:.0f} s",
        "the sale did not notice",
    ]


@scenario
def shift_clocks(context):
    """Two hosts whose clocks are five minutes ahead and five minutes behind."""
    with ExitStack() as stack:
        hosts = [
            stack.enter_context(context.system.another_web_server(FAULTS_CLOCK_SHIFT=shift))
            for shift in ("300", "-300")
        ]
        began = time.monotonic()
        context.crowd.send_to(hosts)
        context.crowd.wait_for(8, since=began)
        context.crowd.send_to([context.system.address])
        context.crowd.wait_for(1)
    return ["every step of a purchase went to the other host than the one before"]


@scenario
def staff_reprice(context):
    """Staff change the price during sales, until a customer has seen a new price."""
    from django.db.models import F

    from shows.models import PriceCategory

    prices = PriceCategory.objects.filter(performance=context.hall.performance_id)
    changes, statuses = 0, context.crowd.responses.statuses
    while changes < 3 or not statuses[409]:
        assert changes < 200, "Nobody was shown a new price."
        prices.update(price=F("price") + 1)
        changes += 1
        context.crowd.wait_for(1)
    return [f"{changes} changes; {statuses[409]} baskets were shown anew with the new price"]


@scenario
def staff_block(context):
    """Staff block all available places among the first 800, and unblock them."""
    from bookings.exceptions import CannotBlock
    from bookings.models import Place
    from bookings.staff_operations.blocking import block_places, unblock_places
    from shows.models import Performance

    performance = Performance.objects.get(pk=context.hall.performance_id)
    blocked, busy = [], 0
    for pair in context.hall.places[:400]:
        try:
            block_places(performance=performance, place_ids=pair, actor="faults")
            blocked += pair
        except CannotBlock:
            busy += 1
    kept = Place.objects.filter(pk__in=blocked, state="blocked").count()
    assert kept == len(blocked), "A blocked place was sold."
    context.crowd.wait_for(2)
    unblock_places(performance=performance, place_ids=blocked, actor="faults")
    return [
        f"{len(blocked)} places blocked; {busy} pairs, sold or in somebody's hands, stayed theirs"
    ]


@scenario
def staff_cancel(context):
    """Staff cancel the performance during sales; another one goes on sale."""
    from bookings.staff_operations.performance_cancellation import cancel_performance, progress_of
    from shows.models import Performance
    from tools.bench.halls import make_hall

    performance = Performance.objects.get(pk=context.hall.performance_id)
    other = make_hall(rows=20)
    performance = cancel_performance(performance=performance, actor="faults", reason="A fault.")
    context.crowd.move_to(other)
    took = wait_until(
        lambda: progress_of(performance).left == 0, 120, "Orders were left that got nothing back."
    )
    return [f"{progress_of(performance).done} orders given back within {took:.0f} s"]


@scenario
def provider_misbehaves(context):
    """The payment provider loses answers and events, fails, is killed, and refunds everybody."""
    from tools.bench.halls import make_hall

    system, crowd = context.system, context.crowd
    webhooks = f"http://{system.address[0]}:{system.address[1]}/pay/webhooks/stripe/"
    file = system.folder / "sandbox"
    with SandboxProcess(file=file, webhooks=webhooks) as provider, paying_with(context, provider):
        notes = [_misbehave(crowd, provider, *each) for each in MISBEHAVIOUR.items()]
        _kill_provider(crowd, provider)
        cancelled, other = make_hall(rows=2), make_hall(rows=20)
        crowd.move_to(cancelled)
        crowd.wait_for(2 * CUSTOMERS_PAY)
        crowd.move_to(other)
        cancel_performance(system, cancelled.performance_id)
        notes += [_misbehave(crowd, provider, *each) for each in AT_REFUNDS.items()]
        _kill_provider(crowd, provider)
        charges = len(charges_at(provider))
    return [f"{charges} charges at the provider, each an order or refunded", *notes]


def _misbehave(crowd, provider, title, behaviour):
    began = time.monotonic()
    provider.remote.behave(**behaviour)
    crowd.wait_for(CUSTOMERS_PAY)
    provider.remote.behave_well()
    return f"{CUSTOMERS_PAY} purchases in {time.monotonic() - began:.1f} s: it {title}"


def _kill_provider(crowd, provider):
    provider.kill()
    time.sleep(OUTAGE_SECONDS)
    provider.start()
    crowd.wait_for(CUSTOMERS_PAY)


def _until_all_are_sent():
    """Wait until all e-mails are sent, as long as their number falls; return the seconds.

    At the longest nothing is sent until a killed worker's lease and its lock of the task expire.
    """
    from django.conf import settings

    from emails.tasks import LONGEST_RUN

    timeout = settings.LEASE_SECONDS + 2 * LONGEST_RUN + 20
    began, left = time.monotonic(), unsent_emails()
    while left:
        words = f"{left} e-mails were left."
        wait_until(lambda before=left: unsent_emails() < before, timeout, words)
        left = unsent_emails()
    return time.monotonic() - began


def _kill(context, point, activity):
    for _time in range(3):
        context.system.breakpoint.arm(point, activity)
        context.system.breakpoint.kill()
        context.ended_at = time.monotonic()
        context.crowd.wait_for(1)
    return ["three times, each at exactly this point"]


def _kill_process(context, name):
    system = context.system
    before = system.pid_of(name)
    system.kill(name)
    context.ended_at = time.monotonic()
    wait_until(lambda: system.pid_of(name) not in (before, None), 60, f"{name} stayed away.")
    return [f"started again after {time.monotonic() - context.ended_at:.1f} s"]


@contextmanager
def _before(origin):
    """Run nginx in front of a web server, if it is installed; else yield the server itself."""
    from tools.bench.nginx import binary_of_nginx, nginx_before

    if binary_of_nginx() is None:
        yield origin, "straight to gunicorn (there is no nginx here)"
        return
    with nginx_before(origin) as front:
        yield front, "through nginx"


def _take_all(stack, taken, url):
    import psycopg

    while True:
        try:
            link = psycopg.connect(url, application_name="faults", connect_timeout=2)
        except psycopg.OperationalError:
            return
        taken.append(stack.enter_context(link))
