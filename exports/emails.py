"""The e-mail that an export is ready."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.links import absolute
from emails.messages import message_from_templates
from emails.models import OutboxEmail
from emails.placeholders import Placeholder, offer_placeholders
from emails.rendering import renders
from emails.sample_registry import Sample, make_recipient, sample_for

from .models import Export
from .sheets import SHEETS
from .writer import EMAIL_KIND

offer_placeholders(EMAIL_KIND, Placeholder("export", gettext_lazy("Name of the export"), "title"))


@renders(
    EMAIL_KIND,
    title=gettext_lazy("Export finished"),
)
def export_finished(email: OutboxEmail) -> Any:
    """Render the e-mail, with a link to the admin; the file needs a permission."""
    export = Export.objects.filter(pk=email.about["export"]).first()
    if export is None or export.is_open:
        return None
    title = SHEETS[export.sheet].title if export.sheet in SHEETS else export.sheet
    subject = _("Your export failed: %s") if export.has_failed else _("Your export is ready: %s")
    return message_from_templates(
        email,
        subject=subject % title,
        context={
            "export": export,
            "title": title,
            "page": absolute(reverse("admin:exports_export_change", args=[export.pk])),
        },
    )


@sample_for(EMAIL_KIND)
def sample_export() -> Sample:
    export = Export.objects.create(
        sheet=next(iter(SHEETS)),
        file_format=Export.Format.CSV,
        status=Export.Status.DONE,
        rows_total=12480,
        rows_done=12480,
        finished_at=timezone.now(),
    )
    return Sample({"export": export.pk}, make_recipient(is_staff=True))
