from venues.seat_builder import from_left, from_right, odd_and_even, row_letters, row_numbers


def test_letters_that_look_like_digits_are_left_out():
    names = [row_letters(index) for index in range(26)]

    assert names[:9] == ["A", "B", "C", "D", "E", "F", "G", "H", "J"]
    assert names[23:] == ["Z", "AA", "BB"]
    assert not {"I", "O"} & set(names)


def test_row_names_are_unique():
    assert len({row_letters(index) for index in range(500)}) == 500
    assert [row_numbers(index) for index in range(3)] == ["1", "2", "3"]


def test_seats_are_numbered_from_either_side():
    assert from_left(4) == ["1", "2", "3", "4"]
    assert from_right(4) == ["4", "3", "2", "1"]


def test_odd_seats_are_on_the_left_and_even_ones_on_the_right():
    assert odd_and_even(6) == ["5", "3", "1", "2", "4", "6"]
    assert odd_and_even(5) == ["5", "3", "1", "2", "4"]
    assert odd_and_even(1) == ["1"]
