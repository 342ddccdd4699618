"""Why a venue refuses."""

from django.utils.translation import gettext_lazy as _


class InvalidPicture(Exception):
    """The file holds no picture that we take. `str()` of it can be shown to whoever brought it."""

    REASONS = {
        "unreadable": _("This is not a whole JPEG, PNG or WebP picture."),
        "too large": _(
            "The picture is too large: 25 MB and 40 megapixels are the most, or 80 in a plain JPEG."
        ),
        "too narrow": _("The picture is too narrow: at most eight times as long as it is wide."),
    }

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason

    def __str__(self):
        return str(self.REASONS[self.reason])
