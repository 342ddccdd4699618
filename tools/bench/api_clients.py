"""Customers who buy through the API."""

import json
import secrets

from .connections import CustomerError, HttpVisitor

API = "/api/v1"


class ApiClient:
    """An API client with the headers that identify its customer. Each call is a named step."""

    def __init__(self, lines, recorder, **headers):
        self._visitor, self.recorder = HttpVisitor(lines, recorder), recorder
        self.headers = headers

    async def get(self, step, path, expect=(200,), **headers):
        return await self._visitor.send(
            step, "GET", f"{API}{path}", b"", self.headers | headers, expect
        )

    async def post(self, step, path, body, expect=(200, 201), *, key=None):
        """Send JSON. `key` is the Idempotency-Key."""
        headers = self.headers | {"Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        return await self._visitor.send(
            step, "POST", f"{API}{path}", json.dumps(body).encode(), headers, expect
        )


async def log_in(lines, recorder, *, email, password):
    """Return a client that acts for the account."""
    answer = await ApiClient(lines, recorder).post(
        "log in", "/auth/login", {"email": email, "password": password}
    )
    token = json.loads(answer.body)["access_token"]
    return ApiClient(lines, recorder, Authorization=f"Bearer {token}")


async def buy(client, performance_id, *, quantity, again=False):
    """Hold the best available places, order, pay and fetch the tickets.

    Returns "bought", or "no seats left" when there were not enough places. With `again` the
    response to the hold is dropped, and the same request is sent again. Raises CustomerError, which
    has been recorded.
    """
    client.headers.pop("X-Visitor", None)  # A new guest each time.
    sale = f"/performances/{performance_id}"
    await client.get("availability", f"{sale}/availability")
    if again and not client.headers:
        # A repeated request of a guest is recognised only with a visitor.
        named = await client.post("visitor", "/visitors", {})
        client.headers["X-Visitor"] = json.loads(named.body)["visitor"]
    hold = await _hold(client, f"{sale}/holds", quantity, again)
    if hold is None:
        return "no seats left"
    if hold["visitor"]:
        client.headers["X-Visitor"] = hold["visitor"]
    wanted = {
        "hold": hold["token"],
        "quote": hold["quote"],
        "email": f"{hold['token'][:30]}@example.org",
        "name": "Bench",
    }
    ordered = await client.post("order", "/orders", wanted, key=_new_key())
    address = f"/orders/{json.loads(ordered.body)['reference']}"
    await client.post("pay", f"{address}/payment", {"demo": True}, key=_new_key())
    order = json.loads((await client.get("tickets", address)).body)
    codes = {ticket["code"] for ticket in order["tickets"] if ticket["code"]}
    client.recorder.purchase(order["reference"], len(codes))
    return "bought"


async def _hold(client, address, quantity, again):
    """Return the hold, or None when there were not enough places left."""
    key = _new_key()
    fields = {"best": quantity}
    held = await client.post("hold", address, fields, expect=(201, 409), key=key)
    if held.status == 409:
        return None
    if again:
        repeated = await client.post("hold, sent again", address, fields, expect=(201,), key=key)
        if repeated.body != held.body:
            client.recorder.add_error("hold, sent again", "another answer")
            raise CustomerError("hold, sent again")
        client.recorder.counts["holds sent again, and answered alike"] += 1
    return json.loads(held.body)


def _new_key():
    return secrets.token_hex(16)
