"""Version 1 of the API: its routes, documentation and errors."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from ninja import NinjaAPI, Swagger
from ninja.operation import Operation

from .openapi import complete
from .problems import answer_problems
from .routes import (
    account,
    auth,
    catalogue,
    door,
    exports,
    holds,
    invoices,
    orders,
    queue,
    reviews,
    staff_catalogue,
    staff_sale,
    venues,
    webhooks,
)

DESCRIPTION = """
Everything that customers and staff can do on the pages of the box office. See `docs/api.md` for a
walk-through with curl.

* **Authentication.** An access token from `/auth/login` (`Authorization: Bearer …`), the API key of
  a staff integration (`X-API-Key: …`), or none: guests browse and buy with an e-mail address alone,
  identified by the `visitor` that `POST /visitors` or their first hold returns (`X-Visitor: …`).
  Cookies are ignored.
* **Errors** are problem details (RFC 9457). `type` is for programs and never changes.
* **Retries.** Each write accepts an `Idempotency-Key`: the same caller and key get the same
  response. A guest needs a `visitor` first.
* **Rate limits** are in `RateLimit` and `RateLimit-Policy`; beyond them, 429 with `Retry-After`.
* **Amounts** include all fees, as text with their currency. **Times** are UTC, with the venue's
  time zone beside them.
"""


class Service(NinjaAPI):
    """The API with a complete OpenAPI schema."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return the name of the function in camel case: `list_venues` becomes `listVenues`."""
        first, *others = operation.view_func.__name__.split("_")
        return first + "".join(word.title() for word in others)

    def get_openapi_schema(self, **options: Any) -> Any:
        """Return the schema, completed with what the framework does not declare.

        It is built once for a process, which takes half a second. Do not change it.
        """
        prefix = options.get("path_prefix") or self.get_root_path(options.get("path_params") or {})
        return self._schema(prefix, settings.SITE_URL, get_language())

    @lru_cache(maxsize=8)  # noqa: B019
    def _schema(self, prefix: str, _site: str, _language: str | None) -> Any:
        return complete(super().get_openapi_schema(path_prefix=prefix), self)


service = Service(
    title="Concert",
    version="1.0",
    description=DESCRIPTION,
    urls_namespace="api",
    docs=Swagger(settings={"persistAuthorization": True}),
)
answer_problems(service)
service.add_router("/auth", auth.router, tags=["Authentication"])
service.add_router("/account", account.router, tags=["Account"])
service.add_router("", catalogue.router, tags=["Catalogue"])
service.add_router("", venues.router, tags=["Catalogue"])
service.add_router("", holds.router, tags=["Holds"])
service.add_router("", queue.router, tags=["Queue"])
service.add_router("/orders", orders.router, tags=["Orders"])
service.add_router("/orders", invoices.router, tags=["Orders"])
service.add_router("", reviews.router, tags=["Reviews"])
service.add_router("", door.router, tags=["Door"])
service.add_router("/staff", staff_catalogue.router, tags=["Staff: catalogue"])
service.add_router("/staff", staff_sale.router, tags=["Staff: box office"])
service.add_router("/staff", invoices.staff_router, tags=["Staff: box office"])
service.add_router("/staff/exports", exports.router, tags=["Staff: exports"])
service.add_router("/staff/webhooks", webhooks.router, tags=["Staff: webhooks"])
