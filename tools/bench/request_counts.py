"""Read what `tools.bench.counting_app` has recorded."""


class Counts:
    """The file of one run: requests that reached the application, and values built."""

    def __init__(self, path):
        self.path, self._read = path, 0
        open(path, "wb").close()

    def since(self):
        """Return the entries since the last call: ("requested" or "built", path or key) pairs."""
        with open(self.path, "rb") as file:
            file.seek(self._read)
            data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        self._read += len(whole)
        return [tuple(line.split(" ", 1)) for line in whole.decode().splitlines()]

    def requested(self):
        """Return how many requests have reached the application since the last call."""
        return sum(what == "requested" for what, _of in self.since())
