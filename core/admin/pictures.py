"""Form fields for uploaded pictures."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image
from unfold.widgets import UnfoldAdminImageFieldWidget

from core.pictures import FORMATS, InvalidPicture, as_png, as_webp, read_picture

PICTURE_WIDTH = 1200


class PictureField(forms.FileField):
    """An uploaded picture, checked and encoded as WebP; its `image` is the decoded picture."""

    widget = UnfoldAdminImageFieldWidget
    keeps_transparency = False

    def to_python(self, data: Any) -> ContentFile | None:
        file = super().to_python(data)
        if not file:
            return None
        try:
            image = read_picture(file, keeps_transparency=self.keeps_transparency)
        except InvalidPicture as refusal:
            raise ValidationError(str(refusal)) from None
        picture: Any = self.encode(image)
        picture.image = image
        return picture

    def encode(self, image: Image.Image) -> ContentFile:
        return as_webp(image, PICTURE_WIDTH)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"accept": ",".join(f"image/{name.lower()}" for name in FORMATS)}


class LogoField(PictureField):
    """An uploaded logo or icon, encoded as PNG within `size` pixels, with its transparency."""

    keeps_transparency = True

    def __init__(self, *, size: tuple[int, int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.size = size

    def encode(self, image: Image.Image) -> ContentFile:
        return as_png(image, width=self.size[0], height=self.size[1])
