"""Owing letters: written down in the transaction of the fact that they tell of."""

from .models import Letter


def owe_letter(*, kind, key, to, about, user=None, language="en", due_at=None):
    """Owe one letter, in the caller's transaction. Owing the same `key` again changes nothing."""
    letter = Letter(kind=kind, key=key, to=to, about=about, user=user, language=language)
    if due_at is not None:
        letter.due_at = due_at
    Letter.objects.bulk_create([letter], ignore_conflicts=True)
