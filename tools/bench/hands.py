"""A mouse and two fingers, moved by the DevTools protocol, which runs no script in the page."""

STEP = 16  # Milliseconds, a frame.
STEPS = 20  # Of a drag or a pinch, which takes a third of a second.
LONG = 160  # Pixels of a drag.
HOLD = 80  # Milliseconds that a button or a finger stays down.


class Mouse:
    """Zooms by the wheel and drags with the left button down."""

    def __init__(self, page):
        self.page = page
        self.session = page.context.new_cdp_session(page)

    def zoom(self, x, y, *, inwards):
        self._move("mouseMoved", x, y)
        for _step in range(30 if inwards else 40):
            self._move("mouseWheel", x, y, deltaX=0, deltaY=-60 if inwards else 60)
            self.page.wait_for_timeout(40)

    def drag(self, x, y, right, down):
        self._move("mouseMoved", x, y)
        self._move("mousePressed", x, y, button="left", clickCount=1)
        for _step in range(STEPS):
            x, y = x + right * LONG / STEPS, y + down * LONG / STEPS
            self._move("mouseMoved", x, y, button="left", buttons=1)
            self.page.wait_for_timeout(STEP)
        self._move("mouseReleased", x, y, button="left", clickCount=1)

    def press(self, x, y):
        self._move("mouseMoved", x, y)
        self._move("mousePressed", x, y, button="left", clickCount=1)
        self.page.wait_for_timeout(HOLD)
        self._move("mouseReleased", x, y, button="left", clickCount=1)

    def _move(self, kind, x, y, **more):
        self.session.send("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, **more})


class Fingers:
    """Zooms by pinching and drags with one finger."""

    PINCHES = 4
    NEAR, FAR = 20, 90  # Pixels of each finger from the middle.

    def __init__(self, page):
        self.page = page
        self.session = page.context.new_cdp_session(page)

    def zoom(self, x, y, *, inwards):
        begin, end = (self.NEAR, self.FAR) if inwards else (self.FAR, self.NEAR)
        for _pinch in range(self.PINCHES):
            for step in range(STEPS + 1):
                away = begin + (end - begin) * step / STEPS
                self._touch("touchMove" if step else "touchStart", (x - away, y), (x + away, y))
                self.page.wait_for_timeout(STEP)
            self._touch("touchEnd")

    def drag(self, x, y, right, down):
        self._touch("touchStart", (x, y))
        for _step in range(STEPS):
            x, y = x + right * LONG / STEPS, y + down * LONG / STEPS
            self._touch("touchMove", (x, y))
            self.page.wait_for_timeout(STEP)
        self._touch("touchEnd")

    def press(self, x, y):
        self._touch("touchStart", (x, y))
        self.page.wait_for_timeout(HOLD)
        self._touch("touchEnd")

    def _touch(self, kind, *points):
        fingers = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})
