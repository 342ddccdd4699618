"""Complete the OpenAPI schema: headers, guests, problems, media types, webhooks and servers."""

import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from ninja import NinjaAPI
from ninja.operation import Operation

from .callers import VISITOR_HEADER, guest
from .idempotency import MAX_LENGTH, MIN_LENGTH
from .middleware import AUTH, UPLOADS
from .models import PING, EventType
from .preconditions import COMPARED
from .problems import CONTENT_TYPE, SAFE_METHODS
from .schemas import ProblemDetails
from .webhooks.bodies import WebhookEvent

Json = dict[str, Any]
TAGGED = re.compile(r"/staff/(?:venues|shows|performances)(?:/[^/]+/picture)?$")
AVAILABILITY = re.compile(r"/performances/[^/]+/availability$")
TEXT: Json = {"type": "string"}


def complete(schema: Any, service: NinjaAPI) -> Any:
    """Add to the schema of the framework what it does not declare, and return it."""
    components = schema["components"]
    components.setdefault("schemas", {}).update(_models())
    components["parameters"] = PARAMETERS
    components["headers"] = HEADERS
    components["responses"] = _problem_responses()
    for path, method, details, operation in _operations(schema, service):
        _complete_operation(path, method, details, operation)
    schema["webhooks"] = _webhooks()
    schema["servers"] = [{"url": settings.SITE_URL, "description": "This site"}]
    return schema


def _operations(schema: Any, service: NinjaAPI) -> Iterator[tuple[str, str, Json, Operation]]:
    """Yield (path, method, its details in the schema, its operation)."""
    by_id: dict[str, Operation] = {}
    for router in service._get_bound_routers():
        for view in router.path_operations.values():
            for operation in view.operations:
                by_id[service.get_openapi_operation_id(operation)] = operation
    for path, methods in schema["paths"].items():
        for method, details in methods.items():
            yield path, method.upper(), details, by_id[details["operationId"]]


def _complete_operation(path: str, method: str, details: Json, operation: Operation) -> None:
    callbacks = operation.auth_callbacks or []
    responses = details["responses"]
    is_write = method not in SAFE_METHODS
    if not callbacks or guest in callbacks:
        details["security"] = [*details.get("security", []), {}]
    names = ["Accept-Language"]
    if guest in callbacks:
        names.append(VISITOR_HEADER)
    if is_write and not path.startswith(AUTH) and not UPLOADS.match(path):
        names.append("Idempotency-Key")
    is_compared = bool(COMPARED.match(path))
    if is_compared:
        names.append("If-Match")
    if AVAILABILITY.search(path):
        names.append("If-None-Match")
    for parameter in details.get("parameters", []):
        # The framework repeats the schema's list beside it, where a mapping is expected.
        parameter.pop("examples", None)
    details["parameters"] = [
        *details.get("parameters", []),
        *({"$ref": f"#/components/parameters/{name}"} for name in names),
    ]
    for status, response in responses.items():
        response["headers"] = _response_headers(int(status), path, is_compared, names)
    problems = {"401": "Unauthorized", "429": "TooManyRequests", "4XX": "Problem"}
    problems |= {"500": "Failure", "503": "Unavailable"}
    if is_compared:
        problems["412"] = "PreconditionFailed"
    for code, name in problems.items():
        responses.setdefault(code, {"$ref": f"#/components/responses/{name}"})


def _response_headers(status: int, path: str, is_compared: bool, names: list[str]) -> Json:
    wanted = ["RateLimit", "RateLimit-Policy"]
    if (is_compared and status != 204) or TAGGED.search(path):
        wanted.append("ETag")
    if "Idempotency-Key" in names:
        wanted.append("Idempotency-Replayed")
    if path.endswith((".csv", "/file", "/documents/{pk}")):
        wanted.append("Content-Disposition")
    return {name: {"$ref": f"#/components/headers/{name}"} for name in wanted}


def _models() -> Json:
    models: Json = {}
    for kind in (ProblemDetails, WebhookEvent):
        model = kind.model_json_schema(ref_template="#/components/schemas/{model}")
        models.update(model.pop("$defs", {}))
        models[kind.__name__] = model
    return models


def _problem(description: str, *headers: str) -> Json:
    reference = {"$ref": "#/components/schemas/ProblemDetails"}
    return {
        "description": description,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in headers},
        "content": {CONTENT_TYPE: {"schema": reference}},
    }


def _problem_responses() -> Json:
    limits = ("RateLimit", "RateLimit-Policy")
    return {
        "Problem": _problem("Refused. `type` says why.", *limits, "Retry-After"),
        "Unauthorized": _problem("Missing or invalid credentials.", *limits, "WWW-Authenticate"),
        "PreconditionFailed": _problem("The resource is not what `If-Match` names.", *limits),
        "TooManyRequests": _problem("Too many requests.", *limits, "Retry-After"),
        "Failure": _problem("A failure of the site.", *limits),
        "Unavailable": _problem("Unavailable for the moment. Try again.", "Retry-After"),
    }


def _webhooks() -> Json:
    body = {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/WebhookEvent"}},
        },
    }
    signature = [
        _header_parameter("webhook-id", "The event's id: ignore ids that you have seen.", True),
        _header_parameter("webhook-timestamp", "Seconds since 1970 at sending.", True),
        _header_parameter("webhook-signature", "One or more “v1,…”, separated by spaces.", True),
    ]
    return {
        name: {
            "post": {
                "operationId": "on" + "".join(part.title() for part in re.split(r"[._]", name)),
                "summary": str(label).capitalize(),
                "description": "Signed by Standard Webhooks; see docs/webhooks.md.",
                "tags": ["Webhooks"],
                "parameters": signature,
                "requestBody": body,
                "responses": {"2XX": {"description": "Received."}},
                "security": [],
            }
        }
        for name, label in [*EventType.choices, (PING, "test event")]
    }


def _header_parameter(name: str, description: str, required: bool = False, **schema: Any) -> Json:
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": description,
        "schema": {**TEXT, **schema},
    }


PARAMETERS: Json = {
    "Accept-Language": _header_parameter(
        "Accept-Language", "The language of sentences for people.", examples=["en", "de"]
    ),
    VISITOR_HEADER: _header_parameter(
        VISITOR_HEADER, "The guest, as `POST /visitors` or an earlier response named them."
    ),
    "Idempotency-Key": _header_parameter(
        "Idempotency-Key",
        "Repeats with the same key get the same response and are processed once, for two days.",
        minLength=MIN_LENGTH,
        maxLength=MAX_LENGTH,
        examples=["3f0e8d52-6a3d-4a4b-9a55-0d7f4ad2c1b7"],
    ),
    "If-Match": _header_parameter(
        "If-Match", "Entity tags; the operation is refused (412) if the resource has another."
    ),
    "If-None-Match": _header_parameter(
        "If-None-Match", "An entity tag; the response is 304 while it is still the current one."
    ),
}
HEADERS: Json = {
    "RateLimit": {"schema": TEXT, "description": "Requests left (r) and seconds to reset (t)."},
    "RateLimit-Policy": {"schema": TEXT, "description": "Requests (q) per window (w, seconds)."},
    "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."},
    "WWW-Authenticate": {"schema": TEXT},
    "ETag": {"schema": TEXT, "description": "Send it as If-Match or If-None-Match."},
    "Idempotency-Replayed": {
        "schema": {"type": "string", "enum": ["true"]},
        "description": "The response of an earlier request with the same key.",
    },
    "Content-Disposition": {"schema": TEXT, "description": "The file name."},
}
