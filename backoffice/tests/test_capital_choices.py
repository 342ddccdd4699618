"""Choices that stand alone in the admin, such as states, begin with a capital letter."""

from unittest.mock import MagicMock

import pytest
from django.contrib import admin
from django.contrib.admin.filters import FieldListFilter
from django.utils.text import capfirst
from django.utils.translation import override

from bookings.tests.factories import make_paid_order
from core.admin.choices import choice_column, choice_field
from payments.models import Payment
from waitingroom.models import WaitingRoom

pytestmark = pytest.mark.django_db(transaction=True)


def fields_with_choices():
    """Return each field with choices of a model in the admin, with the admin of the model."""
    return [
        (model_admin, field)
        for model, model_admin in admin.site._registry.items()
        for field in model._meta.fields
        if choice_field(model, field.name) is not None
    ]


def is_small(label):
    return str(label)[:1].islower()


@pytest.mark.parametrize("language", ["en", "de"])
def test_forms_and_filters_begin_them_with_a_capital_letter(rf, admin_user, language):
    request = rf.get("/", {})
    request.user = admin_user
    small, filters = [], set()
    with override(language):
        for model_admin, field in fields_with_choices():
            formfield = model_admin.formfield_for_dbfield(field, request)
            labels = [label for _value, label in formfield.choices]
            arguments = (request, {}, type(field.model), model_admin, field.name)
            found = FieldListFilter.create(field, *arguments)
            filters.add(type(found).__name__)
            labels += [choice["display"] for choice in found.choices(MagicMock())]
            small += [(field, label) for label in labels if is_small(label)]
    assert small == []
    assert filters == {"CapitalChoicesFilter"}


def test_lists_begin_them_with_a_capital_letter(rf, admin_user):
    request = rf.get("/")
    request.user = admin_user
    for model_admin, field in fields_with_choices():
        assert field.name not in model_admin.get_list_display(request), field
    column = choice_column(WaitingRoom, "mode")
    assert column(WaitingRoom(mode="automatic")) == "Automatic when full"
    assert (column.__name__, column.admin_order_field) == ("mode", "mode")
    assert choice_column(WaitingRoom, "opened_at") is choice_column(WaitingRoom, "x") is None


def test_pages_of_rows_begin_them_with_a_capital_letter(admin_client):
    order = make_paid_order()
    page = admin_client.get(f"/admin/bookings/order/{order.pk}/change/").content.decode()
    assert ">Valid<" in page and ">valid<" not in page
    entries = admin_client.get("/admin/bookings/ledgerentry/").content.decode()
    assert ">Held<" in entries and ">held<" not in entries
    payment = Payment.objects.get()
    page = admin_client.get(f"/admin/payments/payment/{payment.pk}/change/").content.decode()
    label = payment.get_status_display()
    assert f">{capfirst(label)}<" in page and f">{label}<" not in page
    dashboard = admin_client.get("/admin/").content.decode()
    assert "· On sale<" in dashboard
