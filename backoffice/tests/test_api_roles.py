"""Compare docs/roles.md with what every route of the API does by role and key.

A new route needs a line in docs/roles.md.
"""

import re

import pytest

from accounts.tests.factories import PASSWORD, make_user
from api.keys import make_key
from api.models import Scope
from api.tests.callers import Program
from api.v1 import service
from backoffice.tests.role_tables import NO, ROLES, YES, differences, role_tables, staff_of

pytestmark = [
    pytest.mark.django_db,
    # Models without ordering would cause warnings in autocomplete.
    pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning"),
]

# Bodies that a route needs before it checks the caller.
BODIES = {
    "POST /staff/webhooks": {"name": "x", "url": "https://x.invalid/", "events": ["order.paid"]},
    "POST /staff/users/approve": {"users": [999999]},
    "POST /tickets/verify": {"code": "x"},
    "POST /performances/{pk}/check-ins": {"code": "x"},
    "POST /staff/orders/{reference}/extend": {
        "payable_until": "2030-01-01T00:00:00Z",
        "reason": "x",
    },
    "POST /staff/orders/{reference}/invoice": {
        "name": "x",
        "street": "x",
        "city": "x",
        "country": "DE",
    },
    "POST /staff/exports": {"report": "orders", "performance": 999999},
}


def routes():
    """Yield (method, path) of every route; logging out comes last."""
    found = [
        (method, f"{prefix}{path}")
        for prefix, router in service._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    ]
    return sorted(found, key=lambda route: route[1] == "/auth/logout")


def ask(program, world, method, path):
    """Return the response; routes that change something get ids that do not exist."""
    real = {
        "pk": world.endpoint.pk if "webhooks" in path else world.order.performance_id,
        "slug": world.performance.show.slug,
        "reference": world.order.reference,
        "token": "none",
    }
    missing = {"pk": 999999, "slug": "none", "reference": "NONE", "token": "none"}
    values = {"place": 1, "delivery": 1, **(real if method == "GET" else missing)}
    url = re.sub(r"\{(\w+)\}", lambda match: str(values[match[1]]), path)
    if method == "GET":
        return program.get(url)
    if path.endswith("/picture"):
        return program.upload(url, b"no picture")
    return program.send(method, url, BODIES.get(f"{method} {path}", {}))


def is_allowed(response):
    return response.status_code not in (401, 403)


def token_of(user):
    answer = Program().post("/auth/login", {"email": user.email, "password": PASSWORD})
    return Program(Authorization=f"Bearer {answer.json()['access_token']}")


@pytest.mark.parametrize("caller", ["Nobody", "Account", *ROLES])
def test_the_api_allows_each_role_what_the_table_says(world, caller):
    if caller == "Nobody":
        program = Program()
    elif caller == "Account":
        program = token_of(make_user("somebody@customer.example"))
    else:
        program = token_of(staff_of(caller))
    found, texts = {}, []
    for method, path in routes():
        response = ask(program, world, method, path)
        found[f"{method} {path}"] = YES if is_allowed(response) else NO
        texts.append((path, response.content.decode(errors="replace")))
    assert differences({"Route": found}, caller) == []
    data = role_tables()["Data"]
    for name, texts_by_kind in world.texts_by_kind.items():
        where = [path for path, text in texts if any(mark in text for mark in texts_by_kind)]
        assert not where or data[name].get(caller) == YES, (name, where)


def test_keys_allow_what_the_table_says(world):
    owner = staff_of("Superuser")
    programs = {
        scope: Program(**{"X-API-Key": make_key(owner=owner, name=scope, scopes=[scope])[1]})
        for scope in Scope.values
    }
    found, texts = {}, []
    for method, path in routes():
        may = []
        for scope, program in programs.items():
            response = ask(program, world, method, path)
            texts.append((path, response.content.decode(errors="replace")))
            may += [scope] if is_allowed(response) else []
        found[f"{method} {path}"] = "any" if len(may) == len(programs) else ", ".join(may) or NO
    assert differences({"Route": found}, "Key with scope") == []
    secret = world.texts_by_kind["Codes of tickets"] + [world.order.key]
    assert [path for path, text in texts if any(mark in text for mark in secret)] == []
