"""Messages that staff write to ticket holders."""

from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.json_size import KB, json_fits
from shows.models import Performance

from ..querysets import CustomerMessageQuerySet
from .orders import Order


@dataclass(frozen=True)
class Audience:
    """Which ticket holders of the message's performances get it; by default all.

    Categories and sections are names, because performances have rows of their own.
    """

    categories: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    checked_in: bool | None = None
    language: str = ""

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Audience":
        lists = {name: tuple(stored.get(name, ())) for name in ("categories", "sections")}
        return cls(
            **lists, checked_in=stored.get("checked_in"), language=stored.get("language", "")
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class CustomerMessage(models.Model):
    """A text by staff for ticket holders of one or many performances.

    One with the purpose of a message is sent by `staff_operations.customer_messages`. The others
    are shown in the e-mails about a cancelled or rescheduled performance.
    """

    class Purpose(models.TextChoices):
        MESSAGE = "message", _("message")
        CANCELLATION = "cancelled", _("performance cancelled")
        RESCHEDULING = "moved", _("performance rescheduled")

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        ENQUEUED = "done", _("handed to the e-mail queue")

    # So that pressing the button twice sends it once.
    request_key = models.CharField(max_length=40, unique=True, editable=False)
    purpose = models.CharField(_("purpose"), max_length=9, choices=Purpose, default=Purpose.MESSAGE)
    # Searches for performances offer those that have been on sale: others have no ticket holders.
    performances = models.ManyToManyField(
        Performance,
        related_name="messages",
        verbose_name=_("performances"),
        limit_choices_to={"opened_at__isnull": False},
    )
    # {language: {"subject": …, "text": …}}, the text as Markdown.
    texts = models.JSONField(_("texts"))
    audience = models.JSONField(_("recipients"), default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("sent by"),
    )
    created_at = models.DateTimeField(_("sent"), db_default=Now(), editable=False)
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.QUEUED)

    objects = CustomerMessageQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            json_fits("texts", most=64 * KB, name="message_texts_have_a_limit"),
            json_fits("audience", most=64 * KB, name="message_audience_has_a_limit"),
        ]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(state="queued"), name="message_queued"),
        ]

    def __str__(self) -> str:
        return self.subject or self.get_purpose_display()

    @property
    def subject(self) -> str:
        return next((text["subject"] for text in self.texts.values()), "")

    def text_in(self, language: str) -> dict[str, str]:
        """Return subject and text in the language, or in the first one that has a text."""
        return self.texts.get(language) or next(iter(self.texts.values()))


class MessageRecipient(models.Model):
    """An order whose customer gets a message: it is handed to the e-mail queue once."""

    message = models.ForeignKey(CustomerMessage, models.CASCADE, related_name="recipients")
    order = models.ForeignKey(Order, models.CASCADE, related_name="messages")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "order"], name="one_recipient_by_message_and_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.order_id}"
