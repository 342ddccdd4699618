"""How halls name their rows and number their seats."""

# I and O are left out, as they read like 1 and 0.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def row_letters(index):
    """The name of a row, from 0: A, B, … H, J, … Z, AA, BB, … ZZ, AAA, …"""
    times, letter = divmod(index, len(LETTERS))
    return LETTERS[letter] * (times + 1)


def row_numbers(index):
    return str(index + 1)


def from_left(count):
    """1 at the left of those who look at the stage."""
    return [str(number) for number in range(1, count + 1)]


def from_right(count):
    return from_left(count)[::-1]


def odd_and_even(count):
    """1 and 2 in the middle, odd numbers to the left, even ones to the right."""
    right = count // 2
    odd = [str(number) for number in range(1, 2 * (count - right), 2)]
    even = [str(number) for number in range(2, 2 * right + 1, 2)]
    return odd[::-1] + even


ROW_NAMES = {"emails": row_letters, "numbers": row_numbers}
SEAT_NUMBERS = {"left": from_left, "right": from_right, "odd-even": odd_and_even}
