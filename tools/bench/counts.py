"""Reading what `tools.bench.counted` noted."""


class Counts:
    """The file of one run: what reached the application, and what it built."""

    def __init__(self, path):
        self.path, self._read = path, 0
        open(path, "wb").close()

    def since(self):
        """Return what was noted since the last call: ("asked" or "built", path or key) pairs."""
        with open(self.path, "rb") as file:
            file.seek(self._read)
            data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        self._read += len(whole)
        return [tuple(line.split(" ", 1)) for line in whole.decode().splitlines()]

    def asked(self):
        """Return how many requests have reached the application since the last look."""
        return sum(what == "asked" for what, _of in self.since())
