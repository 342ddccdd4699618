"""Whether a document follows a schema: a plain yes or no, long before `jsonschema` could say what
is wrong with it.

Understands as much of JSON Schema as the format's own uses, and can't be made from more.
"""

ANNOTATIONS = {"$schema", "title", "description", "definitions"}
TYPES = {
    "string": lambda value: type(value) is str,
    "number": lambda value: type(value) in (int, float),
    "integer": lambda value: type(value) is int or (type(value) is float and value.is_integer()),
    "array": lambda value: type(value) is list,
    "object": lambda value: type(value) is dict,
    "null": lambda value: value is None,
}


def fitting(schema, definitions):
    """Return a function that says whether a value, as `json` reads it, follows the schema."""
    if "$ref" in schema:
        return fitting(definitions[schema["$ref"].removeprefix("#/definitions/")], definitions)
    parts = {name: part for name, part in schema.items() if name not in ANNOTATIONS}
    checks = [_CHECKS[name](part, schema, definitions) for name, part in parts.items()]
    checks = [check for check in checks if check]
    if len(checks) == 1:
        return checks[0]
    return lambda value: all(check(value) for check in checks)


def _type(names, _schema, _definitions):
    if isinstance(names, str):
        return TYPES[names]
    checks = [TYPES[name] for name in names]
    return lambda value: any(check(value) for check in checks)


def _required(names, _schema, _definitions):
    names = frozenset(names)
    return lambda value: type(value) is not dict or names <= value.keys()


def _properties(schemas, schema, definitions):
    members = {name: fitting(member, definitions) for name, member in schemas.items()}
    others_fit = schema.get("additionalProperties", True)
    assert others_fit in (True, False)

    def fits(value):
        if type(value) is dict:
            for name, member in value.items():
                check = members.get(name)
                if not (check(member) if check else others_fit):
                    return False
        return True

    return fits


def _items(schema, _schema, definitions):
    check = fitting(schema, definitions)
    return lambda value: type(value) is not list or all(map(check, value))


def _enum(choices, _schema, _definitions):
    # In Python 1 equals True, in JSON it does not; of these, each equals nothing but itself.
    assert all(choice is None or type(choice) is str for choice in choices)
    return lambda value: (value is None or type(value) is str) and value in choices


def _with(_part, _schema, _definitions):
    """Another keyword of the same schema looks after this one."""


_CHECKS = {
    "type": _type,
    "required": _required,
    "properties": _properties,
    "additionalProperties": _with,
    "items": _items,
    "enum": _enum,
}
