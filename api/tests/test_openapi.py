"""The OpenAPI schema: what a client generator needs is declared."""

import re

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from api.models import EventType
from api.tests.callers import Program
from core.testing.processes import CHECKOUT

HEADERS = {"Idempotency-Key", "X-Visitor", "If-Match", "If-None-Match", "Accept-Language"}


@pytest.fixture
def schema(client):
    return client.get("/api/v1/openapi.json").json()


def operations(schema):
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield path.removeprefix("/api/v1"), method.upper(), operation


def headers_of(operation):
    names = [part.get("$ref", "").rpartition("/")[2] for part in operation["parameters"]]
    return {name for name in names if name in HEADERS}


def test_it_is_a_valid_document(schema):
    """Generators of clients refuse others as a whole."""
    faults = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
        for error in OpenAPIV31SpecValidator(schema).iter_errors()
    ]
    assert not faults


def test_operation_ids_are_short_unique_and_begin_with_a_verb(schema):
    names = [operation["operationId"] for _path, _method, operation in operations(schema)]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", name) for name in names)
    verbs = (
        "approve block cancel create delete download enable enter export extend get join leave "
        "list login logout ping put refresh register release replay rotate set start submit "
        "unblock update upload verify"
    ).split()
    assert {re.match("[a-z]+", name)[0] for name in names} <= set(verbs)
    assert {"listVenues", "createHold", "createOrder", "cancelOrder", "joinQueue"} <= set(names)


def test_every_operation_has_a_summary_and_a_tag(schema):
    for path, method, operation in operations(schema):
        assert operation["summary"] and operation["tags"], (method, path)


def test_request_headers_are_declared(schema):
    found = {(method, path): headers_of(op) for path, method, op in operations(schema)}
    assert {"Idempotency-Key", "X-Visitor"} <= found["POST", "/performances/{pk}/holds"]
    assert "If-None-Match" in found["GET", "/performances/{pk}/availability"]
    for kind, key in [("venues", "slug"), ("shows", "slug"), ("performances", "pk")]:
        for method in ("PATCH", "DELETE"):
            assert {"If-Match", "Idempotency-Key"} <= found[method, f"/staff/{kind}/{{{key}}}"]
    for (method, path), names in found.items():
        is_upload, is_auth = path.endswith("/picture"), path.startswith("/auth/")
        is_repeatable = method != "GET" and not is_upload and not is_auth
        assert ("Idempotency-Key" in names) == is_repeatable, (method, path)
        assert "Accept-Language" in names


def test_every_header_that_is_read_is_declared(schema):
    """Those of HTTP itself, such as Content-Type, aside."""
    reading = re.compile(r"""headers\.get\("([\w-]+)"|"([\w-]+)" in request\.headers""")
    found = set()
    for path in [*CHECKOUT.glob("api/*.py"), *CHECKOUT.glob("api/routes/*.py")]:
        for line in path.read_text().splitlines():
            if "request." in line:
                found |= {name for match in reading.findall(line) for name in match if name}
    assert {"Idempotency-Key", "X-API-Key", "Authorization", "If-None-Match"} <= found
    schemes = schema["components"]["securitySchemes"].values()
    declared = {*schema["components"]["parameters"], "Authorization"}
    declared |= {scheme["name"] for scheme in schemes if scheme.get("in") == "header"}
    assert found <= declared, found - declared


def test_declared_headers_and_responses_exist(schema):
    references = re.findall(r"'\$ref': '#/components/(\w+)/([\w-]+)'", str(schema))
    assert references
    for kind, name in references:
        assert name in schema["components"][kind], (kind, name)


def test_guests_are_declared_where_they_are_accepted(schema):
    for path, _method, operation in operations(schema):
        needs = path.startswith(("/staff", "/account")) or path.endswith("/mine")
        if needs:
            assert {} not in operation["security"], path
        if path in ("/shows", "/orders", "/visitors"):
            assert {} in operation["security"], path


def test_response_headers_are_declared_and_sent(schema, db):
    found = {(method, path): op for path, method, op in operations(schema)}
    declared = found["GET", "/shows"]["responses"]["200"]["headers"]
    answer = Program().get("/shows")
    assert set(declared) == {"RateLimit", "RateLimit-Policy"}
    assert all(name in answer for name in declared)
    assert "ETag" in found["GET", "/venues/{slug}"]["responses"]["200"]["headers"]
    for response in ("429", "503"):
        name = found["GET", "/shows"]["responses"][response]["$ref"].rpartition("/")[2]
        assert "Retry-After" in schema["components"]["responses"][name]["headers"]


def test_choices_are_enums(schema):
    models = schema["components"]["schemas"]
    for model, member in [
        ("PerformanceOut", "state"),
        ("HoldOut", "status"),
        ("OrderDetail", "status"),
        ("OrderDetail", "payment_state"),
        ("TransactionOut", "kind"),
        ("SeatOut", "kind"),
        ("Verification", "reason"),
        ("DeliveryOut", "status"),
        ("WebhookEvent", "type"),
    ]:
        assert models[model]["properties"][member]["enum"], (model, member)


def test_media_types_are_those_that_are_sent(schema):
    found = {(method, path): op for path, method, op in operations(schema)}
    assert set(found["GET", "/staff/orders.csv"]["responses"]["200"]["content"]) == {"text/csv"}
    upload = found["POST", "/staff/venues/{slug}/picture"]["requestBody"]["content"]
    assert set(upload) == {"multipart/form-data"}
    assert "text/csv" in str(found["GET", "/staff/exports/{pk}/file"]["responses"]["200"])


def test_requests_have_examples(schema):
    models = schema["components"]["schemas"]
    for name in ("Credentials", "HoldRequest", "OrderIn", "VenueIn", "WebhookIn", "Money"):
        assert "examples" in str(models[name]), name


def test_webhooks_and_servers_are_declared(schema, settings):
    assert set(schema["webhooks"]) == {*EventType.values, "ping"}
    paid = schema["webhooks"]["order.paid"]["post"]
    assert paid["operationId"] == "onOrderPaid"
    names = {parameter["name"] for parameter in paid["parameters"]}
    assert names == {"webhook-id", "webhook-timestamp", "webhook-signature"}
    assert schema["servers"] == [{"url": settings.SITE_URL, "description": "This site"}]
    assert schema["openapi"].startswith("3.1")
