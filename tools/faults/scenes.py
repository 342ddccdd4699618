"""What is broken, one function each. A scene runs under load; it returns when the fault is over.

`scene(stage) -> list of sentences` of what was seen beside the purchases. The first line of its
docstring is what the report says was done.
"""

import signal
import time
from contextlib import ExitStack, contextmanager

from . import points
from .backup import take_backup
from .customers import Crowd
from .house import wait_until
from .outcome import broken_promises, emails_left, settle_all

HOLD = r"^POST /performances/\d+/hold/$"
CHECKOUT = r"^POST /basket/[^/]+/$"
PAY = r"^POST /pay/demo/"
OUTAGE = 4  # Seconds for which something stays away.
RESTORED = "restored"  # The name of the database that a backup becomes.
PASSERS_BY = 8  # Purchases after which nobody is where they were sent before.

SCENES = {}


def scene(function):
    SCENES[function.__name__.replace("_", "-")] = function
    return function


@scene
def kill_after_hold(stage):
    """kill -9 of the web worker once a hold is committed, before its answer."""
    return _kill(stage, points.AFTER_COMMIT, HOLD)


@scene
def kill_before_hold_commit(stage):
    """kill -9 of the web worker right before a hold's COMMIT."""
    return _kill(stage, points.BEFORE_COMMIT, HOLD)


@scene
def kill_before_order_commit(stage):
    """kill -9 of the web worker right before an order's COMMIT."""
    return _kill(stage, points.BEFORE_COMMIT, CHECKOUT)


@scene
def kill_after_order(stage):
    """kill -9 of the web worker once the order is committed, before its answer."""
    return _kill(stage, points.BEFORE_ANSWER, CHECKOUT)


@scene
def kill_before_sale_commit(stage):
    """kill -9 of the web worker when the bank has the money, right before our COMMIT."""
    return _kill(stage, points.BEFORE_COMMIT, PAY)


@scene
def kill_after_sale(stage):
    """kill -9 of the web worker when the tickets are committed, before the answer."""
    return _kill(stage, points.AFTER_COMMIT, PAY)


@scene
def kill_web_server(stage):
    """kill -9 of the whole web server, master and workers."""
    return _kill_process(stage, "web")


@scene
def deploy(stage):
    """A deploy: migrate, collectstatic, new code for the web server, worker and clock restarted."""
    house, crowd = stage.house, stage.crowd
    with house.web_server_to_replace() as (origin, replace), _before(origin) as (front, where):
        crowd.send_to([front])
        crowd.wait_for(1)
        house.manage("migrate", "--verbosity=0")
        house.manage("collectstatic", "--no-input", "--verbosity=0")
        replace()
        for name in ("worker", "beat"):
            house.restart(name)
        stage.lifted = time.monotonic()
        crowd.wait_for(PASSERS_BY)
        crowd.send_to([house.address])
        crowd.wait_for(PASSERS_BY)
    return [f"customers came {where}"]


@scene
def kill_worker(stage):
    """kill -9 of the Celery worker and its children."""
    return _kill_process(stage, "worker")


@scene
def kill_beat(stage):
    """kill -9 of beat."""
    return _kill_process(stage, "beat")


@scene
def two_beats(stage):
    """A second beat beside the first."""
    taken = stage.mail.taken
    before = len(taken)
    with stage.house.second_beat():
        stage.crowd.wait_for(10)
        wait_until(lambda: len(taken) > before + 10, 60, "No e-mails were sent.")
    assert len(set(taken)) == len(taken), "An e-mail was sent twice."
    return [f"{len(taken) - before} e-mails meanwhile, none twice"]


@scene
def stop_database(stage):
    """PostgreSQL stopped with `immediate` (no clean-up), away for 4 s, started again."""
    with stage.house.without("postgres", signal.SIGQUIT):
        time.sleep(OUTAGE)
    return []


@scene
def restore_backup(stage):
    """A backup taken under load (pg_dump), restored beside it and sold from."""
    from tools.bench.house import looking_at
    from tools.bench.world import make_world

    house, other = stage.house, make_world(rows=2)
    shown = stage.crowd.references()
    took = take_backup(house, RESTORED)
    with looking_at(RESTORED):
        settle_all()
        first = broken_promises(stage.crowd, shown)
    with (
        house.another_web_server(**house.settings_of(RESTORED)) as address,
        Crowd([address], other, customers=2) as customers,
    ):
        customers.wait_for(4)
    with looking_at(RESTORED):
        settle_all()
        found = first + broken_promises(customers)
    assert not found, found
    return [
        f"dumped and restored within {took:.0f} s; {len(shown)} orders from before were all there",
        f"{len(customers.bought)} purchases from the restored one; every rule held there",
    ]


@scene
def stop_redis(stage):
    """Redis killed, away for 4 s, started again."""
    with stage.house.without("redis", signal.SIGKILL):
        stage.crowd.wait_for(1, since=time.monotonic())
        time.sleep(OUTAGE)
    return ["places were held and sold while it was away"]


@scene
def flush_redis(stage):
    """Redis flushed (FLUSHALL): cache, sessions' copies and queue gone."""
    import redis

    with redis.Redis.from_url(stage.house.home.redis_url) as link:
        link.flushall()
    return []


@scene
def fill_database(stage):
    """Every connection of PostgreSQL taken by others for 4 s, the house's own cut."""
    import psycopg

    taken = []
    until = time.monotonic() + OUTAGE
    with ExitStack() as stack:
        ours = stack.enter_context(psycopg.connect(stage.house.home.database_url, autocommit=True))
        while time.monotonic() < until:
            ours.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'concert'"
            )
            _take_all(stack, taken, stage.house.home.database_url)
            time.sleep(0.1)
    return [f"{len(taken)} connections were taken"]


@scene
def refuse_mail(stage):
    """The mail server refuses e-mails (451), then is away, then takes them."""
    mail, taken = stage.mail, set(stage.mail.taken)
    mail.refusing = True
    stage.crowd.wait_for(8)
    wait_until(lambda: mail.refused > 3, 60, "No e-mail was tried.")
    mail.close()
    stage.crowd.wait_for(4)
    mail.refusing = False
    mail.open()
    stage.crowd.close()
    took = _until_all_are_sent()
    new = [message_id for message_id in mail.taken if message_id not in taken]
    twice = len(new) - len(set(new))
    assert not twice, f"{twice} e-mails were sent twice."
    return [
        f"{mail.refused} refusals, then {len(new)} e-mails, each once, within {took:.0f} s",
        "the sale did not notice",
    ]


@scene
def shift_clocks(stage):
    """Two hosts whose clocks are five minutes ahead and five minutes behind."""
    with ExitStack() as stack:
        hosts = [
            stack.enter_context(stage.house.another_web_server(FAULTS_CLOCK_SHIFT=shift))
            for shift in ("300", "-300")
        ]
        began = time.monotonic()
        stage.crowd.send_to(hosts)
        stage.crowd.wait_for(8, since=began)
        stage.crowd.send_to([stage.house.address])
        stage.crowd.wait_for(1)
    return ["every step of a purchase went to the other host than the one before"]


@scene
def staff_reprice(stage):
    """Staff change the price under buyers' hands, until it has met somebody on the way."""
    from django.db.models import F

    from shows.models import PriceCategory

    prices = PriceCategory.objects.filter(performance=stage.world.performance_id)
    changes, statuses = 0, stage.crowd.seen.statuses
    while changes < 3 or not statuses[409]:
        assert changes < 200, "Nobody was shown a new price."
        prices.update(price=F("price") + 1)
        changes += 1
        stage.crowd.wait_for(1)
    return [f"{changes} changes; {statuses[409]} baskets were shown anew with the new price"]


@scene
def staff_block(stage):
    """Staff block whatever is open of the first 800 places, and put it back."""
    from bookings.exceptions import CannotBlock
    from bookings.models import Place
    from bookings.staff_operations.blocking import block_places, unblock_places
    from shows.models import Performance

    performance = Performance.objects.get(pk=stage.world.performance_id)
    blocked, busy = [], 0
    for pair in stage.world.places[:400]:
        try:
            block_places(performance=performance, place_ids=pair, actor="faults")
            blocked += pair
        except CannotBlock:
            busy += 1
    kept = Place.objects.filter(pk__in=blocked, state="blocked").count()
    assert kept == len(blocked), "A blocked place was sold."
    stage.crowd.wait_for(2)
    unblock_places(performance=performance, place_ids=blocked, actor="faults")
    return [
        f"{len(blocked)} places blocked; {busy} pairs, sold or in somebody's hands, stayed theirs"
    ]


@scene
def staff_call_off(stage):
    """Staff call the performance off under buyers' hands; another one goes on sale."""
    from bookings.staff_operations.performance_cancellation import cancel_performance, progress_of
    from shows.models import Performance
    from tools.bench.world import make_world

    performance = Performance.objects.get(pk=stage.world.performance_id)
    other = make_world(rows=20)
    performance = cancel_performance(performance=performance, actor="faults", reason="A fault.")
    stage.crowd.move_to(other)
    took = wait_until(
        lambda: progress_of(performance).left == 0, 120, "Orders were left that got nothing back."
    )
    return [f"{progress_of(performance).done} orders given back within {took:.0f} s"]


def _until_all_are_sent():
    """Wait until no e-mail is left, as long as their number falls; return how many seconds it took.

    At the longest nothing is sent while a killed worker's lease and its turn at the task run out.
    """
    from django.conf import settings

    from emails.tasks import LONGEST_RUN

    patience = settings.LEASE_SECONDS + 2 * LONGEST_RUN + 20
    began, left = time.monotonic(), emails_left()
    while left:
        words = f"{left} e-mails were left."
        wait_until(lambda before=left: emails_left() < before, patience, words)
        left = emails_left()
    return time.monotonic() - began


def _kill(stage, point, doing):
    for _time in range(3):
        stage.house.trap.arm(point, doing)
        stage.house.trap.spring()
        stage.lifted = time.monotonic()
        stage.crowd.wait_for(1)
    return ["three times, each at exactly this point"]


def _kill_process(stage, name):
    house = stage.house
    before = house.pid_of(name)
    house.kill(name)
    stage.lifted = time.monotonic()
    wait_until(lambda: house.pid_of(name) not in (before, None), 60, f"{name} stayed away.")
    return [f"started again after {time.monotonic() - stage.lifted:.1f} s"]


@contextmanager
def _before(origin):
    """nginx before a web server, as we ship it; that itself on a machine that has none."""
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
