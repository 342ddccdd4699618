"""The brand on pages, in e-mails, on tickets and in the admin."""

import io

import pytest
from django.core.files.base import ContentFile
from django.db.models.signals import pre_save
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override
from PIL import Image

from accounts.roles import Role
from accounts.tests.factories import make_staff, make_user
from bookings.documents.ticket_pdf import tickets_pdf
from bookings.tests.factories import make_paid_order
from core.colours import DAY_PAPER, NIGHT_PAPER, contrast
from emails.account_messages import ACCOUNT_KINDS
from emails.messages import message_from_templates
from emails.rendering import rendered_kinds
from emails.sample_registry import sample_of
from organisation.brand import Brand, current_brand
from organisation.models import Organisation
from organisation.tests.factories import set_organisation
from venues.models import Venue
from venues.tests.factories import make_venue

pytestmark = pytest.mark.django_db

# About accounts, about shows at several venues, and to staff.
EMAILS_OF_NO_VENUE = ACCOUNT_KINDS | {
    *("account_approved", "monthly", "on_sale", "visit"),
    *("export_finished", "sales_report", "test_email", "webhook_disabled"),
}


def logo(size=(400, 100)):
    buffer = io.BytesIO()
    Image.new("RGBA", size, (200, 30, 30, 128)).save(buffer, "PNG")
    return ContentFile(buffer.getvalue(), name="logo.png")


def with_logo(**fields):
    organisation = set_organisation(name="Gasworks", **fields)
    organisation.logo.save("logo.png", logo())
    return organisation


def test_the_name_is_shown_where_there_is_no_logo(client):
    set_organisation(name="Gasworks & Sons")
    page = client.get("/").content.decode()
    assert "Gasworks &amp; Sons</title>" in page
    assert "Gasworks &amp; Sons</a>" in page
    assert "Concert</a>" not in page


def test_the_logo_is_named_for_those_who_do_not_see_it(client):
    organisation = with_logo()
    page = client.get("/").content.decode()
    assert f'src="{organisation.logo.url}" alt="Gasworks" width="160" height="40"' in page


def test_the_dark_theme_can_have_a_logo_of_its_own(client):
    organisation = with_logo()
    assert 'class="brand-logo on-light"' in client.get("/").content.decode()
    organisation.logo_dark.save("dark.png", logo())
    address = f'<source srcset="{organisation.logo_dark.url}" media="(prefers-color-scheme: dark)">'
    for path in ("/shows/", "/nowhere/"):
        page = client.get(path).content.decode()
        assert address in page and 'class="brand-logo"' in page
    client.force_login(make_staff(role=Role.MANAGER))
    staff = client.get("/admin/").content.decode()
    assert organisation.logo.url in staff and organisation.logo_dark.url in staff
    # Without the other it is not shown.
    organisation.logo.delete()
    assert organisation.logo_dark.url not in client.get("/venues/").content.decode()


def test_a_wide_logo_is_not_wider_than_the_header():
    brand = Brand("x", None, 800, 100, None, None, Organisation())
    assert brand.shown_size == (200, 25)


def test_the_accent_is_a_style_sheet_of_its_own_that_never_changes(client):
    assert "/brand/" not in client.get("/").content.decode()
    set_organisation(accent="#0a5c8a", accent_dark="#7ab4fe")
    page = client.get("/shows/").content.decode()
    assert '<link rel="stylesheet" href="/brand/0a5c8a-7ab4fe.css">' in page
    assert "style=" not in page  # The policy allows nothing inline.
    sheet = client.get("/brand/0a5c8a-7ab4fe.css")
    assert sheet.content == b":root { --day: #0a5c8a; --night: #7ab4fe; }\n"
    assert "immutable" in sheet["Cache-Control"]
    assert sheet["Content-Type"].startswith("text/css")


@pytest.mark.parametrize("colours", ["red-blue", "0a5c8a-7ab4f", "0A5C8A-7AB4FE", "0a5c8a-x"])
def test_other_text_is_no_style_sheet(client, colours):
    assert client.get(f"/brand/{colours}.css").status_code == 404


def test_contact_and_links_are_in_the_footer(client):
    set_organisation(
        email="office@gasworks.example",
        phone="+49 30 123-45",
        address="Am Kanal 1\n10179 Berlin",
        social_links="https://www.instagram.com/gasworks",
    )
    page = client.get("/").content.decode()
    assert 'href="mailto:office@gasworks.example"' in page
    assert 'href="tel:+493012345"' in page
    assert "Am Kanal 1<br>10179 Berlin" in page
    assert '<a href="https://www.instagram.com/gasworks" rel="me noopener">Instagram</a>' in page


def test_error_pages_have_the_brand_without_a_query(django_assert_num_queries):
    set_organisation(name="Gasworks", accent="#0a5c8a")
    current_brand()
    with django_assert_num_queries(0):
        page = render_to_string("500.html")
    assert "Gasworks" in page and "/brand/0a5c8a-" in page
    with override("de"):
        assert "schiefgelaufen" in render_to_string("500.html")
        assert 'lang="de"' in render_to_string("400.html")


def test_emails_have_name_logo_and_accent(settings):
    organisation = with_logo(accent="#0a5c8a")
    from emails.tests.factories import make_email

    email = make_email(kind="account_approved")
    message = message_from_templates(email, subject="Welcome", context={})
    assert "Gasworks · " in message.text
    assert f'src="{settings.SITE_URL}{organisation.logo.url}" alt="Gasworks"' in message.html
    organisation.logo.delete()
    message = message_from_templates(email, subject="Welcome", context={})
    assert "color:#0a5c8a;" in message.html and ">Gasworks</a>" in message.html


@pytest.fixture
def red_venues():
    """Give every venue that is created an accent of its own."""

    def set_accent(instance, **_kwargs):
        instance.accent = "#a81306"

    pre_save.connect(set_accent, sender=Venue)
    yield
    pre_save.disconnect(set_accent, sender=Venue)


@pytest.mark.usefixtures("red_venues")
def test_every_email_about_an_order_or_a_queue_has_the_brand_of_the_venue():
    """Control: those of no venue have the organisation's."""
    set_organisation(name="Gasworks", accent="#0a5c8a")
    for kind in rendered_kinds():
        html = sample_of(kind.name)[1].html
        own, other = "color:#a81306;", "color:#0a5c8a;"
        if kind.name in EMAILS_OF_NO_VENUE:
            own, other = other, own
        assert own in html and other not in html, kind.name


def test_tickets_have_the_logo_or_the_name():
    from pypdf import PdfReader

    order = make_paid_order()
    tickets = list(order.tickets.all())
    set_organisation(name="Gasworks")
    plain = PdfReader(io.BytesIO(tickets_pdf(order=order, tickets=tickets)))
    assert "GASWORKS" in plain.pages[0].extract_text()
    assert plain.metadata.author == "Gasworks"
    with_logo()
    branded = PdfReader(io.BytesIO(tickets_pdf(order=order, tickets=tickets)))
    assert len(branded.pages[0].images) == len(plain.pages[0].images) + 1
    assert "GASWORKS" not in branded.pages[0].extract_text()


def test_a_logo_that_is_lost_does_not_stop_a_ticket():
    order = make_paid_order()
    organisation = with_logo()
    organisation.logo.storage.delete(organisation.logo.name)
    assert tickets_pdf(order=order, tickets=list(order.tickets.all())).startswith(b"%PDF")


def test_a_venue_can_have_its_own(client):
    set_organisation(name="Gasworks", accent="#0a5c8a")
    venue = make_venue(accent="#a81306")
    assert current_brand(venue).accents[0] == "#a81306"
    assert current_brand(venue).name == "Gasworks"
    assert "/brand/a81306-" in client.get(venue.get_absolute_url()).content.decode()
    assert "/brand/0a5c8a-" in client.get("/shows/").content.decode()
    venue.logo.save("logo.png", logo())
    assert current_brand(venue).name == venue.name
    assert current_brand(make_venue()).accents[0] == "#0a5c8a"


def test_an_uploaded_icon_replaces_the_mark(client):
    organisation = set_organisation()
    assert "mark.svg" in client.get("/").content.decode()
    organisation.favicon.save("icon.png", logo((192, 192)))
    page = client.get("/shows/").content.decode()
    assert f'rel="icon" href="{organisation.favicon.url}"' in page
    assert "mark.svg" not in page
    # Browsers offer to install the page of tickets only if they know the size.
    [icon] = client.get("/tickets/app.webmanifest").json()["icons"]
    assert (icon["src"], icon["sizes"]) == (organisation.favicon.url, "192x192")


@pytest.mark.parametrize("accent", ["#0a5c8a", "#6b5a00", "#555555", "#7c39c9"])
def test_the_admin_has_name_and_a_readable_accent(client, accent):
    set_organisation(name="Gasworks", accent=accent)
    client.force_login(make_user("a@b.example", is_staff=True, is_superuser=True))
    page = client.get(reverse("admin:index")).content.decode()
    assert "Gasworks" in page
    from backoffice.brand import colours

    primary = colours(None)["primary"]
    assert contrast(primary["600"], "#ffffff") >= 4.5
    assert colours(None)["base"] and primary["600"] != "#cb1707"
    # Without these the text of the admin is black, in dark mode too.
    assert set(colours(None)["font"]) >= {"default-light", "default-dark", "important-dark"}


@pytest.mark.parametrize("red", range(0, 256, 51))
@pytest.mark.parametrize("green", range(0, 256, 51))
def test_whatever_is_accepted_is_readable(red, green):
    from django.core.exceptions import ValidationError

    for blue in range(0, 256, 51):
        organisation = Organisation(accent=f"#{red:02x}{green:02x}{blue:02x}")
        try:
            organisation.clean_fields()
        except ValidationError:
            assert contrast(organisation.accent, DAY_PAPER) < 4.5
            continue
        day, night = organisation.accents
        assert contrast(day, DAY_PAPER) >= 4.5 and contrast(night, NIGHT_PAPER) >= 4.5
