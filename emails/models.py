"""The outbox, and who consents to which kind of e-mail."""

import secrets

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.json_size import KB, json_fits

from .kinds import Urgency
from .querysets import (
    ConsentQuerySet,
    EmailTemplateQuerySet,
    OptOutQuerySet,
    OutboxEmailQuerySet,
)


class OutboxEmail(models.Model):
    """One e-mail to one recipient.

    The row is inserted in the transaction of the change that it reports, so that either both are
    saved or neither. `key` names the e-mail ("confirmation:K7F39QXM"): enqueueing it twice sends
    one. One task renders it into the columns of its content, another one sends it. E-mails through
    Django's mail API (accounts, error reports) are rendered from the start.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        RENDERED = "rendered", _("rendered")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        SKIPPED = "skipped", _("skipped")

    kind = models.CharField(_("kind"), max_length=40)
    key = models.CharField(_("key"), max_length=120, unique=True)
    to = models.EmailField(_("to"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="emails"
    )
    language = models.CharField(_("language"), max_length=10, default="en")
    # The renderer's input: ids and references only.
    about = models.JSONField(_("about"), default=dict)
    urgency = models.PositiveSmallIntegerField(
        _("urgency"), choices=Urgency, db_default=Urgency.SERVICE, default=Urgency.SERVICE
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    state = models.CharField(
        _("state"), max_length=8, choices=State, default=State.QUEUED, db_default=State.QUEUED
    )
    # The next attempt to render or send it.
    due_at = models.DateTimeField(_("due"), db_default=Now())
    # Attempts in the current state.
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("error"), max_length=500, blank=True, db_default="")
    # Set while a worker renders or sends it (see `core.leases`).
    leased_until = models.DateTimeField(null=True, editable=False)
    rendered_at = models.DateTimeField(_("rendered"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    sender = models.CharField(_("from"), max_length=254, blank=True, db_default="")
    # More addresses of e-mails through Django's mail API, by "to", "cc" and "bcc".
    other_recipients = models.JSONField(_("other recipients"), null=True, blank=True)
    subject = models.CharField(_("subject"), max_length=990, blank=True, db_default="")
    text = models.TextField(_("text"), blank=True, db_default="")
    html = models.TextField(_("HTML"), blank=True, db_default="")
    headers = models.JSONField(_("headers"), null=True, blank=True)
    message_id = models.CharField(_("Message-ID"), max_length=255, blank=True, db_default="")
    # The values of the placeholders in the content, encrypted (see `emails.secrets`).
    sealed_secrets = models.TextField(editable=False, db_default="")

    objects = OutboxEmailQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")
        constraints = [
            json_fits("about", most=64 * KB, name="email_about_has_a_limit"),
            json_fits("headers", most=64 * KB, name="email_headers_have_a_limit"),
            json_fits("other_recipients", most=64 * KB, name="email_recipients_have_a_limit"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at=None)),
                name="sent_email_has_its_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["urgency", "due_at"],
                condition=Q(state="queued"),
                name="email_queued_by_urgency",
            ),
            models.Index(
                fields=["urgency", "due_at"],
                condition=Q(state="rendered"),
                name="email_rendered_by_urgency",
            ),
            models.Index(fields=["sent_at"], condition=Q(state="sent"), name="email_sent"),
            models.Index(fields=["id"], condition=Q(state="failed"), name="email_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.to}"


def attachment_storage() -> Storage:
    """Return the storage of attachments. It has no URLs."""
    return storages["emails"]


def attachment_path(attachment: "EmailAttachment", name: str) -> str:
    """Return a new random path, since the name can come from anywhere."""
    return f"{timezone.now():%Y/%m/%d}/{secrets.token_hex(16)}"


class EmailAttachment(models.Model):
    """A file attached to an e-mail."""

    email = models.ForeignKey(OutboxEmail, models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=255)
    mimetype = models.CharField(max_length=255)
    file = models.FileField(storage=attachment_storage, upload_to=attachment_path)

    def __str__(self) -> str:
        return self.name


class OptOut(models.Model):
    """The opt-out of an address without an account from one kind of e-mail.

    The opt-out of an account is a `Consent`.
    """

    email = models.EmailField(_("e-mail address"))
    kind = models.CharField(_("kind"), max_length=40)
    created_at = models.DateTimeField(_("since"), db_default=Now(), editable=False)

    objects = OptOutQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("opt-out")
        verbose_name_plural = _("opt-outs")
        constraints = [
            models.UniqueConstraint(
                fields=["email", "kind"], name="one_opt_out_by_address_and_kind"
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="opt_out_email_is_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.email}"


class Consent(models.Model):
    """The choice of an account about one kind of e-mail, and its time.

    Without a row the kind's default applies (see `emails.kinds`).
    """

    class Source(models.TextChoices):
        SIGN_UP = "sign_up", _("sign-up form")
        ACCOUNT = "account", _("account settings")
        FOLLOW = "follow", _("following a show or artist")
        EMAIL = "email", _("link in an e-mail")
        GUEST = "guest", _("as a guest, before signing up")
        API = "api", _("API")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="consents",
        verbose_name=_("account"),
    )
    kind = models.CharField(_("kind"), max_length=40)
    given_at = models.DateTimeField(_("given"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=8, choices=Source)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "pk"]
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"], name="one_consent_by_account_and_kind"
            ),
            models.CheckConstraint(
                condition=Q(given_at__isnull=False) | Q(withdrawn_at__isnull=False),
                name="consent_is_given_or_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(given_at=None)
                | Q(withdrawn_at=None)
                | Q(withdrawn_at__gte=models.F("given_at")),
                name="consent_is_given_before_it_is_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.user}"

    @property
    def is_given(self) -> bool:
        return self.withdrawn_at is None


class EmailTemplate(models.Model):
    """The subject, introduction and body that staff wrote for a kind of e-mail in one language.

    An empty one is the standard text. Deleting the row resets all.
    """

    kind = models.CharField(_("kind"), max_length=40)
    language = models.CharField(_("language"), max_length=10)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    introduction = models.TextField(_("introduction"), max_length=5000, blank=True)
    body = models.TextField(_("text"), max_length=10000, blank=True, db_default="")
    # Why the standard texts were sent instead.
    error = models.CharField(_("error"), max_length=300, blank=True, db_default="", editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = EmailTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "language"]
        verbose_name = _("e-mail template")
        verbose_name_plural = _("e-mail templates")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "language"], name="one_template_by_kind_and_language"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.language})"
