import pytest

from core.addresses import city_line


@pytest.mark.parametrize(
    ("postcode", "city", "country", "line"),
    [
        ("10963", "Berlin", "DE", "10963 Berlin"),
        ("EH1 2NG", "Edinburgh", "GB", "Edinburgh EH1 2NG"),
        ("60611", "Chicago", "us", "Chicago 60611"),
        ("", "Dublin", "IE", "Dublin"),
        ("1200-202", "Lisboa", "", "1200-202 Lisboa"),
    ],
)
def test_the_postcode_stands_where_the_country_writes_it(postcode, city, country, line):
    assert city_line(postcode=postcode, city=city, country=country) == line
