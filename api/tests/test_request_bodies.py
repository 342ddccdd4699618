"""Every operation with a body, with invalid bodies and without optional members."""

import copy

import pytest
import schemathesis

from api.tests.callers import Program, with_key
from api.tests.test_schema_fuzzed import CHECKS, rows, use_existing_rows  # noqa: F401
from concert.wsgi import application
from shows.models import Show
from shows.tests.factories import make_show

pytestmark = pytest.mark.django_db(transaction=True)
NO_OBJECTS = ["x", "title", "", [], [{}], None, 0, 1.5, True, False]
# Values of existing rows, which the schema cannot know.
KNOWN = {"show": "show", "plan": "plan", "code": "code", "hold": "token"}
SAMPLES = {
    "category": "Regular",
    "currency": "EUR",
    "email": "zoe@example.org",
    "url": "https://example.org/hook",
    "time_zone": "Europe/Berlin",
    "language": "en",
    "country": "DE",
    "starts_at": "2031-05-01T20:00:00Z",
    "doors_at": "2031-05-01T19:00:00Z",
    "on_sale_from": "2030-05-01T20:00:00Z",
    "on_sale_until": "2031-05-01T19:30:00Z",
    "price": "30.00",
    "fee": "3.00",
}


def operations():
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    found = [found.ok() for found in schema.get_all_operations()]
    taking = [operation for operation in found if len(list(operation.body))]
    assert len(taking) >= 20
    return schema, taking


def test_every_operation_rejects_a_body_that_is_not_an_object(rows):  # noqa: F811
    before = list(Show.objects.values().order_by("pk"))
    for operation in operations()[1]:
        for caller in ("key", "account"):
            for body in NO_OBJECTS:
                answer = call(operation, rows, body, caller)
                assert answer.status_code == 422, (operation.label, body, answer.content)
    assert list(Show.objects.values().order_by("pk")) == before


def test_a_string_as_body_does_not_rename_a_show():
    show = make_show(title="Late Set", slug="late-set")
    program = with_key("catalogue")
    for body in NO_OBJECTS:
        assert program.patch("/staff/shows/late-set", body).status_code == 422, body
    show.refresh_from_db()
    assert show.title == "Late Set"


def test_invalid_json_and_a_missing_body_are_different_errors():
    guest = Program()
    post = guest.client.post
    kind = {"content_type": "application/json"}
    assert post("/api/v1/auth/login", "{", **kind).status_code == 400
    assert post("/api/v1/auth/login", "[" * 100_000, **kind).status_code == 400
    answer = post("/api/v1/auth/login", '"x"', **kind)
    assert answer.json()["errors"] == [
        {"pointer": "/body", "detail": "The body must be a JSON object."}
    ]


def test_optional_fields_may_be_left_out(rows):  # noqa: F811
    """The whole body, then without each optional member, then without all of them."""
    schema, taking = operations()
    faults = []
    for operation in taking:
        if all(body.media_type != "application/json" for body in operation.body):
            continue
        for body in bodies(schema.raw_schema, operation, rows["parts"]):
            for caller in ("key", "account"):
                try:
                    call(operation, rows, body, caller, checks=CHECKS)
                except (Exception, BaseExceptionGroup) as error:
                    faults.append(f"{operation.label} {body}: {error}")
    assert not faults, "\n\n".join(faults)


def call(operation, rows, body, caller, checks=()):  # noqa: F811
    parts = {parameter.name: 1 for parameter in operation.path_parameters}
    case = operation.Case(
        path_parameters=parts, body=body, media_type="application/json", headers=rows[caller]
    )
    use_existing_rows(case, rows["parts"])
    if checks:
        return case.call_and_validate(checks=list(checks))
    return case.call()


def bodies(document, operation, parts):
    """Yield bodies as the operation's schema allows them."""
    described = document["paths"][operation.path][operation.method]["requestBody"]
    schema = described["content"]["application/json"]["schema"]
    whole = sample(document, schema, "", parts)
    yield whole
    for path in optional_paths(document, schema, whole):
        yield without(whole, [path])
    least = copy.deepcopy(whole)
    for path in sorted(optional_paths(document, schema, whole), key=len, reverse=True):
        least = without(least, [path])
    yield least


def resolved(document, schema):
    """Return the schema behind references and beside null."""
    while True:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            schema = document["components"]["schemas"][name]
        elif choices := schema.get("anyOf") or schema.get("allOf"):
            schema = next(part for part in choices if part.get("type") != "null")
        else:
            return schema


def sample(document, schema, name, parts):
    schema = resolved(document, schema)
    if name in KNOWN and KNOWN[name] in parts:
        return parts[KNOWN[name]]
    if name in SAMPLES:
        return SAMPLES[name]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object":
        members = schema.get("properties", {}).items()
        return {key: sample(document, member, key, parts) for key, member in members}
    if kind == "array":
        return [sample(document, schema["items"], name, parts)]
    if kind in ("integer", "number"):
        return max(1, schema.get("minimum", 1))
    return False if kind == "boolean" else "x" * max(3, schema.get("minLength", 0))


def optional_paths(document, schema, value, path=()):
    """Yield the path of each member that may be left out."""
    schema = resolved(document, schema)
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from optional_paths(document, schema["items"], item, (*path, number))
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in schema.get("required", []):
                yield (*path, key)
            member = schema.get("properties", {}).get(key)
            if member:
                yield from optional_paths(document, member, item, (*path, key))


def without(body, paths):
    body = copy.deepcopy(body)
    for path in paths:
        part = body
        for step in path[:-1]:
            part = part[step]
        part.pop(path[-1], None)
    return body
