"""Any file is read, or rejected with its faults; and what is read can be saved."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from venues.plan_format import InvalidPlan, plan_document, read_plan, strict_faults, write_plan
from venues.plan_format.parsing import SCHEMA_FILE, schema_errors
from venues.plans import add_plan_version, with_outlines
from venues.preview import plan_svg
from venues.tests.factories import make_venue
from venues.tests.foreign_plans import FOREIGN

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**400), 10**400)
    | st.floats()
    | st.text(max_size=12)
    | st.text(st.characters(), max_size=3)
    | st.sampled_from(
        ["a;capacity=5;category=Stalls", ";;=;", "Stalls", "Stalls (companion)", "text", "circle"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["x", "y", "name", "position", "rows", "text", "points"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


# Of the right type, but invalid in ways that only a detailed check finds.
texts = (
    st.text(max_size=12)
    | st.text(st.characters(), max_size=3)
    | st.sampled_from(
        [
            "a;capacity=5;category=Stalls",
            "a;capacity=007;category=Cheap",
            "a;outline",
            ";;=;%zz;outline=",
            " Stalls ",
            "Stalls (companion)",
            "Stalls (wheelchair space) (restricted view)",
            "(companion)",
            "g2",
            "red",
            "hsl(120, 100%, 50%)",
            "x" * 90,
        ]
    )
)
numbers = (
    st.integers(-5, 200)
    | st.floats(-1, 150)
    | st.sampled_from([-0.0, 1e-300, 5e-324, 1e6, 1e308, 10**30, 0.1 + 0.2, 99.99999999999999])
)


def alike(value):
    if isinstance(value, str):
        return texts
    if isinstance(value, (int, float)):
        return numbers
    return st.just([]) if isinstance(value, list) else st.just(value)


def paths_of(value, path=()):
    """Yield the path of each member and item of a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        yield (*path, key)
        if isinstance(item, (dict, list)):
            yield from paths_of(item, (*path, key))


@st.composite
def damaged_plans(draw):
    """Draw a plan with some of its values removed or replaced."""
    document = copy.deepcopy(FOREIGN)
    for _step in range(draw(st.integers(1, 4))):
        *parents, last = draw(st.sampled_from(list(paths_of(document))))
        parent = document
        for key in parents:
            parent = parent[key]
        what = draw(st.sampled_from(["alike"] * 6 + ["other", "gone"]))
        if what == "gone":
            del parent[last]
        else:
            parent[last] = draw(alike(parent[last]) if what == "alike" else values)
        if not document:
            break
    return document


def messages_of(errors):
    return [(list(error.absolute_path), error.validator, error.message) for error in errors]


def read_or_refuse(data):
    try:
        return read_plan(data)
    except InvalidPlan as refusal:
        assert 1 <= len(refusal.faults) <= 20
        for fault in refusal.faults:
            assert str(fault)
            assert len(str(fault)) < 1000
        return None


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_rejected(data):
    read_or_refuse(data)


@given(values)
def test_any_document_is_read_or_rejected(document):
    read_or_refuse(json.dumps(document).encode())


@given(damaged_plans())
@settings(max_examples=400, deadline=None)
def test_a_manipulated_plan_is_read_or_rejected(document):
    result = read_or_refuse(json.dumps(document).encode())

    if result:
        assert strict_faults(plan_document(result.draft)) == []
        assert read_plan(write_plan(result.draft)).draft == result.draft
        assert plan_svg(with_outlines(result.draft))


@given(damaged_plans() | values)
@settings(max_examples=200, deadline=None)
def test_it_finds_the_same_errors_as_jsonschema(document):
    document = json.loads(json.dumps(document))
    expected = Draft7Validator(json.loads(SCHEMA_FILE.read_text())).iter_errors(document)

    assert messages_of(schema_errors(document)) == messages_of(expected)


@pytest.mark.parametrize(
    "shape", [{}, {"polygon": 1}, {"shape": "circle"}, {"shape": "circle", "circle": {"radius": 1}}]
)
@pytest.mark.parametrize("more", [{}, {"color": 1}, {"rotation": True}, {"rotation": 1.5}])
def test_it_finds_the_same_errors_in_areas(shape, more):
    document = copy.deepcopy(FOREIGN)
    document["zones"][0]["areas"] = [shape | more]
    expected = Draft7Validator(json.loads(SCHEMA_FILE.read_text())).iter_errors(document)

    assert messages_of(schema_errors(document)) == messages_of(expected)


@pytest.mark.django_db
@given(damaged_plans())
@settings(max_examples=60, deadline=None)
def test_whatever_was_read_can_be_saved(document):
    result = read_or_refuse(json.dumps(document).encode())

    if result:
        plan = add_plan_version(venue=make_venue(), name="Hall", draft=result.draft)
        assert plan.seats.count() == len(result.draft.seats)
