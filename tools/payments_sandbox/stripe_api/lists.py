"""Lists, newest first, page by page: https://docs.stripe.com/api/pagination."""

from collections.abc import Sequence
from typing import Any

from . import objects
from .account import StripeAccount
from .errors import InvalidParameter, NotFound
from .params import Params


def page(
    account: StripeAccount, params: Params, records: Sequence[Any], url: str
) -> dict[str, Any]:
    """Return the page that is asked for. `records` are in the order in which they were made."""
    limit = params.integer("limit")
    after, before = params.text("starting_after"), params.text("ending_before")
    earliest, latest = params.between("created")
    params.finish()
    limit = 10 if limit is None else limit
    if not 1 <= limit <= 100:
        raise InvalidParameter("This value must be between 1 and 100.", param="limit")
    newest_first = [each for each in reversed(records) if earliest <= each.created <= latest]
    if before:
        newest_first = newest_first[: _index(newest_first, before, "ending_before")]
        shown, more = newest_first[-limit:], len(newest_first) > limit
    else:
        start = _index(newest_first, after, "starting_after") + 1 if after else 0
        shown = newest_first[start : start + limit]
        more = len(newest_first) > start + limit
    data = [objects.write(account, each) for each in shown]
    return {"object": "list", "data": data, "has_more": more, "url": url}


def _index(records: Sequence[Any], id: str, param: str) -> int:
    for index, each in enumerate(records):
        if each.id == id:
            return index
    raise NotFound("object", id, param=param)
