"""A visitor in a waiting room, who behaves like the page and its script (`static/js/queue.js`)."""

import asyncio
import json
import random
import re

from waitingroom import lottery

QUICKEST, SLOWEST = 2, 20  # Seconds between two polls, as in the script.
PART = re.compile(rb'data-(now|lane|number|draw-id|position)="([^"]*)"')


class QueueVisitor:
    """One visitor: `join`, then `turn`, which returns when they are admitted, or why not."""

    def __init__(self, visitor, polls, performance_id):
        self.visitor, self.polls = visitor, polls
        self.address = f"/queue/{performance_id}/"
        self.mark, self.etag, self.own = None, "", 0

    async def join(self):
        """Join the queue and read the page with the position."""
        await self.visitor.get("queue page", self.address)
        # People need a second to find the button; faster requests are refused as automated.
        await asyncio.sleep(random.uniform(0.5, 1.5))
        joined = await self.visitor.post(
            "join", f"{self.address}join/", {"website": "", "waited": "900", "code": ""}
        )
        page = await self.visitor.get("place", joined.location)
        self.part = {name.decode(): value.decode() for name, value in PART.findall(page.body)}

    async def turn(self):
        """Wait and enter; return "in", "sold out", "closed", or "lost" for an invalid token."""
        while True:
            wait = await self._poll()
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

    async def _poll(self):
        """Poll the queue status; return the seconds to wait until the next poll."""
        known = {"If-None-Match": self.etag} if self.etag else {}
        answer = await self.polls.get(
            "queue status",
            f"{self.address}status",
            (200, 304),
            **known,
            **{"Accept-Encoding": "identity"},
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
