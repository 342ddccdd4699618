"""One customer of a crowd: from the page of a performance to tickets, or to giving up."""

import asyncio

from .purchases import TOKEN, checkout_form

TICKET = b'<article class="ticket'


async def shop(visitor, performance_id, wish, *, pause=None, mood="buy"):
    """Try to buy what is wished for once; return what became of it.

    "bought"; "gone" (nothing fits any more); "queue" (no pass); "paid too late"; "gave up" and
    "walked away" are moods: a basket that is given back, and one that is left to lapse. `pause` is
    awaited where a person would read. Raises Trouble, which the tally knows of by then.
    """
    pause = pause or _no_pause
    page = f"/performances/{performance_id}/"
    await visitor.get("page", page)
    await pause()
    held = await visitor.post("hold", f"{page}hold/", wish, expect=(303, 409))
    if held.status == 409:
        visitor.tally.counts["told that it is gone"] += 1
        return "gone"
    if held.location.startswith("/queue/"):
        return "queue"
    basket = await visitor.get("basket", held.location)
    await pause()
    if mood == "give up":
        form = {"csrfmiddlewaretoken": TOKEN.search(basket.body)[1].decode()}
        await visitor.post("release", f"{held.location}release/", form)
        return "gave up"
    if mood == "walk away":
        return "walked away"
    return await _pay(visitor, held.location, basket, pause)


async def _pay(visitor, address, basket, pause):
    form = checkout_form(basket, f"{address.strip('/').rpartition('/')[2][:30]}@example.org")
    ordered = await visitor.post("checkout", address, form)
    bank = await visitor.get("pay page", ordered.location)
    await pause()
    answer = {"csrfmiddlewaretoken": TOKEN.search(bank.body)[1].decode(), "answer": "pay"}
    paid = await visitor.post("pay", ordered.location, answer)
    done = await visitor.get("confirmation", paid.location)
    reference = paid.location.partition("?")[0].strip("/").rpartition("/")[2]
    tickets = done.body.count(TICKET)
    if not tickets:
        # Paid after the basket had lapsed and others had its places: the money goes back.
        return "paid too late"
    visitor.tally.purchase(reference, tickets)
    return "bought"


async def _no_pause():
    await asyncio.sleep(0)
