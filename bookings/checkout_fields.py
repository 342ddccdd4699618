"""What customers are asked at the checkout besides their e-mail address and name.

Staff add questions in the admin (`shows.questions`), for the order or for each ticket. Fields that
the site's code needs are in `CHECKOUT_FIELDS`.

Each field of `CHECKOUT_FIELDS` appears in the basket, in the API (`details`), in the admin and the
export of orders, and in the copy of a customer's own data. Values are kept in `Order.details` and
deleted when the customer is anonymised. See "How do I add a field to the checkout form".
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from core.annotations import Text
from shows.models import Question
from shows.questions import PREFIX, QuestionTerm, all_questions

from .models import Ticket
from .sale.answers import answer_name, order_answers

ORDER_ANSWER, TICKET_ANSWER = 300, 120  # Characters.
MAX_ANSWERS = 24 * 1024  # Bytes of all answers of an order, below the limit of the database.
PHONE_NEEDED = _("Enter a phone number, such as +49 30 123456.")


@dataclass(frozen=True)
class CheckoutField:
    """A line of text. `autocomplete` is the token by which browsers fill it in, such as "tel"."""

    name: str
    label: Text
    help_text: Text = ""
    max_length: int = 150
    is_required: bool = False
    autocomplete: str = "off"

    def form_field(self) -> forms.CharField:
        attrs = {"class": "form-control", "autocomplete": self.autocomplete}
        return forms.CharField(
            label=self.label,
            help_text=self.help_text,
            max_length=self.max_length,
            required=self.is_required,
            widget=forms.TextInput(attrs=attrs),
        )


CHECKOUT_FIELDS: list[CheckoutField] = []


class DetailsForm(forms.Form):
    """A form with the fields of `CHECKOUT_FIELDS` and, after `ask`, the questions of staff."""

    def __init__(self, *args: Any, with_own_fields: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = CHECKOUT_FIELDS if with_own_fields else []
        self.order_names = [field.name for field in own]
        self.ticket_names: dict[int, list[str]] = {}
        self.is_asked = False
        for field in own:
            self.fields[field.name] = field.form_field()

    def ask(self, questions: Iterable[QuestionTerm], places: Iterable[int] = ()) -> None:
        """Add the questions of a performance, with a field for each place where they ask so."""
        if self.is_asked:
            return
        self.is_asked, places = True, list(places)
        for question in questions:
            if not question.per_ticket:
                self.fields[question.name] = question_field(question)
                self.order_names.append(question.name)
                continue
            for place in places:
                name = answer_name(question, place)
                self.fields[name] = question_field(question)
                self.ticket_names.setdefault(place, []).append(name)

    def detail_fields(self) -> list[forms.BoundField]:
        """Return the fields of the order to show, in their order."""
        return [self[name] for name in self.order_names]

    def ticket_fields(self, place: int, label: str = "") -> list[forms.BoundField]:
        """Return the fields of the ticket for a place, which the error summary names by `label`."""
        fields = [self[name] for name in self.ticket_names.get(place, [])]
        for field in fields:
            field.field.group = label  # type: ignore[attr-defined]
        return fields

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if len(json.dumps(self._answers(data)).encode()) > MAX_ANSWERS:
            raise forms.ValidationError(_("Your answers are too long. Please shorten them."))
        return data

    def details(self) -> dict[str, str]:
        """Return the valid form's values for `Order.details`, without empty ones."""
        return self._answers(self.cleaned_data)

    def _answers(self, data):
        names = [
            *self.order_names,
            *(name for names in self.ticket_names.values() for name in names),
        ]
        values = {name: data.get(name) for name in names}
        return {name: value for name, value in values.items() if value}


def question_field(question: QuestionTerm) -> forms.Field:
    """Return the field of a question."""
    options: dict[str, Any] = {"label": question.label, "required": question.is_required}
    if question.kind in (Question.Kind.CHOICE, Question.Kind.YES_NO):
        choices = [("", _("Please choose")), *question.options]
        select = forms.Select(attrs={"class": "form-select"})
        return forms.ChoiceField(choices=choices, widget=select, **options)
    attrs = {"class": "form-control", "autocomplete": "off"}
    if question.kind == Question.Kind.PHONE:
        attrs |= {"autocomplete": "tel", "inputmode": "tel"}
        options["validators"] = [RegexValidator(r"^[+()/\d\s.-]*\Z", PHONE_NEEDED), _check_digits]
    longest = TICKET_ANSWER if question.per_ticket else ORDER_ANSWER
    widget = forms.TextInput(attrs=attrs)
    return forms.CharField(max_length=longest, widget=widget, **options)


def door_answers(ticket: Ticket) -> list[tuple[str, str]]:
    """Return (question, answer) of a ticket and its order that the door needs: no phone numbers.

    Needs the ticket's order. At most one query.
    """
    details = order_answers(ticket.order.details) | ticket.details
    if not any(name.startswith(PREFIX) for name in details):
        return []
    asked = all_questions()
    return [
        (asked[name].label, asked[name].text_of(value))
        for name, value in details.items()
        if name in asked and asked[name].kind != Question.Kind.PHONE
    ]


def labelled(details: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return (label, value) of an order's or ticket's details, without those of single tickets.

    Fields that no longer exist keep their name. At most one query.
    """
    details = order_answers(details)
    labels = {field.name: str(field.label) for field in CHECKOUT_FIELDS}
    asked = all_questions() if any(name.startswith(PREFIX) for name in details) else {}
    return [
        (asked[name].label, asked[name].text_of(value))
        if name in asked
        else (labels.get(name, name), value)
        for name, value in details.items()
    ]


def _check_digits(value):
    if sum(letter.isdigit() for letter in value) < 5:
        raise forms.ValidationError(PHONE_NEEDED)
