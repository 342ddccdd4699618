"""Pages of the admin of shows."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image


def address(model, page="changelist", *arguments):
    return reverse(f"admin:shows_{model}_{page}", args=arguments)


def poster(image_format="PNG"):
    content = BytesIO()
    Image.new("RGB", (1000, 1400), "#1133cc").save(content, image_format)
    return SimpleUploadedFile("poster.png", content.getvalue())
