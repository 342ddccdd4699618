"""The list of concessions in the admin."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role, appoint
from shows.models import ConcessionType
from shows.tests.factories import make_concession, make_performance, make_user
from shows.tests.pages import address

pytestmark = pytest.mark.django_db


def fields(**changes):
    empty = ["group_from", "min_per_order", "max_per_order", "until_date", "until_days"]
    empty += ["tax_rate", "fee_tax_rate", "tax_exemption", "proof"]
    filled = {"name": "Group", "method": "percent", "value": "20", "ordinal": "0"}
    return dict.fromkeys(empty, "") | filled | changes


def test_the_manager_adds_a_concession_with_its_rules(manager):
    sent = fields(group_from="10", max_per_order="40", until_days="7", proof="Letter of the school")
    response = manager.post(address("concessiontype", "add"), sent)
    assert response.status_code == 302, response.context["errors"]
    kind = ConcessionType.objects.get()
    assert (kind.value, kind.group_from, kind.until_days) == (20, 10, 7)
    assert "−20%" in manager.get(address("concessiontype")).content.decode()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"value": "0"}, "Enter a whole number from 1 to 100."),
        ({"value": "12.5"}, "Enter a whole number from 1 to 100."),
        ({"value": "-1", "method": "amount"}, "greater than or equal to 0"),
        ({"min_per_order": "3", "max_per_order": "2"}, "The maximum is below the minimum."),
        ({"group_from": "0"}, "greater than or equal to 1"),
        ({"name": ""}, "This field is required."),
    ],
)
def test_it_rejects_impossible_rules(manager, changes, message):
    response = manager.post(address("concessiontype", "add"), fields(**changes))
    assert response.status_code == 200
    assert message in str(response.context["errors"])
    assert not ConcessionType.objects.exists()


def test_box_office_sees_the_list_and_changes_nothing(client):
    user = make_user()
    appoint(user=user, role=Role.BOX_OFFICE)
    client.force_login(user)
    assert client.get(address("concessiontype")).status_code == 200
    assert client.post(address("concessiontype", "add"), fields()).status_code == 403


def test_a_new_name_applies_to_performances_until_they_are_on_sale(manager):
    draft = make_concession(performance=make_performance(opened=False), name="Grop")
    page = address("concessiontype", "change", draft.kind.pk)
    assert manager.post(page, fields(name="Group")).status_code == 302
    draft.refresh_from_db()
    assert draft.name == "Group"
    sold = make_concession(performance=make_performance(), name="Student")
    page = address("concessiontype", "change", sold.kind.pk)
    assert "name" not in manager.get(page).context["adminform"].form.fields
    assert manager.post(page, fields(name="Pupil", value="30")).status_code == 302
    sold.kind.refresh_from_db()
    assert (sold.kind.name, sold.kind.value) == ("Student", 30)


def test_a_used_concession_cannot_be_deleted(manager):
    concession = make_concession(performance=make_performance())
    manager.post(address("concessiontype", "delete", concession.kind.pk), {"post": "yes"})
    assert ConcessionType.objects.exists()


def test_the_list_makes_a_constant_number_of_queries(manager):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            manager.get(address("concessiontype"))
        return len(captured)

    ConcessionType.objects.create(name="Student", value=20)
    queries()
    few = queries()
    for number in range(10):
        ConcessionType.objects.create(name=f"Concession {number}", value=20)
    assert queries() == few
