"""The names of answers: of an order, and of its single tickets until they exist."""

from collections.abc import Mapping

from shows.questions import PREFIX, QuestionTerm


def answer_name(question: QuestionTerm, place: int) -> str:
    """Return the name of the answer for one ticket, by its place: "question_7-1234"."""
    return f"{question.name}-{place}"


def ticket_answers(details: Mapping[str, str], place: int) -> dict[str, str]:
    """Return the answers for one place from those of its order, by the names of questions."""
    end = f"-{place}"
    return {
        name.removesuffix(end): value
        for name, value in details.items()
        if name.startswith(PREFIX) and name.endswith(end)
    }


def order_answers(details: Mapping[str, str]) -> dict[str, str]:
    """Return the answers that are not for single tickets."""
    return {
        name: value
        for name, value in details.items()
        if not (name.startswith(PREFIX) and "-" in name)
    }
