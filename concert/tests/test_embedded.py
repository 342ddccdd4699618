import pytest
from django.core.cache import cache
from django.db import connection


@pytest.mark.django_db
def test_it_answers():
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        assert int(cursor.fetchone()[0]) >= 150000


def test_it_caches():
    cache.set("a", 1)
    assert cache.get("a") == 1
