"""Why a run ends early."""


class RunError(Exception):
    """The run cannot go on. The text says why, in one line for the person at the terminal."""


class Stopped(BaseException):
    """Somebody asked the run to stop. Not an Exception, so that no handler swallows it."""

    def __init__(self, signum):
        super().__init__(signum)
        self.signum = signum
