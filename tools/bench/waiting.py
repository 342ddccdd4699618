"""Somebody in a waiting room, as the page and its script (`static/js/queue.js`) behave."""

import asyncio
import json
import random
import re

from waitingroom import lottery

QUICKEST, SLOWEST = 2, 20  # Seconds between two looks, as in the script.
PART = re.compile(rb'data-(now|lane|number|draw-id|position)="([^"]*)"')


class Waiting:
    """One visitor's wait: `join`, then `turn`, which returns when they are in, or with why not."""

    def __init__(self, visitor, looks, performance_id):
        self.visitor, self.looks = visitor, looks
        self.address = f"/queue/{performance_id}/"
        self.mark, self.etag, self.own = None, "", 0

    async def join(self):
        """Take a place and read the page that shows it."""
        await self.visitor.get("queue page", self.address)
        # A person needs a second to find the button; a program that does not is turned away.
        await asyncio.sleep(random.uniform(0.5, 1.5))
        joined = await self.visitor.post(
            "join", f"{self.address}join/", {"website": "", "waited": "900", "code": ""}
        )
        page = await self.visitor.get("place", joined.location)
        self.part = {name.decode(): value.decode() for name, value in PART.findall(page.body)}

    async def turn(self):
        """Wait and go in; return "in", "sold out", "closed", or "lost" for a place that is none."""
        while True:
            wait = await self._look()
            if self.mark["sold_out"]:
                return "sold out"
            if self.mark["state"] == "closed":
                return "closed"
            if self._is_called():
                answer = await self.visitor.post("enter", f"{self.address}enter/", {})
                if answer.location.startswith("/performances/"):
                    return "in"
                if not answer.location.endswith("/place/"):
                    return "lost"
                wait = QUICKEST
            await asyncio.sleep(wait * random.uniform(0.8, 1.2))

    async def _look(self):
        """Look at the mark; return how many seconds to wait until the next look."""
        known = {"If-None-Match": self.etag} if self.etag else {}
        answer = await self.looks.get(
            "mark", f"{self.address}status", (200, 304), **known, **{"Accept-Encoding": "identity"}
        )
        if answer.status == 200:
            self.mark = json.loads(answer.body)
            found = re.search(r"(?im)^etag: (\S+)", answer.head)
            self.etag = found[1] if found else ""
        mark = self.mark
        if mark["state"] == "gathering":
            return SLOWEST
        lane = mark["lanes"][self.part["lane"]]
        self.own = self.own or self._position(lane)
        ahead = max(0, self.own - 1 - lane["serving"])
        seconds = 60 * ahead / lane["pace"] if lane["pace"] else SLOWEST
        return min(mark["poll_after"], max(QUICKEST, seconds / 20))

    def _position(self, lane):
        if self.part.get("draw-id"):
            return lottery.position(self.mark["seed"], self.part["draw-id"], lane["draw_size"])
        return lane["draw_size"] + max(1, int(self.part["number"]) - lane["draw_cutoff"])

    def _is_called(self):
        if self.mark["state"] != "open":
            return False
        return self.own <= self.mark["lanes"][self.part["lane"]]["serving"]
