import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import OperationalError

from core import shared_cache
from core.shared_cache import BuildFailed, clear_shared_cache, get_or_build, get_or_read


class Build:
    """A builder that counts its calls: it returns 1, then 2, and so on."""

    def __init__(self, *, takes=0.0):
        self.runs = 0
        self.takes = takes
        self.fault = None
        self._counting = threading.Lock()

    def __call__(self):
        with self._counting:
            self.runs += 1
            run = self.runs
        time.sleep(self.takes)
        if self.fault:
            raise self.fault
        return run


@pytest.fixture
def clock(monkeypatch):
    """Control both clocks of the module, and with them the marker of the key "mark" in Redis."""

    class Clock:
        offset = 0.0

        def forward(self, seconds):
            self.offset += seconds
            cache.delete(shared_cache._redis_name("mark") + ":built")

    class Times:
        sleep = staticmethod(time.sleep)
        monotonic = staticmethod(lambda: time.monotonic() + clock.offset)
        time = staticmethod(lambda: time.time() + clock.offset)

    clock = Clock()
    monkeypatch.setattr(shared_cache, "time", Times)
    return clock


@pytest.fixture
def redis_is_away(settings):
    settings.CACHES = {
        "default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}
    }


def at_once(number, call):
    """Call from `number` threads at the same moment; return the results."""
    barrier, answers = threading.Barrier(number), []

    def run():
        barrier.wait(10)
        answers.append(call())

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(answers) == number
    return answers


def test_it_builds_once_in_an_interval(clock):
    build = Build()
    assert [get_or_build("mark", 10, build) for _ in range(5)] == [1] * 5
    clock.forward(9.9)
    assert get_or_build("mark", 10, build) == 1
    clock.forward(0.2)
    assert get_or_build("mark", 10, build) == 2


def test_keys_are_separate():
    assert get_or_build("one", 10, lambda: "1") == "1"
    assert get_or_build("two", 10, lambda: "2") == "2"


def test_another_process_gets_the_shared_value():
    build = Build()
    get_or_build("mark", 10, build)
    clear_shared_cache()  # As in a process that has just started.
    assert get_or_build("mark", 10, build) == 1


def test_a_shared_value_is_not_kept_longer_than_it_is_fresh(clock):
    build = Build()
    get_or_build("mark", 10, build)
    clock.offset += 8
    clear_shared_cache()
    assert get_or_build("mark", 10, build) == 1  # Two seconds are left, not ten.
    clock.forward(2.1)
    assert get_or_build("mark", 10, build) == 2


def test_concurrent_first_reads_build_once():
    build = Build(takes=0.1)
    assert at_once(32, lambda: get_or_build("mark", 10, build)) == [1] * 32
    assert build.runs == 1


def test_without_it_they_build_many_times():
    """The control: each reader reads the cache and fills it when it is empty."""
    build = Build(takes=0.1)

    def naive():
        if (value := cache.get("mark")) is None:
            value = build()
            cache.set("mark", value, 10)
        return value

    at_once(32, naive)
    assert build.runs > 1


def test_during_a_renewal_other_readers_get_the_previous_value(clock):
    get_or_build("mark", 10, lambda: "old")
    clock.forward(11)
    building, may_end = threading.Event(), threading.Event()

    def build():
        building.set()
        assert may_end.wait(20)
        return "new"

    with ThreadPoolExecutor(1) as pool:
        renewal = pool.submit(get_or_build, "mark", 10, build)
        assert building.wait(20)
        # These return at once, while the build cannot finish.
        assert [get_or_build("mark", 10, build) for _ in range(15)] == ["old"] * 15
        may_end.set()
        assert renewal.result(20) == "new"
    assert get_or_build("mark", 10, build) == "new"


def test_during_a_renewal_another_process_gets_the_previous_value(clock):
    get_or_build("mark", 10, lambda: "old")
    clock.forward(11)
    clear_shared_cache()
    # Another process is building.
    assert cache.add(shared_cache._redis_name("mark") + ":built", 1, 10)
    build = Build()
    assert get_or_build("mark", 10, build) == "old"
    assert build.runs == 0


def test_an_expired_value_is_not_returned(clock):
    get_or_build("mark", 10, lambda: "old", stale_for=5)
    clock.forward(16)
    cache.delete(shared_cache._redis_name("mark"))  # It expires in Redis after the same time.
    answers = at_once(4, lambda: get_or_build("mark", 10, lambda: "new", stale_for=5))
    assert answers == ["new"] * 4


def test_the_first_value_is_awaited_when_another_process_builds_it():
    name = shared_cache._redis_name("mark")
    cache.add(f"{name}:built", 1, 10)
    threading.Timer(0.1, lambda: cache.set(name, (time.time(), "theirs"), 10)).start()
    build = Build()
    assert get_or_build("mark", 10, build) == "theirs"
    assert build.runs == 0


def test_it_does_not_wait_forever_for_another_process(monkeypatch):
    monkeypatch.setattr(shared_cache, "WAIT_FOR_FIRST", 0.1)
    # The process that was building it has died.
    cache.add(shared_cache._redis_name("mark") + ":built", 1, 10)
    assert get_or_build("mark", 10, lambda: "mine") == "mine"


def test_without_redis_each_process_builds_its_own(redis_is_away, clock):
    build = Build()
    assert [get_or_build("mark", 10, build) for _ in range(3)] == [1] * 3
    clock.offset += 11
    assert get_or_build("mark", 10, build) == 2


def test_without_redis_concurrent_first_reads_build_once(redis_is_away):
    build = Build(takes=0.1)
    assert at_once(16, lambda: get_or_build("mark", 10, build)) == [1] * 16


@pytest.mark.parametrize("fault", [OperationalError("the server went away"), BuildFailed("503")])
def test_the_previous_value_is_returned_while_building_fails(clock, fault):
    build = Build()
    get_or_build("mark", 10, build)
    clock.forward(11)
    build.fault = fault
    assert get_or_build("mark", 10, build) == 1
    build.fault = None
    clock.forward(11)
    assert get_or_build("mark", 10, build) == 3


def test_another_process_returns_the_previous_value_too_while_building_fails(clock):
    build = Build()
    get_or_build("mark", 10, build)
    clock.forward(11)
    clear_shared_cache()
    build.fault = OperationalError("the server went away")
    assert get_or_build("mark", 10, build) == 1


@pytest.mark.parametrize("fault", [OperationalError("unavailable"), ValueError("a bug")])
def test_without_a_previous_value_the_error_is_raised_and_the_next_reader_tries_again(fault):
    build = Build()
    build.fault = fault
    with pytest.raises(type(fault)):
        get_or_build("mark", 10, build)
    build.fault = None
    assert get_or_build("mark", 10, build) == 2


def test_a_bug_is_never_hidden_by_the_previous_value(clock):
    build = Build()
    get_or_build("mark", 10, build)
    clock.forward(11)
    build.fault = ValueError("a bug")
    with pytest.raises(ValueError, match="a bug"):
        get_or_build("mark", 10, build)


def test_a_builder_may_read_other_fresh_values():
    def page():
        return get_or_build("inner", 10, lambda: "inner") + " in page"

    assert at_once(8, lambda: get_or_build("outer", 10, page)) == ["inner in page"] * 8


def test_the_number_of_values_is_bounded(monkeypatch):
    monkeypatch.setattr(shared_cache, "MAX_ENTRIES", 3)
    for number in range(10):
        get_or_build(f"key {number}", 10, lambda: 0)
    assert len(shared_cache._entries) == 3
    assert not shared_cache._key_locks


def test_any_text_may_be_a_key():
    key = "page /shows/?q=" + "ä b\x00\n" * 500
    assert get_or_build(key, 10, lambda: "value") == "value"


def test_inputs_of_a_value_are_rebuilt_with_it(clock):
    terms, page = Build(), Build()

    def make():
        page()
        return page.runs, get_or_build("terms", 10, terms), get_or_build("terms", 10, terms)

    get_or_build("terms", 10, terms)
    # It is fresh by itself, but the page would show it until it is 19 seconds old.
    clock.forward(9)
    assert get_or_build("mark", 10, make) == (1, 2, 2)
    assert get_or_build("terms", 10, terms) == 2


def test_a_reused_value_is_not_built_for_others(clock):
    snapshot = Build()
    get_or_build("snapshot", 10, snapshot, reuse_in_builds=True)
    clock.forward(9)
    assert (
        get_or_build(
            "mark", 10, lambda: get_or_build("snapshot", 10, snapshot, reuse_in_builds=True)
        )
        == 1
    )


class TestGetOrRead:
    def test_it_reads_once_in_an_interval(self, clock):
        read = Build()
        assert [get_or_read("terms", 1, read) for _ in range(5)] == [1] * 5
        clock.offset += 0.9
        assert get_or_read("terms", 1, read) == 1
        clock.offset += 0.1
        assert get_or_read("terms", 1, read) == 2

    def test_another_process_reads_by_itself(self):
        get_or_read("terms", 10, lambda: 1)
        clear_shared_cache()  # As in a process that has just started.
        assert get_or_read("terms", 10, lambda: 2) == 2

    def test_a_fresh_value_is_stored_for_the_next_reader(self):
        read = Build()
        get_or_read("terms", 10, read)
        assert get_or_read("terms", 10, read, fresh=True) == 2
        assert get_or_read("terms", 10, read) == 2

    def test_one_key_can_be_cleared(self):
        for key in ("mine", "other"):
            get_or_read(key, 10, lambda: "old")
        clear_shared_cache("mine")
        assert [get_or_read(key, 10, lambda: "new") for key in ("mine", "other")] == ["new", "old"]

    def test_one_of_several_threads_reads(self):
        read = Build(takes=0.1)
        assert at_once(16, lambda: get_or_read("terms", 10, read)) == [1] * 16

    def test_after_an_error_the_next_reader_tries_again(self):
        read = Build()
        read.fault = OperationalError("the server went away")
        with pytest.raises(OperationalError):
            get_or_read("terms", 10, read)
        read.fault = None
        assert get_or_read("terms", 10, read) == 2

    def test_it_is_read_again_for_a_value_that_uses_it(self, clock):
        read = Build()
        get_or_read("terms", 10, read)
        clock.offset += 9
        assert get_or_build("mark", 10, lambda: get_or_read("terms", 10, read)) == 2

    def test_many_threads_can_store_at_once(self, monkeypatch, eager_switching):
        """Without the lock two threads that make room at once remove the same key; one fails."""
        monkeypatch.setattr(shared_cache, "MAX_ENTRIES", 3)
        faults = []

        def ask(offset):
            try:
                for step in range(2000):
                    number = (step * 7 + offset) % 11
                    answer = get_or_read(f"key {number}", 10, lambda n=number: n, fresh=True)
                    assert answer == number
            except BaseException as fault:
                faults.append(fault)

        threads = [threading.Thread(target=ask, args=[offset]) for offset in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert faults == []
        assert len(shared_cache._entries) <= 3


@pytest.fixture
def eager_switching():
    """Make threads switch as often as possible, so that races show."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)
