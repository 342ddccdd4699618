"""Check quickly whether a document follows a JSON schema; `jsonschema` is much slower.

It knows the keywords of JSON Schema that the plan format's schema uses; others raise KeyError.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Check = Callable[[Any], bool]
Schema = Mapping[str, Any]

ANNOTATIONS = {"$schema", "title", "description", "definitions"}
TYPES: dict[str, Check] = {
    "string": lambda value: type(value) is str,
    "number": lambda value: type(value) in (int, float),
    "integer": lambda value: type(value) is int or (type(value) is float and value.is_integer()),
    "array": lambda value: type(value) is list,
    "object": lambda value: type(value) is dict,
    "null": lambda value: value is None,
}


def compile_check(schema: Schema, definitions: Mapping[str, Schema]) -> Check:
    """Return a function that tells whether a value parsed by `json` follows the schema."""
    if "$ref" in schema:
        target = definitions[schema["$ref"].removeprefix("#/definitions/")]
        return compile_check(target, definitions)
    parts = {name: part for name, part in schema.items() if name not in ANNOTATIONS}
    optional = [_CHECKS[name](part, schema, definitions) for name, part in parts.items()]
    checks = [check for check in optional if check]
    if len(checks) == 1:
        return checks[0]
    return lambda value: all(check(value) for check in checks)


def _type(names: str | Sequence[str], _schema: Schema, _definitions: Mapping[str, Schema]) -> Check:
    if isinstance(names, str):
        return TYPES[names]
    checks = [TYPES[name] for name in names]
    return lambda value: any(check(value) for check in checks)


def _required(names: Sequence[str], _schema: Schema, _definitions: Mapping[str, Schema]) -> Check:
    required = frozenset(names)
    return lambda value: type(value) is not dict or required <= value.keys()


def _properties(
    schemas: Mapping[str, Schema], schema: Schema, definitions: Mapping[str, Schema]
) -> Check:
    members = {name: compile_check(member, definitions) for name, member in schemas.items()}
    others_fit: bool = schema.get("additionalProperties", True)
    assert others_fit in (True, False)

    def fits(value: Any) -> bool:
        if type(value) is dict:
            for name, member in value.items():
                check = members.get(name)
                if not (check(member) if check else others_fit):
                    return False
        return True

    return fits


def _items(schema: Schema, _schema: Schema, definitions: Mapping[str, Schema]) -> Check:
    check = compile_check(schema, definitions)
    return lambda value: type(value) is not list or all(map(check, value))


def _enum(
    choices: Sequence[str | None], _schema: Schema, _definitions: Mapping[str, Schema]
) -> Check:
    # In Python 1 equals True, in JSON it does not; strings and null have no such equals.
    assert all(choice is None or type(choice) is str for choice in choices)
    return lambda value: (value is None or type(value) is str) and value in choices


def _with(_part: Any, _schema: Schema, _definitions: Mapping[str, Schema]) -> None:
    """Return no check: another keyword of the same schema covers this one."""


_CHECKS: dict[str, Callable[[Any, Schema, Mapping[str, Schema]], Check | None]] = {
    "type": _type,
    "required": _required,
    "properties": _properties,
    "additionalProperties": _with,
    "items": _items,
    "enum": _enum,
}
