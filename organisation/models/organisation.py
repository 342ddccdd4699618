"""The organisation that runs this box office: its name, brand, contact and rules of the sale."""

from datetime import timedelta
from email.headerregistry import Address
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.languages import site_languages
from core.money import check_currency
from organisation.validators import (
    check_links,
    check_networks,
    check_one_line,
    check_zone,
    name_of_link,
)

from .brand import HasBrand

ONLY_KEY = 1
# Sends until staff have entered their own address. No mailbox has it.
PLACEHOLDER_ADDRESS = "tickets@concert.example"
ADDRESS_LIMIT_MOST = 1_000_000


def _within(least: int, most: int) -> list[MinValueValidator | MaxValueValidator]:
    return [MinValueValidator(least), MaxValueValidator(most)]


class Organisation(HasBrand):
    """One row. Read it by `organisation.current.current_organisation`, which costs no query."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY_KEY, editable=False)

    name = models.CharField(
        _("name"), max_length=80, default="Concert", validators=[check_one_line]
    )
    favicon = models.ImageField(
        _("icon"),
        upload_to="organisation/",
        blank=True,
        help_text=_("Shown in browser tabs. Square, at least 192 by 192 pixels."),
    )

    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone number"), max_length=40, blank=True)
    address = models.TextField(
        _("address"), max_length=300, blank=True, help_text=_("As on a letter, in several lines.")
    )
    social_links = models.TextField(
        _("social media"),
        max_length=1500,
        blank=True,
        validators=[check_links],
        help_text=_("Links to your pages, one per line."),
    )

    language = models.CharField(
        _("default language"),
        max_length=10,
        choices=site_languages,
        default="en",
        help_text=_("For visitors whose browser asks for a language that is not offered."),
    )
    languages = ArrayField(
        models.CharField(max_length=10),
        verbose_name=_("languages"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("That customers can choose. All, if none is selected."),
    )
    # Renewed by each change of a translation (organisation.translations).
    translations_token = models.CharField(
        max_length=32, blank=True, default="", db_default="", editable=False
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default="UTC",
        validators=[check_zone],
        help_text=_("For reports and wherever no venue’s time zone applies."),
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        default="EUR",
        validators=[check_currency],
        help_text=_("Proposed for new performances. Three letters, such as EUR."),
    )

    sender_name = models.CharField(
        _("sender’s name"),
        max_length=80,
        blank=True,
        validators=[check_one_line],
        help_text=_("Leave empty to use the name of the organisation."),
    )
    sender_address = models.EmailField(
        _("sender’s e-mail address"),
        blank=True,
        help_text=_("Your mail server must be allowed to send from it."),
    )
    news_address = models.EmailField(
        _("sender of newsletters"),
        blank=True,
        help_text=_(
            "A second address keeps tickets deliverable when mailboxes reject newsletters. Leave"
            " empty to use the same."
        ),
    )
    reply_to = models.EmailField(
        _("replies go to"), blank=True, help_text=_("Leave empty to receive them at the sender.")
    )

    hold_minutes = models.PositiveSmallIntegerField(
        _("reservation in minutes"),
        default=8,
        validators=_within(1, 60),
        help_text=_("How long seats in a basket are reserved. 1 to 60."),
    )
    hold_extension_minutes = models.PositiveSmallIntegerField(
        _("extension in minutes"),
        default=5,
        validators=_within(1, 30),
        help_text=_("By how much customers can extend it, once. 1 to 30."),
    )
    household_limit_percent = models.PositiveSmallIntegerField(
        _("limit per household (%)"),
        default=5,
        validators=_within(1, 100),
        help_text=_(
            "The share of a performance that one internet connection may hold in baskets at the"
            " same time. Two customers can always buy. 100: no limit."
        ),
    )
    queue_address_limit = models.PositiveIntegerField(
        _("queue entries per address"),
        default=50,
        validators=_within(1, ADDRESS_LIMIT_MOST),
        help_text=_("How often one internet connection may join queues within ten minutes."),
    )
    shared_networks = models.TextField(
        _("shared networks"),
        max_length=4000,
        blank=True,
        validators=[check_networks],
        help_text=_(
            "Networks shared by many people, such as a campus or your own Wi-Fi, for example"
            " 192.0.2.0/24. One per line. Limits are a hundred times as high there."
        ),
    )
    account_approval_required = models.BooleanField(
        _("approve new accounts"),
        default=False,
        help_text=_("Customers can only buy with an account that staff have approved."),
    )
    staff_second_factor_required = models.BooleanField(
        _("require two-step verification of staff"),
        default=False,
        help_text=_(
            "Staff without it must set it up before they can use the admin and the door pages."
        ),
    )

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisation")
        constraints = [
            *HasBrand.Meta.constraints,
            models.CheckConstraint(condition=Q(pk=ONLY_KEY), name="there_is_one_organisation"),
            models.CheckConstraint(condition=~Q(name=""), name="organisation_has_a_name"),
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="organisation_currency_is_a_code"
            ),
            models.CheckConstraint(
                condition=Q(hold_minutes__gte=1, hold_minutes__lte=60),
                name="organisation_hold_is_up_to_an_hour",
            ),
            models.CheckConstraint(
                condition=Q(hold_extension_minutes__gte=1, hold_extension_minutes__lte=30),
                name="organisation_extension_is_up_to_half_an_hour",
            ),
            models.CheckConstraint(
                condition=Q(household_limit_percent__gte=1, household_limit_percent__lte=100),
                name="organisation_household_limit_is_a_percentage",
            ),
            models.CheckConstraint(
                condition=Q(
                    queue_address_limit__gte=1, queue_address_limit__lte=ADDRESS_LIMIT_MOST
                ),
                name="organisation_queue_limit_is_sensible",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def hold_time(self) -> timedelta:
        """How long a basket is reserved."""
        return timedelta(minutes=self.hold_minutes)

    @property
    def hold_extension(self) -> timedelta:
        """By how much a customer can extend a basket, once."""
        return timedelta(minutes=self.hold_extension_minutes)

    @property
    def sender(self) -> str:
        """The sender of e-mails: "Name <address>"."""
        return self._named(self._sender_address)

    @property
    def news_sender(self) -> str:
        """The sender of e-mails that people subscribe to."""
        return self._named(self.news_address or self._sender_address)

    def _named(self, address: str) -> str:
        return str(Address(self.sender_name or self.name, addr_spec=address))

    @property
    def _sender_address(self) -> str:
        return self.sender_address or PLACEHOLDER_ADDRESS

    @property
    def shared_network_list(self) -> list[str]:
        return self.shared_networks.split()

    @property
    def phone_link(self) -> str:
        """The phone number as a link has it."""
        return "".join(c for c in self.phone if c.isdecimal() or c == "+")

    @property
    def links(self) -> list[tuple[str, str]]:
        """The links to social media: (name of the site, address)."""
        return [(name_of_link(link), link) for link in self.social_links.split()]
