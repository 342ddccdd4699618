"""Check each response of the API that a test sees against the OpenAPI schema."""

import functools
import json
import re

from django.core.serializers.json import DjangoJSONEncoder
from jsonschema import Draft202012Validator

# What every answer of the site may carry, whoever asks; nobody needs to declare it.
USUAL_HEADERS = {
    "Access-Control-Allow-Credentials",
    "Access-Control-Allow-Origin",
    "Access-Control-Expose-Headers",
    "Cache-Control",
    "Content-Language",
    "Content-Length",
    "Content-Security-Policy",
    "Content-Type",
    "Cross-Origin-Opener-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "Vary",
    "X-Content-Type-Options",
    "X-Frame-Options",
}


def check_conformance(response):
    """Fail if status, headers, media type or body of the response are not declared."""
    method, path = response.request["REQUEST_METHOD"], response.request["PATH_INFO"]
    operation = operation_of(method, path)
    if operation is None or response.status_code in (404, 405):
        return
    where = f"{method} {path}: {response.status_code}"
    declared = response_of(operation, response.status_code)
    assert declared is not None, f"{where} is not declared"
    unknown = set(response.headers) - set(declared.get("headers", ())) - USUAL_HEADERS
    assert not unknown, f"{where} sends headers that are not declared: {unknown}"
    content = declared.get("content", {})
    media_type = response.headers.get("Content-Type", "")
    if media_type not in content:
        media_type = media_type.partition(";")[0]
    if not response.streaming and not response.content:
        assert not content, f"{where} has no body"
        return
    assert media_type in content, f"{where} is {media_type}, declared are {list(content)}"
    if media_type.endswith("json"):
        errors = list(validator_of(content[media_type]["schema"]).iter_errors(response.json()))
        assert not errors, f"{where}: {errors[0].json_path}: {errors[0].message}"


@functools.cache
def schema():
    from api.v1 import service

    # As JSON, in which the names of statuses are text.
    return json.loads(json.dumps(service.get_openapi_schema(), cls=DjangoJSONEncoder))


def operation_of(method, path):
    for template, methods in schema()["paths"].items():
        pattern = re.sub(r"\{\w+\}", "[^/]+", template)
        if re.fullmatch(pattern, path) and method.lower() in methods:
            return methods[method.lower()]
    return None


def response_of(operation, status):
    found = operation["responses"]
    for key in (str(status), f"{status // 100}XX"):
        if key in found:
            return dereference(found[key])
    return None


def dereference(part):
    if "$ref" not in part:
        return part
    found = schema()
    for name in part["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return found


def validator_of(part):
    return Draft202012Validator(part | {"components": schema()["components"]})
