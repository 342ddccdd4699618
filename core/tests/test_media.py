import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from core import media

JPEG = b"\xff\xd8\xff\xe0 a picture"


@pytest.fixture(autouse=True)
def files(tmp_path, monkeypatch):
    """Create a picture at posters/blue.jpg, and another file outside the folder."""
    monkeypatch.setattr(media, "default_storage", FileSystemStorage(location=tmp_path / "media"))
    media.default_storage.save("posters/blue.jpg", ContentFile(JPEG))
    (tmp_path / "secret.jpg").write_bytes(JPEG)


def test_a_picture_is_cached_for_good(client):
    response = client.get("/media/posters/blue.jpg")
    assert b"".join(response.streaming_content) == JPEG
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Length"] == str(len(JPEG))
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_an_unchanged_picture_is_not_sent_again(client):
    response = client.get("/media/posters/blue.jpg")
    assert b"".join(response.streaming_content) == JPEG
    modified = response["Last-Modified"]
    response = client.get("/media/posters/blue.jpg", headers={"if-modified-since": modified})
    assert response.status_code == 304
    assert response.content == b""
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("since", ["Mon, 01 Jan 2001 00:00:00 GMT", "the other day", ""])
def test_a_changed_picture_is_sent(client, since):
    response = client.get("/media/posters/blue.jpg", headers={"if-modified-since": since})
    assert b"".join(response.streaming_content) == JPEG


@pytest.mark.parametrize("name", ["plan.json", "page.html", "picture.svg", "sales.csv", "jpg", ""])
def test_only_pictures_are_served(client, name):
    if name:
        name = media.default_storage.save(name, ContentFile(b"<script>alert(1)</script>"))
    assert client.get(f"/media/{name}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "posters/red.jpg",
        "posters/blue.jpg/x.jpg",
        "posters/x%00.jpg",
        "../secret.jpg",
        "posters/../../secret.jpg",
        "%2e%2e/secret.jpg",
        "/etc/secret.jpg",
        "x" * 5000 + ".jpg",
    ],
)
def test_nothing_outside_the_folder_is_served(client, path):
    assert client.get(f"/media/{path}").status_code == 404


def test_post_requests_are_rejected(client):
    assert client.post("/media/posters/blue.jpg").status_code == 405
