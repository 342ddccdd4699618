"""Postal addresses as each country writes them."""

# Where the postcode follows the city, such as "Edinburgh EH1 2NG".
POSTCODE_LAST = {"AU", "CA", "GB", "GG", "IE", "IM", "IN", "JE", "NZ", "SG", "US", "ZA"}


def city_line(*, postcode: str, city: str, country: str) -> str:
    """Return the line of an address with the postcode and the city.

    `country` is an ISO 3166-1 code of two letters.
    """
    parts = [city, postcode] if country.upper() in POSTCODE_LAST else [postcode, city]
    return " ".join(filter(None, parts))
