"""Version 1 of the API: its rooms, its documentation, its errors."""

from ninja import NinjaAPI, Swagger

from .problems import CONTENT_TYPE, answer_problems
from .routes import (
    account,
    auth,
    catalogue,
    door,
    holds,
    orders,
    queue,
    reviews,
    staff_catalogue,
    staff_sale,
    visitors,
    webhooks,
)
from .schemas import ProblemDetails

ABOUT = """
Everything that the pages of the box office can do, for programs. See `docs/api.md` for a
walk-through with curl.

* **Who you are.** An access token from `/auth/login` (`Authorization: Bearer …`), a staff program's
  key (`X-API-Key: …`), or nobody: guests look and buy with an e-mail address alone, and are known
  by the `visitor` that `POST /visitors` or their first hold gives them (`X-Visitor: …`). Cookies
  count for nothing.
* **Errors** are problem details (RFC 9457). `type` is for programs and never changes.
* **Repeating.** Each write takes an `Idempotency-Key`: the same caller and key, the same answer. A
  guest needs a `visitor` first.
* **Limits** are told in `RateLimit` and `RateLimit-Policy`; beyond them, 429 and `Retry-After`.
* **Money** is all in, as text with its currency; **times** are UTC, with the venue's zone beside.
"""

service = NinjaAPI(
    title="Concert",
    version="1.0",
    description=ABOUT,
    urls_namespace="api",
    docs=Swagger(settings={"persistAuthorization": True}),
)
answer_problems(service)
service.add_router("/auth", auth.router, tags=["Log in"])
service.add_router("/account", account.router, tags=["Account"])
service.add_router("", catalogue.router, tags=["Programme"])
service.add_router("", holds.router, tags=["Holds"])
service.add_router("", visitors.router, tags=["Holds"])
service.add_router("", queue.router, tags=["Waiting room"])
service.add_router("/orders", orders.router, tags=["Orders"])
service.add_router("", reviews.router, tags=["Reviews"])
service.add_router("", door.router, tags=["Door"])
service.add_router("/staff", staff_catalogue.router, tags=["Staff: programme"])
service.add_router("/staff", staff_sale.router, tags=["Staff: sale"])
service.add_router("/staff/webhooks", webhooks.router, tags=["Staff: webhooks"])


def _with_problems(build):
    """Say of each operation that it may end in a problem, once for all of them."""

    def get_openapi_schema(*args, **kwargs):
        schema = build(*args, **kwargs)
        model = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
        parts = schema["components"].setdefault("schemas", {})
        parts.update(model.pop("$defs", {}))
        parts["ProblemDetails"] = model
        reference = {"$ref": "#/components/schemas/ProblemDetails"}
        problem = {
            "description": "A problem, as RFC 9457 has it.",
            "content": {CONTENT_TYPE: {"schema": reference}},
        }
        for operations in schema["paths"].values():
            for operation in operations.values():
                operation["responses"].setdefault("4XX", problem)
                operation["responses"].setdefault("503", problem)
        return schema

    return get_openapi_schema


service.get_openapi_schema = _with_problems(service.get_openapi_schema)
