"""Keys of refunds that are too long to be stored."""

from payments.refund_keys import LONGEST, shorten_key


def test_a_short_name_is_its_key():
    assert shorten_key("cancel:17-18") == "cancel:17-18"


def test_long_names_that_differ_at_the_end_have_different_keys():
    names = ["cancel:" + "-".join(str(10**9 + n) for n in range(9)) + end for end in ("", "-1")]
    assert names[0][:LONGEST] == names[1][:LONGEST]  # Control: cut off, they are the same.
    keys = {shorten_key(name) for name in names}
    assert len(keys) == 2
    assert all(len(key) == LONGEST and key.startswith("cancel:1000000000") for key in keys)
