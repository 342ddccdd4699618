"""Buying by program: the customers of a scenario who call the API instead of reading pages."""

import json
import secrets

from .lines import Trouble, Visitor

API = "/api/v1"


class Program:
    """One program that calls the API, with headers that say for whom. Each call is a named step."""

    def __init__(self, lines, tally, **headers):
        self._visitor, self.tally = Visitor(lines, tally), tally
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


async def log_in(lines, tally, *, email, password):
    """Return a program that acts for the account."""
    answer = await Program(lines, tally).post(
        "log in", "/auth/login", {"email": email, "password": password}
    )
    token = json.loads(answer.body)["access_token"]
    return Program(lines, tally, Authorization=f"Bearer {token}")


async def buy(program, performance_id, *, quantity, again=False):
    """Look what is free, hold the best places, order, pay and fetch the tickets.

    Returns "bought", or "gone" when there were not enough places left. With `again` the answer to
    the hold is lost on the way, and the same request sent once more. Raises Trouble, which the
    tally knows of by then.
    """
    program.headers.pop("X-Visitor", None)  # Guests are new ones each time.
    sale = f"/performances/{performance_id}"
    await program.get("availability", f"{sale}/availability")
    if again and not program.headers:
        # Only for a guest with a name is a request that is sent again the same guest's.
        named = await program.post("visitor", "/visitors", {})
        program.headers["X-Visitor"] = json.loads(named.body)["visitor"]
    hold = await _hold(program, f"{sale}/holds", quantity, again)
    if hold is None:
        return "gone"
    if hold["visitor"]:
        program.headers["X-Visitor"] = hold["visitor"]
    wanted = {
        "hold": hold["token"],
        "quote": hold["quote"],
        "email": f"{hold['token'][:30]}@example.org",
        "name": "Bench",
    }
    ordered = await program.post("order", "/orders", wanted, key=_new_key())
    address = f"/orders/{json.loads(ordered.body)['reference']}"
    await program.post("pay", f"{address}/payment", {"demo": True}, key=_new_key())
    order = json.loads((await program.get("tickets", address)).body)
    codes = {ticket["code"] for ticket in order["tickets"] if ticket["code"]}
    program.tally.purchase(order["reference"], len(codes))
    return "bought"


async def _hold(program, address, quantity, again):
    """Return the hold, or None when there were not enough places left."""
    key = _new_key()
    wish = {"best": quantity}
    held = await program.post("hold", address, wish, expect=(201, 409), key=key)
    if held.status == 409:
        return None
    if again:
        repeated = await program.post("hold, sent again", address, wish, expect=(201,), key=key)
        if repeated.body != held.body:
            program.tally.trouble("hold, sent again", "another answer")
            raise Trouble("hold, sent again")
        program.tally.counts["holds sent again, and answered alike"] += 1
    return json.loads(held.body)


def _new_key():
    return secrets.token_hex(16)
