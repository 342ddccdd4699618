"""Letters we owe people: written down with the fact they tell of, sent afterwards."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _
from post_office.models import Email

from core.json_size import KB, json_fits

from .kinds import Urgency
from .querysets import ConsentQuerySet, OptOutQuerySet, OutboxEmailQuerySet


class OutboxEmail(models.Model):
    """One letter to one person about one thing.

    The row is inserted in the transaction of the fact that it tells of, so neither can be lost
    without the other. `key` says which letter it is ("confirmation:K7F39QXM"): owing it twice
    owes it once. It is later *written* (rendered into the outgoing queue), and the queue sends it.
    """

    kind = models.CharField(_("kind"), max_length=40)
    key = models.CharField(_("key"), max_length=120, unique=True)
    to = models.EmailField(_("to"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="emails"
    )
    language = models.CharField(_("language"), max_length=10, default="en")
    # What the writer needs to find its subject again: ids and references only.
    about = models.JSONField(_("about"), default=dict)
    due_at = models.DateTimeField(_("due"), db_default=Now())
    # Of its kind, written down so that what is urgent is found first.
    urgency = models.PositiveSmallIntegerField(
        _("urgency"), choices=Urgency, db_default=Urgency.SERVICE, default=Urgency.SERVICE
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    failure = models.CharField(_("failure"), max_length=300, blank=True)
    written_at = models.DateTimeField(_("written"), null=True, blank=True)
    # None once written: the letter had nothing left to say (the show was cancelled meanwhile).
    email = models.OneToOneField(
        Email, models.SET_NULL, null=True, blank=True, related_name="letter"
    )
    created_at = models.DateTimeField(_("owed since"), db_default=Now(), editable=False)

    objects = OutboxEmailQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("letter")
        verbose_name_plural = _("emails")
        constraints = [json_fits("about", most=64 * KB, name="letter_about_has_a_limit")]
        indexes = [
            models.Index(
                fields=["urgency", "due_at"],
                condition=models.Q(written_at=None),
                name="outbox_due_by_urgency",
            ),
        ]

    def __str__(self):
        return f"{self.kind} → {self.to}"


class EmailSecrets(models.Model):
    """The secrets of an e-mail that is not sent yet, encrypted (see `emails.secrets`).

    Deleted once the e-mail is sent. Shown on no page.
    """

    email = models.OneToOneField(
        Email, models.CASCADE, primary_key=True, related_name="+", db_index=False
    )
    sealed = models.TextField(editable=False)

    def __str__(self):
        return f"secrets of e-mail {self.pk}"


class OptOut(models.Model):
    """An address without an account that does not want letters of one kind.

    People with an account say the same on a page of theirs, which is kept as a `Consent`.
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
                condition=models.Q(email=Lower("email")), name="opt_out_email_is_lower_case"
            ),
        ]

    def __str__(self):
        return f"{self.kind}: {self.email}"


class Consent(models.Model):
    """What an account has said about one kind of letter: since when it wants it, or does not.

    Without a line nobody has asked, and the kind's own default holds (see `emails.kinds`).
    """

    class Source(models.TextChoices):
        SIGN_UP = "sign_up", _("when signing up")
        ACCOUNT = "account", _("on the page of the account")
        FOLLOW = "follow", _("by following")
        LETTER = "letter", _("by the link in a letter")
        GUEST = "guest", _("before there was an account")
        PROGRAM = "program", _("through the API")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="consents",
        verbose_name=_("account"),
    )
    kind = models.CharField(_("kind"), max_length=40)
    given_at = models.DateTimeField(_("given"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    source = models.CharField(_("said"), max_length=8, choices=Source)

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
                condition=models.Q(given_at__isnull=False) | models.Q(withdrawn_at__isnull=False),
                name="consent_is_given_or_withdrawn",
            ),
            models.CheckConstraint(
                condition=models.Q(given_at=None)
                | models.Q(withdrawn_at=None)
                | models.Q(withdrawn_at__gte=models.F("given_at")),
                name="consent_is_given_before_it_is_withdrawn",
            ),
        ]

    def __str__(self):
        return f"{self.kind}: {self.user}"

    @property
    def is_given(self):
        return self.withdrawn_at is None
