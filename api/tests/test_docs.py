import pytest

from api.problems import ALL_SLUGS, slug_of
from api.tests.callers import Program
from bookings import exceptions
from core.exceptions import Refused


def test_the_documentation_needs_no_other_host_and_no_inline_script(client):
    page = client.get("/api/v1/docs")
    html = page.content.decode()
    assert page.status_code == 200
    assert "/static/ninja/swagger-ui-bundle.js" in html
    assert "https://" not in html
    assert "script-src" not in page["Content-Security-Policy"]
    scripts = [part.split(">", 1) for part in html.split("<script")[1:]]
    for tag, rest in scripts:
        is_data = 'type="application/json"' in tag
        assert is_data or rest.split("</script>")[0].strip() == ""


def test_the_schema_describes_problems():
    schema = Program().get("/openapi.json").json()
    operation = schema["paths"]["/api/v1/orders"]["post"]
    assert operation["responses"]["4XX"]["$ref"].endswith("/Problem")
    problem = schema["components"]["responses"]["Problem"]["content"]["application/problem+json"]
    assert problem["schema"]["$ref"].endswith("/ProblemDetails")


def is_refusal(kind):
    return isinstance(kind, type) and issubclass(kind, Refused)


def test_the_codes_of_errors_are_unique():
    assert len(set(ALL_SLUGS.values())) == len(ALL_SLUGS)
    kinds = {kind for kind in vars(exceptions).values() if is_refusal(kind)}
    assert {slug_of(kind.__new__(kind)) for kind in kinds} > {"places-unavailable", "quote-changed"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"), [("/nowhere", 404), ("/shows/none", 404), ("/performances/0", 422)]
)
def test_errors_have_one_format(path, status):
    answer = Program().get(path)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status


@pytest.mark.django_db
def test_a_wrong_method_gets_the_allowed_ones():
    answer = Program().send("PUT", "/shows", {})
    assert answer.status_code == 405
    assert "GET" in answer["Allow"]
    assert answer.json()["type"] == "urn:concert:problem:method-not-allowed"


@pytest.mark.django_db
def test_a_server_error_shows_no_traceback(monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("the secret of the server")

    monkeypatch.setattr("api.routes.catalogue.find_or_correct", fail)
    answer = Program().get("/shows")
    assert answer.status_code == 500
    assert b"secret" not in answer.content
