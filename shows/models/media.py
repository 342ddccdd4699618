"""Further pictures of a show, and links to its videos, recordings and pages elsewhere."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.links import LONGEST_LINK, check_https, site_of
from core.pictures import DescribedPicture

from .shows import Show


class ShowPicture(DescribedPicture):
    """A picture of a show besides its poster."""

    show = models.ForeignKey(Show, models.CASCADE, related_name="pictures")
    picture = models.ImageField(_("picture"), upload_to="shows/")


class MediaLink(models.Model):
    """A video, recording or page elsewhere. Nothing of it is loaded before a customer opens it."""

    class Kind(models.TextChoices):
        VIDEO = "video", _("video")
        AUDIO = "audio", _("audio")
        PAGE = "page", _("page")

    show = models.ForeignKey(Show, models.CASCADE, related_name="media_links")
    kind = models.CharField(_("kind"), max_length=5, choices=Kind, default=Kind.VIDEO)
    title = models.CharField(_("title"), max_length=120)
    url = models.CharField(
        _("link"),
        max_length=LONGEST_LINK,
        validators=[check_https],
        help_text=_("It begins with https://."),
    )
    ordinal = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["ordinal", "pk"]
        verbose_name = _("video, audio or page")
        verbose_name_plural = _("videos, audio and pages")
        constraints = [
            models.CheckConstraint(
                condition=Q(url__startswith="https://"), name="media_link_is_https"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def site(self) -> str:
        """Where the link leads."""
        return site_of(self.url)
