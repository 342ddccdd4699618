"""Find the object that has an ID, and expand IDs into their objects."""

from typing import Any

from . import objects
from .account import StripeAccount
from .errors import InvalidParameter, NotFound

_KINDS = {
    "checkout.session": "checkouts",
    "payment_intent": "intents",
    "charge": "charges",
    "refund": "refunds",
    "dispute": "disputes",
    "balance_transaction": "entries",
    "payout": "payouts",
    "event": "events",
}
_PREFIXES = {
    "cs_": "checkouts", "pi_": "intents", "ch_": "charges", "py_": "charges", "re_": "refunds",
    "pyr_": "refunds", "du_": "disputes", "txn_": "entries", "po_": "payouts",
}  # fmt: skip


def find(account: StripeAccount, kind: str, id: str, *, param: str = "id") -> Any:
    """Return the record that has the ID. Raises NotFound."""
    found = getattr(account, _KINDS[kind]).get(id)
    if found is not None:
        return found
    other = account.other_mode_account
    if other is None or id not in getattr(other, _KINDS[kind]):
        raise NotFound(kind, id, param=param)
    theirs, ours = ("live", "test") if other.livemode else ("test", "live")
    raise NotFound(
        kind,
        id,
        param=param,
        hint=f"; a similar object exists in {theirs} mode, but a {ours} mode key was used to make "
        "this request.",
    )


def expand(account: StripeAccount, written: dict[str, Any], paths: list[str]) -> None:
    """Replace the IDs at these paths (such as `payment_intent.latest_charge`) by their objects."""
    for path in paths:
        if path.count(".") > 3:
            raise InvalidParameter("You cannot expand more than 4 levels.", param="expand")
        _expand(account, written, path.split("."), path)


def _expand(account: StripeAccount, written: Any, parts: list[str], path: str) -> None:
    if isinstance(written, list):
        for each in written:
            _expand(account, each, parts, path)
        return
    if written is None:
        return
    name, rest = parts[0], parts[1:]
    if name == "refunds" and written.get("object") == "charge":
        written.setdefault("refunds", _refunds_of(account, written))
    if not isinstance(written, dict) or name not in written:
        raise InvalidParameter(
            f"This property cannot be expanded ({path}).", param="expand", code=""
        )
    if isinstance(written[name], str):
        written[name] = _object(account, written[name], path)
    if rest:
        _expand(account, written[name], rest, path)


def _object(account: StripeAccount, id: str, path: str) -> dict[str, Any]:
    for prefix, collection in _PREFIXES.items():
        record = getattr(account, collection).get(id) if id.startswith(prefix) else None
        if record is not None:
            return objects.write(account, record)
    raise InvalidParameter(f"This property cannot be expanded ({path}).", param="expand")


def _refunds_of(account: StripeAccount, charge: dict[str, Any]) -> dict[str, Any]:
    records = account.charges[charge["id"]].refunds[::-1]
    return {
        "object": "list",
        "data": [objects.write(account, each) for each in records[:10]],
        "has_more": len(records) > 10,
        "url": f"/v1/charges/{charge['id']}/refunds",
    }
