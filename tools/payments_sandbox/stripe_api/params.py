"""Read the form-encoded parameters of Stripe's API, and refuse what it would refuse."""

import re
from typing import Any

from .errors import InvalidParameter

_PART = re.compile(r"\[([^\]]*)\]")


def decode(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Return nested values of pairs such as `("line_items[0][quantity]", "1")`."""
    tree: dict[str, Any] = {}
    for key, value in pairs:
        head, _bracket, rest = key.partition("[")
        parts = [head, *_PART.findall("[" + rest)] if rest else [head]
        _put(tree, parts, value)
    return {key: _as_list(value) for key, value in tree.items()}


class Params:
    """The parameters of a request. Each is read once; `finish` refuses those that nobody read."""

    def __init__(self, values: dict[str, Any], path: str = "") -> None:
        self._left, self._path = dict(values), path

    def text(self, name: str, *, required: bool = False, longest: int = 5000) -> str:
        value = self._take(name, required)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self._invalid(name, "string")
        if len(value) > longest:
            raise InvalidParameter(
                f"Invalid string: {value[:10]}…; must be at most {longest} characters",
                param=self._named(name),
                code="parameter_invalid_string",
            )
        return value

    def integer(self, name: str, *, required: bool = False) -> int | None:
        value = self._take(name, required)
        if value is None or value == "":
            return None
        if not isinstance(value, str) or not re.fullmatch(r"-?\d+", value):
            raise InvalidParameter(
                f"Invalid integer: {value}",
                param=self._named(name),
                code="parameter_invalid_integer",
            )
        return int(value)

    def choice(self, name: str, among: list[str], *, required: bool = False) -> str:
        value = self.text(name, required=required)
        if value and value not in among:
            raise InvalidParameter(
                f"Invalid {self._named(name)}: must be one of {', '.join(among)}",
                param=self._named(name),
            )
        return value

    def texts(self, name: str) -> list[str]:
        value = self._take(name, False)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self._invalid(name, "array")
        return value

    def metadata(self) -> dict[str, str]:
        """Return `metadata`: up to 50 keys of 40 characters with values of 500."""
        value = self._take("metadata", False)
        if value is None or value == "":
            return {}
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            raise self._invalid("metadata", "hash")
        if len(value) > 50 or any(len(k) > 40 or len(v) > 500 for k, v in value.items()):
            raise InvalidParameter("Metadata is too large.", param=self._named("metadata"))
        return value

    def between(self, name: str) -> tuple[float, float]:
        """Return the first and last value that a filter of times allows."""
        if not isinstance(self._left.get(name), dict):
            exact = self.integer(name)
            return (0, float("inf")) if exact is None else (exact, exact)
        asked = self.inside(name)
        assert asked is not None
        bounds = {bound: asked.integer(bound) for bound in ("gt", "gte", "lt", "lte")}
        asked.finish()
        earliest = [value for value in (bounds["gte"], _next(bounds["gt"], 1)) if value is not None]
        latest = [value for value in (bounds["lte"], _next(bounds["lt"], -1)) if value is not None]
        return max(earliest, default=0), min(latest, default=float("inf"))

    def ignore(self, *names: str) -> None:
        """Accept parameters that the sandbox has no use for."""
        for name in names:
            self._left.pop(name, None)

    def inside(self, name: str, *, required: bool = False) -> "Params | None":
        value = self._take(name, required)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self._invalid(name, "hash")
        return Params(value, self._named(name))

    def each(self, name: str) -> list["Params"]:
        value = self._take(name, False)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self._invalid(name, "array")
        return [Params(v, f"{self._named(name)}[{i}]") for i, v in enumerate(value)]

    def finish(self) -> None:
        """Raise InvalidParameter if a parameter is left that nobody has read."""
        for name in self._left:
            raise InvalidParameter(
                f"Received unknown parameter: {self._named(name)}",
                param=self._named(name),
                code="parameter_unknown",
            )

    def _take(self, name: str, required: bool) -> Any:
        value = self._left.pop(name, None)
        if required and value is None:
            raise InvalidParameter(
                f"Missing required param: {self._named(name)}.",
                param=self._named(name),
                code="parameter_missing",
            )
        if required and value == "":
            raise InvalidParameter(
                f"You passed an empty string for '{self._named(name)}'.",
                param=self._named(name),
                code="parameter_invalid_empty",
            )
        return value

    def _named(self, name: str) -> str:
        return f"{self._path}[{name}]" if self._path else name

    def _invalid(self, name: str, kind: str) -> InvalidParameter:
        return InvalidParameter(f"Invalid {kind}: {name}", param=self._named(name))


def _next(value: int | None, step: int) -> int | None:
    return None if value is None else value + step


def _put(tree: dict[str, Any], parts: list[str], value: str) -> None:
    for part in parts[:-1]:
        inner = tree.setdefault(part or str(len(tree)), {})
        if not isinstance(inner, dict):
            raise InvalidParameter(f"Invalid hash: {part}", param=parts[0])
        tree = inner
    tree[parts[-1] or str(len(tree))] = value


def _as_list(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _as_list(each) for key, each in value.items()}
    if inner and all(key.isdigit() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner
