"""Write to ticket holders: compose, preview, try, send; and what was sent."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from accounts.models import User
from accounts.requests import user_of
from bookings.emails.customer_messages import written_message
from bookings.models import Audience, CustomerMessage, Order
from bookings.staff_operations.customer_messages import KIND, due_time, send_message
from bookings.staff_operations.message_audience import AudienceSize, orders_of, size_of
from core.admin.bases import ReadOnlyAdmin
from core.admin.confirmation import run_or_add_error
from core.primary_keys import parse_keys
from emails.messages import Message
from emails.models import OutboxEmail
from emails.outbox import enqueue_message
from emails.secrets import Parts, hide
from organisation.language import offered_languages
from shows.models import Performance

from .message_form import MessageForm

Purpose = CustomerMessage.Purpose


class CustomerMessageAdmin(ReadOnlyAdmin):
    list_display = ["subject_line", "purpose", "created_at", "by", "order_count", "state"]
    list_filter = ["purpose", "created_at"]
    list_select_related = ["by"]
    search_fields = ["texts"]
    search_help_text = _("Search the text")
    fields = [
        *["purpose", "about_performances", "written", "chosen_recipients", "by", "created_at"],
        *["state", "delivery"],
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CustomerMessage]:
        return super().get_queryset(request).annotate(orders=Count("recipients"))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("bookings.add_customermessage"))

    @admin.display(description=_("subject"))
    def subject_line(self, message: CustomerMessage) -> str:
        return str(message)

    @admin.display(description=_("orders"), ordering="orders")
    def order_count(self, message: CustomerMessage) -> int:
        return message.orders  # type: ignore[attr-defined]

    @admin.display(description=_("performances"))
    def about_performances(self, message: CustomerMessage) -> Any:
        found = message.performances.select_related("show", "venue").order_by("starts_at")
        return format_html_join("", "<p>{}</p>", ((str(one),) for one in found))

    @admin.display(description=_("texts"))
    def written(self, message: CustomerMessage) -> Any:
        names = dict(settings.LANGUAGES)
        return format_html_join(
            "",
            '<p class="mb-2"><strong>{}: {}</strong></p><p class="mb-4 whitespace-pre-line">{}</p>',
            (
                (names.get(code, code), text["subject"], text["text"])
                for code, text in message.texts.items()
            ),
        )

    @admin.display(description=_("recipients"))
    def chosen_recipients(self, message: CustomerMessage) -> str:
        return audience_text(Audience.from_json(message.audience))

    @admin.display(description=_("e-mails"))
    def delivery(self, message: CustomerMessage) -> str:
        emails = OutboxEmail.objects.filter(key__startswith=f"{KIND}:{message.pk}:")
        counts = emails.aggregate(
            sent=Count("pk", filter=Q(state="sent")),
            waiting=Count("pk", filter=Q(state__in=["queued", "rendered"])),
            failed=Count("pk", filter=Q(state="failed")),
            skipped=Count("pk", filter=Q(state="skipped")),
        )
        return (
            gettext("%(sent)d sent, %(waiting)d queued, %(failed)d failed, %(skipped)d skipped")
            % counts
        )

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Compose a message: preview it, try it, send it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        chosen = _ids(request)
        data = request.POST if request.method == "POST" else None
        form = MessageForm(data, chosen=chosen, initial={"performances": chosen})
        preview: dict[str, Any] = {}
        if data is not None and form.is_valid():
            performances = [one.pk for one in form.cleaned_data["performances"]]
            outcome = (performances, form.cleaned_data["texts"], form.cleaned_data["audience"])
            if "send" in data and form.has_shown(outcome):
                if message := self._send(request, form, performances):
                    return redirect("admin:bookings_customermessage_change", message.pk)
            else:
                form.has_shown(outcome)  # The next page shows it.
                preview = self._preview(request, form, performances)
        return self._page(request, form, preview)

    def _send(
        self, request: HttpRequest, form: MessageForm, performances: list[int]
    ) -> CustomerMessage | None:
        message: CustomerMessage | None = run_or_add_error(
            send_message,
            form=form,
            performances=performances,
            texts=form.cleaned_data["texts"],
            audience=form.cleaned_data["audience"],
            by=user_of(request),
            request_key=form.cleaned_data["request_key"],
        )
        if message:
            self.log_addition(request, message, gettext("Sent to ticket holders."))
            messages.success(request, _("Message handed to the e-mail queue."))
        return message

    def _preview(
        self, request: HttpRequest, form: MessageForm, performances: list[int]
    ) -> dict[str, Any]:
        """Return size, time and look of the message; send it to the user if that was requested."""
        audience = form.cleaned_data["audience"]
        size = size_of(audience, performances)
        order = orders_of(audience, performances).select_related(
            "performance__show", "performance__venue"
        )
        first = order.order_by("pk").first()
        if first is None:
            form.add_error(None, _("No ticket holder matches this selection."))
            return {}
        looks = [
            (str(name), _rendered(first, form.cleaned_data["texts"][code], code))
            for code, name in offered_languages()
            if code in form.cleaned_data["texts"]
        ]
        if "test" in request.POST:
            _send_tests(user_of(request), [message for _name, message in looks])
            messages.success(
                request,
                gettext("Test e-mail sent to %(email)s, without attachments and personal links.")
                % {"email": user_of(request).email},
            )
        return {
            "size": size,
            "languages": [
                (str(name), size.by_language[code])
                for code, name in offered_languages()
                if code in size.by_language
            ],
            "looks": looks,
            "times": _times(performances),
            "button": _button(size),
        }

    def _page(
        self, request: HttpRequest, form: MessageForm, preview: dict[str, Any]
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Message to ticket holders"),
            "opts": self.opts,
            "form": form,
            "placeholders": form.placeholders,
            **preview,
        }
        status = 422 if form.is_bound and form.errors else 200
        return render(request, "admin/bookings/message.html", context, status=status)


class MessagePages(admin.ModelAdmin):
    """Mixin of the admin of performances: write to the ticket holders of one or many."""

    def has_message_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return bool(request.user.has_perm("bookings.add_customermessage"))

    @action(
        description=_("Message ticket holders"),
        url_path="message",
        icon="mail",
        permissions=["message"],
    )
    def message(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect(compose_url([object_id]))

    @admin.action(description=_("Message ticket holders"), permissions=["message"])
    def message_chosen(self, request: HttpRequest, queryset: QuerySet[Performance]) -> HttpResponse:
        return redirect(compose_url(queryset.values_list("pk", flat=True)))


def compose_url(performances: Collection[Any] | QuerySet[Any, Any]) -> str:
    """Return the URL at which a message to ticket holders of these performances is written."""
    ids = ",".join(str(pk) for pk in performances)
    return f"{reverse('admin:bookings_customermessage_add')}?performances={ids}"


def audience_text(audience: Audience) -> str:
    """Return who gets a message, in words."""
    parts = [*audience.categories, *audience.sections]
    if audience.checked_in is not None:
        parts.append(gettext("checked in") if audience.checked_in else gettext("not checked in"))
    if audience.language:
        parts.append(str(dict(settings.LANGUAGES).get(audience.language, audience.language)))
    return ", ".join(parts) or gettext("all ticket holders")


def _ids(request: HttpRequest) -> list[int]:
    given = request.GET.get("performances", "").split(",")
    return parse_keys(given)[:500]


def _button(size: AudienceSize) -> str:
    text = ngettext(
        "Send to %(count)d ticket holder", "Send to %(count)d ticket holders", size.addresses
    )
    return text % {"count": size.addresses}


def _rendered(order: Order, text: dict[str, str], language: str) -> Message:
    """Return the message as the customer of this order would get it, without its secrets."""
    email = OutboxEmail(kind=KIND, key="preview", to=order.email, language=language, about={})
    with translation.override(language):
        message = written_message(email, [order], text)
    parts = hide(Parts(message.text, message.html, {}), message.secrets)
    return Message(message.subject, parts.text, parts.html)


def _send_tests(user: User, looks: list[Message]) -> None:
    with transaction.atomic():
        for message in looks:
            enqueue_message(
                to=user.email,
                subject=gettext("Test: %(subject)s") % {"subject": message.subject},
                text=message.text,
                html=message.html,
            )


def _times(performances: list[int]) -> list[tuple[Performance, Any]]:
    """Return when the e-mails about each performance are sent; None for at once."""
    now = timezone.now()
    found = Performance.objects.filter(pk__in=performances).select_related("show", "venue")
    times = []
    for performance in found.order_by("starts_at"):
        due = due_time(performance, None, now)
        times.append(
            (performance, due.astimezone(performance.venue.zone) if due and due > now else None)
        )
    return times
