import pytest

from api.tasks import deliver_webhooks


@pytest.mark.django_db(transaction=True)
def test_an_idle_site_makes_two_short_queries(django_assert_num_queries):
    """Beat starts it every five seconds, whether anything has been sold or not."""
    with django_assert_num_queries(2):
        deliver_webhooks()
