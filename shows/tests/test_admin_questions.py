"""Questions of the checkout in the admin."""

import pytest

from accounts.roles import Role, appoint
from organisation.tests.factories import set_organisation
from shows.models import Question
from shows.tests.factories import make_performance, make_question, make_user
from shows.tests.pages import address

pytestmark = pytest.mark.django_db


def fields(**changes):
    names = [f"{name}_{code}" for name in ("label", "choices") for code in ("en", "de")]
    filled = {"kind": "text", "per": "order", "ordinal": "0", "is_active": "on", "label_en": "Meal"}
    return dict.fromkeys(names, "") | {"show": "", "performance": ""} | filled | changes


def test_a_question_is_added_in_several_languages(manager):
    sent = fields(
        kind="choice", per="ticket", label_de="Essen", choices_en="Meat\nFish", choices_de="A\nB"
    )
    response = manager.post(address("question", "add"), sent)
    assert response.status_code == 302, response.context["errors"]
    question = Question.objects.get()
    assert question.labels == {"en": "Meal", "de": "Essen"}
    assert question.choices == {"en": ["Meat", "Fish"], "de": ["A", "B"]}
    page = manager.get(address("question", "change", question.pk)).content.decode()
    assert 'value="Essen"' in page and "Meat\nFish" in page
    assert "Meal" in manager.get(address("question")).content.decode()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"label_en": ""}, "Enter the question."),
        ({"kind": "choice"}, "Enter at least two choices."),
        ({"kind": "choice", "choices_en": "A\nA"}, "Enter each choice once."),
        (
            {"kind": "choice", "choices_en": "A\nB", "choices_de": "A"},
            "Each language needs the same number of choices.",
        ),
        (
            {"kind": "choice", "choices_en": "\n".join(map(str, range(31)))},
            "Enter at most 30 choices.",
        ),
    ],
)
def test_faults_are_beside_their_field(manager, changes, message):
    response = manager.post(address("question", "add"), fields(**changes))
    assert response.status_code == 200
    assert message in str(response.context["errors"])
    assert not Question.objects.exists()


def test_texts_in_languages_that_are_no_longer_offered_stay(manager):
    choices = {"en": ["Meat", "Fish"], "de": ["Fleisch", "Fisch"], "fr": ["Viande", "Poisson"]}
    labels = {"en": "Meal", "de": "Essen", "fr": "Repas"}
    question = Question.objects.create(kind="choice", labels=labels, choices=choices)
    set_organisation(languages=["en", "de"])
    page = address("question", "change", question.pk)
    sent = fields(kind="choice", choices_en="Beef\nFish", choices_de="Rind\nFisch")
    assert manager.post(page, sent).status_code == 302
    question.refresh_from_db()
    assert question.labels["fr"] == "Repas"
    assert question.choices == {**choices, "en": ["Beef", "Fish"], "de": ["Rind", "Fisch"]}
    # With another number of choices the others no longer match.
    sent = fields(kind="choice", choices_en="Beef\nFish\nNone")
    assert manager.post(page, sent).status_code == 302
    question.refresh_from_db()
    assert question.choices == {"en": ["Beef", "Fish", "None"]}


def test_access_requirements_and_phone_numbers_need_no_label(manager):
    response = manager.post(address("question", "add"), fields(kind="access", label_en=""))
    assert response.status_code == 302, response.context["errors"]
    assert str(Question.objects.get()) == "access requirements"


@pytest.mark.parametrize("names", ["venue show", "venue performance", "show performance"])
def test_a_question_belongs_to_a_venue_a_show_or_a_performance(manager, names):
    performance = make_performance()
    of = {
        "venue": performance.venue_id,
        "show": performance.show_id,
        "performance": performance.pk,
    }
    sent = fields(**{name: of[name] for name in names.split()})
    response = manager.post(address("question", "add"), sent)
    message = "Choose a venue, a show or a performance, not several."
    assert message in str(response.context["errors"])
    sent = fields(venue=performance.venue_id)
    assert manager.post(address("question", "add"), sent).status_code == 302


def test_questions_are_not_deleted_and_box_office_only_sees_them(manager, client):
    question = make_question()
    answer = manager.post(address("question", "delete", question.pk), {"post": "yes"})
    assert answer.status_code == 403
    user = make_user()
    appoint(user=user, role=Role.BOX_OFFICE)
    client.force_login(user)
    assert client.get(address("question")).status_code == 200
    assert client.post(address("question", "add"), fields()).status_code == 403
