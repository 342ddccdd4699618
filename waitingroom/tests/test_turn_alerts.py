"""E-mails before a turn: once, to confirmed addresses, and deleted after the sale."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.signals import account_closed, data_requested
from core.testing.races import race
from emails.models import OutboxEmail
from emails.rendering import preview
from shows.tests.factories import make_user
from waitingroom.controls import close, pause
from waitingroom.entry import enter
from waitingroom.exceptions import InvalidQueueToken
from waitingroom.models import AdmissionBatch, Lane, TurnAlert
from waitingroom.rooms import clear_room_cache
from waitingroom.turn_alerts import (
    CONFIRM,
    NEAR,
    alert_of_link,
    confirm_alert,
    confirmation_url,
    delete_old_alerts,
    enqueue_near_turns,
    request_alert,
)

from .factories import advance, join_queue, lane_of, make_room, open_due, pass_time

pytestmark = pytest.mark.django_db(transaction=True)


def ask(room, *, email="anna@example.com", confirmed=True, **more):
    """Join the queue and ask for an e-mail; return visitor, token and alert."""
    visitor, token = join_queue(room, **more)
    alert = request_alert(token=token, visitor=visitor, email=email, language="en")
    if confirmed:
        confirm_alert(alert)
    clear_room_cache()
    return visitor, token, alert


def with_pace(room, admitted, per_minute):
    """Have the lane admit so many, at this pace."""
    Lane.objects.filter(room=room).update(serving=admitted)
    AdmissionBatch.objects.create(lane=lane_of(room), up_to=admitted, size=2 * per_minute)
    pass_time(room, seconds=100)
    clear_room_cache()


def near():
    return list(OutboxEmail.objects.filter(kind=NEAR).order_by("pk").values_list("to", flat=True))


def test_it_is_sent_once_when_ten_minutes_are_left():
    room = make_room(capacity=1)
    for _ in range(40):
        join_queue(room)
    pass_time(room, minutes=5)
    for number in range(3):
        for _ in range(9):
            join_queue(room)
        ask(room, email=f"{number}@example.com")
    # Positions 50, 60 and 70; two are admitted each minute.
    with_pace(room, admitted=35, per_minute=2)
    assert enqueue_near_turns() == 1
    assert near() == ["0@example.com"]
    assert enqueue_near_turns() == 0
    with_pace(room, admitted=45, per_minute=2)
    assert enqueue_near_turns() == 1
    assert near() == ["0@example.com", "1@example.com"]


def test_several_runs_at_once_send_each_once():
    room = make_room(capacity=1)
    for number in range(12):
        ask(room, email=f"{number}@example.com")
    Lane.objects.update(serving=12)
    outcomes = race(*[enqueue_near_turns] * 4)
    assert [one.error for one in outcomes] == [None] * 4
    assert sum(one.result for one in outcomes) == 12
    assert len(near()) == 12


def test_without_the_note_in_the_same_transaction_it_would_be_enqueued_again():
    """Control: the key alone does not prevent a second e-mail for a second alert request."""
    room = make_room(capacity=1)
    _visitor, _token, alert = ask(room)
    Lane.objects.update(serving=1)
    assert enqueue_near_turns() == 1
    TurnAlert.objects.update(sent_at=None, number=alert.number + 1)
    assert enqueue_near_turns() == 1
    assert len(near()) == 2


def test_nobody_is_written_to_without_confirmation_beyond_one_request():
    room = make_room()
    _visitor, _token, alert = ask(room, confirmed=False)
    advance(room)
    assert enqueue_near_turns() == 0
    request = OutboxEmail.objects.get()
    assert (request.kind, request.to) == (CONFIRM, alert.email)
    message = preview(request)
    assert confirmation_url(alert).split(":")[0] in message.text
    assert "If you didn't ask for this" in message.text
    assert "somebody in the queue entered your address" in message.text


def test_the_address_of_an_account_needs_no_confirmation_but_others_do():
    room, user = make_room(), make_user(email="bob@example.com")
    visitor, token = join_queue(room, user=user)
    own = request_alert(
        token=token, visitor=visitor, email="bob@example.com", language="en", user=user
    )
    assert own.confirmed_at
    other = request_alert(
        token=token, visitor=visitor, email="eve@example.com", language="en", user=user
    )
    assert (other.pk, other.confirmed_at) == (own.pk, None)


def test_a_link_confirms_its_own_address_only():
    room = make_room()
    visitor, token, alert = ask(room, confirmed=False)
    link = confirmation_url(alert).rstrip("/").rsplit("/", 1)[1]
    assert alert_of_link(link, performance_id=room.pk) == alert
    for forged in (link[:-2], "x", f"{link}a"):
        with pytest.raises(InvalidQueueToken):
            alert_of_link(forged, performance_id=room.pk)
    with pytest.raises(InvalidQueueToken):
        alert_of_link(link, performance_id=room.pk + 1)
    request_alert(token=token, visitor=visitor, email="other@example.com", language="en")
    with pytest.raises(InvalidQueueToken):
        alert_of_link(link, performance_id=room.pk)


def test_participants_of_the_draw_are_told_by_their_drawn_position():
    room = make_room(gathering=True, capacity=1)
    alerts = [ask(room, email=f"{number}@example.com") for number in range(4)]
    assert enqueue_near_turns() == 0
    open_due(room)
    lane = lane_of(room)
    positions = {alert.email: token.position_in(room, lane) for _visitor, token, alert in alerts}
    Lane.objects.update(serving=2)
    clear_room_cache()
    enqueue_near_turns()
    expected = sorted(email for email, position in positions.items() if position <= 3)
    assert sorted(near()) == expected


def test_a_returning_visitor_keeps_the_wish_and_is_told_again():
    from waitingroom.joining import join

    room = make_room()
    visitor, token, _alert = ask(room)
    advance(room)
    enqueue_near_turns()
    enter(token=token, visitor=visitor)
    pass_time(room, minutes=11)
    clear_room_cache()
    back = join(performance_id=room.pk, visitor=visitor, token=token)
    assert TurnAlert.objects.get().lane_id == back.lane_id
    advance(room)
    assert enqueue_near_turns() == 1
    assert len(near()) == 2


def test_it_says_how_near_it_is_and_nothing_to_whoever_is_in():
    room = make_room(capacity=1)
    for _ in range(3):
        join_queue(room)
    visitor, token, _alert = ask(room)
    with_pace(room, admitted=1, per_minute=2)
    enqueue_near_turns()
    email = OutboxEmail.objects.get(kind=NEAR)
    message = preview(email)
    assert message.subject.startswith("Almost your turn: ")
    assert "2 people are ahead of you." in message.text
    Lane.objects.update(serving=4)
    assert preview(email).subject.startswith("It's your turn: ")
    AdmissionBatch.objects.create(lane=lane_of(room), up_to=4, size=3)
    enter(token=token, visitor=visitor)
    assert preview(email) is None


@pytest.mark.parametrize("control", [pause, close])
def test_a_queue_that_stands_still_sends_nothing(control):
    room = make_room()
    ask(room)
    advance(room)
    control(room=room)
    assert enqueue_near_turns() == 0


def test_an_idle_site_makes_no_query_and_a_queue_without_wishes_one():
    clear_room_cache()
    enqueue_near_turns()
    with CaptureQueriesContext(connection) as queries:
        enqueue_near_turns()
    assert len(queries) == 0
    make_room()
    enqueue_near_turns()
    with CaptureQueriesContext(connection) as queries:
        enqueue_near_turns()
    assert len(queries) <= 3  # Two of them read the rooms, once a second.


def test_after_the_sale_the_wishes_and_addresses_are_gone():
    room, other = make_room(), make_room()
    ask(room)
    ask(room, email="late@example.com", confirmed=False)
    _visitor, _token, kept = ask(other, email="kept@example.com")
    advance(room)
    enqueue_near_turns()
    assert delete_old_alerts() == 0
    room.performance.on_sale_until = timezone.now()
    room.performance.save(update_fields=["on_sale_until"])
    assert delete_old_alerts() == 2
    assert list(TurnAlert.objects.all()) == [kept]
    addresses = set(OutboxEmail.objects.values_list("to", flat=True))
    assert addresses == {"forgotten@closed.invalid", "kept@example.com"} or addresses == {
        "kept@example.com"
    }
    assert not OutboxEmail.objects.filter(text__contains="example.com/queue").exists()


def test_an_address_that_nobody_confirmed_is_deleted_after_a_day():
    room = make_room()
    ask(room, confirmed=False)
    TurnAlert.objects.update(requested_at=timezone.now() - timezone.timedelta(hours=25))
    assert delete_old_alerts() == 1


def test_it_is_part_of_the_data_of_an_account_and_goes_with_it():
    room, user = make_room(), make_user(email="bob@example.com")
    visitor, token = join_queue(room, user=user)
    request_alert(token=token, visitor=visitor, email=user.email, language="en", user=user)
    [(_receiver, data)] = [
        found
        for found in data_requested.send(sender=type(user), user=user)
        if "queue_alerts" in found[1]
    ]
    assert data["queue_alerts"][0]["email"] == "bob@example.com"
    account_closed.send(sender=type(user), user=user, email=user.email)
    assert not TurnAlert.objects.exists()
