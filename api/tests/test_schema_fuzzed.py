"""Call every operation with valid and invalid input.

No response may be a 500 or differ from the schema in status, content type or body. The requests are
always the same, so that the test is deterministic.
"""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core import NOT_SET
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.keys import make_key
from api.models import Scope
from api.tests.callers import make_account, tokens_of
from api.tests.receivers import make_endpoint
from api.webhooks.publishing import ping
from bookings.documents.ticket_codes import code_of
from bookings.tests.factories import make_hold, make_paid_order, make_performance, seated, standing
from bookings.tests.factories import make_sale as make_open_sale
from concert.wsgi import application
from shows.tests.factories import make_show
from waitingroom.tests.factories import make_room

pytestmark = pytest.mark.django_db(transaction=True)


def accepts_only_objects(context, response, case):
    """Check that a body which is not a JSON object changes nothing."""
    has_body = case.operation.body and case.body is not NOT_SET
    if has_body and not isinstance(case.body, dict):
        assert response.status_code >= 400, f"{case.body!r} was taken"


CHECKS = [
    not_a_server_error,
    accepts_only_objects,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 6
QUIET = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def rows(settings):
    """Create one row of everything; return the values for URL parameters by name."""
    settings.API_RATE_LIMITS = dict.fromkeys(settings.API_RATE_LIMITS, 1_000_000)
    superuser = make_account(is_staff=True, is_superuser=True)
    _key, key = make_key(owner=superuser, name="Fuzz", scopes=Scope.values)
    sale = make_open_sale(sections=[seated(), standing()])
    order = make_paid_order(hold=make_hold(performance=sale, labels=["A1", "A2"]), user=superuser)
    make_room(performance=make_performance(plan=sale.plan, venue=sale.venue))
    delivery = ping(endpoint=make_endpoint())
    make_show(slug="alone")
    return {
        "key": {"X-API-Key": key},
        "account": {"Authorization": f"Bearer {tokens_of(superuser)['access_token']}"},
        "guest": {},
        "parts": {
            "performance": sale.pk,
            "plan": sale.plan_id,
            "show": sale.show.slug,
            "venue": sale.venue.slug,
            "reference": order.reference,
            "token": order.hold.token,
            "delivery": delivery.pk,
            "endpoint": delivery.endpoint_id,
            "code": code_of(order.tickets.first()),
        },
    }


def test_every_response_matches_the_schema_and_none_is_a_server_error(rows):
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 60
    # Operations that delete come last, so that the others find rows.
    operations.sort(key=lambda operation: operation.method == "delete")
    faults = [fault for operation in operations for fault in faults_of(operation, rows)]
    assert not faults, "\n\n".join(faults)


def faults_of(operation, rows):
    faults = []
    modes = [operation.as_strategy(generation_mode=mode) for mode in GenerationMode]

    @QUIET
    @given(
        case=st.one_of(*modes),
        caller=st.sampled_from(["key", "account", "guest"]),
        is_real=st.booleans(),
        bare=st.sampled_from([NOT_SET, "x", [], None]),
    )
    def call(case, caller, is_real, bare):
        if bare is not NOT_SET and operation.body:
            case.body = bare
        if is_real:
            use_existing_rows(case, rows["parts"])
        case.headers = {**(case.headers or {}), **rows[caller]}
        case.call_and_validate(checks=CHECKS)

    try:
        call()
    except (Exception, BaseExceptionGroup) as error:
        faults.append(f"{operation.method.upper()} {operation.path}: {error}")
    return faults


def use_existing_rows(case, parts):
    """Fill the URL with values of existing rows."""
    names = {"pk": "performance", "slug": "show"}
    if "/venues/" in case.path:
        names["slug"] = "venue"
    if "/webhooks/" in case.path:
        names["pk"] = "endpoint"
    for name in case.path_parameters or {}:
        real = parts.get(names.get(name, name))
        if real is not None:
            case.path_parameters[name] = real
    for name in ("show", "plan"):
        if isinstance(case.body, dict) and name in case.body:
            case.body[name] = parts[name]
