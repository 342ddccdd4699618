"""Waiting rooms in the admin: settings, live view and controls."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db.models.functions import Now
from django.test import Client

from accounts.roles import Role
from accounts.tests.factories import make_staff
from core.shared_cache import clear_shared_cache
from shows.tests.factories import make_performance, make_plan
from waitingroom.joining import digest_of
from waitingroom.models import Lane, WaitingRoom

from .factories import advance, join_queue, make_room

pytestmark = pytest.mark.django_db(transaction=True)


def live(room):
    return f"/admin/waitingroom/waitingroom/{room.pk}/live/"


@pytest.fixture
def staff(client):
    client.force_login(make_staff(role=Role.MANAGER))
    return client


def post_control(staff, room, **data):
    response = staff.post(live(room), data)
    room.refresh_from_db()
    return response


def test_it_shows_the_state_of_the_queue(staff):
    room = make_room(capacity=2)
    for _ in range(5):
        join_queue(room)
    advance(room)
    view = staff.get(live(room)).context["view"]
    assert (view.waiting, view.active, view.current_capacity) == (3, 0, 2)
    assert [(lane.joined, lane.admitted) for lane in view.lanes] == [(5, 2)]
    assert (sum(number for _minute, number in view.minutes), view.most) == (2, 2)


def test_each_control_works_and_is_logged(staff):
    room = make_room(gathering=True)
    told = []
    for step, state in [
        ("open", "open"),
        ("pause", "paused"),
        ("resume", "open"),
        ("close", "closed"),
        ("open", "open"),
    ]:
        assert post_control(staff, room, step=step, confirmed="yes").status_code == 302
        assert room.state == state
        told.append(LogEntry.objects.first().get_change_message())
    assert told[:2] == ["Opened the queue.", "Paused the queue."]
    assert LogEntry.objects.count() == 5


def test_opening_and_closing_are_confirmed_first(staff):
    """Control: what can be taken back works at once."""
    room = make_room(gathering=True)
    for step, kept, text in [("open", "gathering", "takes place now"), ("close", "open", "join")]:
        page = post_control(staff, room, step=step)
        assert page.status_code == 200 and text in page.content.decode()
        assert f'name="step" value="{step}"' in page.content.decode()
        assert room.state == kept
        post_control(staff, room, step=step, confirmed="yes")
    assert room.state == "closed"
    for step, state in [("open", "open"), ("pause", "paused")]:
        assert post_control(staff, room, step=step).status_code == 302
        assert room.state == state


def test_staff_set_the_pace_and_a_message(staff):
    room = make_room(capacity=50)
    post_control(staff, room, step="pace", capacity="3", rate="60")
    german = {"message_de": "Noch zehn Minuten."}
    post_control(staff, room, step="message", message="Ten minutes more.", **german)
    assert (room.capacity, room.rate, room.message) == (3, 60, "Ten minutes more.")
    clear_shared_cache()
    told = staff.get(f"/queue/{room.pk}/status").json()
    assert (told["message"], told["translations"]) == (
        "Ten minutes more.",
        {"de": "Noch zehn Minuten."},
    )
    assert 'value="Noch zehn Minuten."' in staff.get(live(room)).content.decode()
    page = Client().get(f"/queue/{room.pk}/", headers={"Accept-Language": "de"}).content.decode()
    assert "Noch zehn Minuten." in page and "Ten minutes more." not in page
    for _ in range(9):
        join_queue(room)
    advance(room)
    assert [sum(advance(room, seconds=ago).admitted.values()) for ago in (0, 1)] == [0, 1]
    assert LogEntry.objects.count() == 2


@pytest.mark.parametrize("data", [{}, {"step": "explode"}, {"step": "pace", "capacity": "0"}])
def test_invalid_values_change_nothing(staff, data):
    room = make_room(capacity=50)
    post_control(staff, room, **data)
    assert room.capacity == 50 and room.state == "open"
    assert not LogEntry.objects.exists()


def test_door_staff_and_customers_cannot_open_it(client):
    room = make_room()
    assert client.get(live(room)).status_code == 302
    client.force_login(make_staff(role=Role.DOOR))
    assert client.get(live(room)).status_code == 403
    assert client.post(live(room), {"step": "close"}).status_code == 403
    room.refresh_from_db()
    assert room.closed_at is None


def form(**fields):
    return {
        "mode": "always",
        "lane_policy": "weighted",
        "capacity": "100",
        "pass_minutes": "10",
        "lanes-TOTAL_FORMS": "0",
        "lanes-INITIAL_FORMS": "0",
    } | fields


def test_a_new_room_has_a_public_lane_and_stores_only_digests_of_codes(staff):
    performance = make_performance(plan=make_plan())
    members = {
        "lanes-TOTAL_FORMS": "1",
        "lanes-0-name": "Members",
        "lanes-0-weight": "4",
        "lanes-0-new_codes": "BLUE-NOTE\n\nencore1",
    }
    data = form(performance=performance.pk, **members)
    response = staff.post("/admin/waitingroom/waitingroom/add/", data)
    assert response.status_code == 302, response.context["errors"]
    lanes = {lane.name: lane.codes for lane in Lane.objects.all()}
    assert lanes == {"Regular": [], "Members": [digest_of("bluenote"), digest_of("encore1")]}


def test_a_second_public_lane_is_rejected(staff):
    performance = make_performance(plan=make_plan())
    lanes = {"lanes-TOTAL_FORMS": "2"}
    for number, name in enumerate(["One", "Two"]):
        lanes |= {f"lanes-{number}-name": name, f"lanes-{number}-weight": "1"}
    data = form(performance=performance.pk, **lanes)
    assert staff.post("/admin/waitingroom/waitingroom/add/", data).status_code == 200
    assert not WaitingRoom.objects.exists()


def test_saving_the_settings_does_not_reset_the_queue(staff, monkeypatch):
    room = make_room(capacity=2)
    lane = room.lanes.get()
    for _ in range(5):
        join_queue(room)
    from waitingroom.admin_forms import LaneForm

    original = LaneForm.full_clean

    def meanwhile(self):
        # The queue is processed while the form is open.
        Lane.objects.update(serving=2)
        WaitingRoom.objects.update(processed_at=Now(), capacity_share=0.5)
        return original(self)

    monkeypatch.setattr(LaneForm, "full_clean", meanwhile)
    lanes = {
        "lanes-TOTAL_FORMS": "1",
        "lanes-INITIAL_FORMS": "1",
        "lanes-0-id": lane.pk,
        "lanes-0-room": room.pk,
        "lanes-0-name": "Everybody",
        "lanes-0-weight": "2",
    }
    address = f"/admin/waitingroom/waitingroom/{room.pk}/change/"
    assert staff.post(address, form(capacity="7", **lanes)).status_code == 302
    lane.refresh_from_db()
    room.refresh_from_db()
    assert (lane.name, lane.weight, lane.serving) == ("Everybody", 2, 2)
    assert (room.capacity, room.capacity_share) == (7, 0.5) and room.opened_at and room.processed_at
