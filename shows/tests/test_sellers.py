"""Which seller sells a show."""

import pytest
from django.urls import reverse

from organisation.tests.factories import make_seller
from shows.catalogue_write import InvalidCatalogueData, write_show
from shows.models import Show

from .factories import make_performance, make_show

pytestmark = pytest.mark.django_db

FIELDS = {
    "title": "Nachtmusik",
    "slug": "nachtmusik",
    "description": "",
    "is_published": "on",
    "performances-TOTAL_FORMS": "0",
    "pictures-TOTAL_FORMS": "0",
    "pictures-INITIAL_FORMS": "0",
    "section_views-TOTAL_FORMS": "0",
    "section_views-INITIAL_FORMS": "0",
    "media_links-TOTAL_FORMS": "0",
    "media_links-INITIAL_FORMS": "0",
    "performances-INITIAL_FORMS": "0",
}


def add(client, **fields):
    return client.post(reverse("admin:shows_show_add"), FIELDS | fields)


def change(client, show, **fields):
    address = reverse("admin:shows_show_change", args=[show.pk])
    return client.post(address, FIELDS | {"slug": show.slug} | fields)


def test_the_only_seller_is_the_default(admin_client):
    seller = make_seller()
    assert add(admin_client).status_code == 302
    assert Show.objects.get().seller == seller


def test_without_sellers_a_show_needs_none(admin_client):
    assert add(admin_client).status_code == 302
    assert Show.objects.get().seller is None


def test_with_several_sellers_one_must_be_chosen(admin_client):
    make_seller()
    second = make_seller()
    assert "seller" in add(admin_client).context["adminform"].form.errors
    assert add(admin_client, seller=second.pk).status_code == 302
    assert Show.objects.get().seller == second


def test_the_seller_can_change_before_the_sale(admin_client):
    show = make_show(seller=make_seller())
    make_performance(show=show, opened=False)
    other = make_seller()
    assert change(admin_client, show, seller=other.pk).status_code == 302
    show.refresh_from_db()
    assert show.seller == other


def test_the_seller_is_locked_once_tickets_are_on_sale(admin_client):
    seller, other = make_seller(), make_seller()
    show = make_show(seller=seller)
    make_performance(show=show)
    assert change(admin_client, show, seller=other.pk, title="Neu").status_code == 302
    show.refresh_from_db()
    assert (show.seller, show.title) == (seller, "Neu")
    with pytest.raises(InvalidCatalogueData, match="can no longer change"):
        write_show(show=show, data={"seller": other.pk})


def test_a_show_on_sale_without_a_seller_can_be_given_one(admin_client):
    show = make_show()
    make_performance(show=show)
    seller = make_seller()
    assert change(admin_client, show, seller=seller.pk).status_code == 302
    show.refresh_from_db()
    assert show.seller == seller
