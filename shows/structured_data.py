"""Structured data for search engines, by schema.org, in the language of the page.

Prices include fees; times have the UTC offset of the venue.
"""

import json
from collections.abc import Sequence

from django.utils.safestring import mark_safe

from core.links import absolute
from core.money import amount_text
from core.names import translated_name, translated_text

from .models import MediaLink, Performance, Show
from .online_sales import takes_payments_online

_AVAILABILITY = {
    Performance.SaleState.ANNOUNCED: "PreOrder",
    Performance.SaleState.ON_SALE: "InStock",
    Performance.SaleState.FEW_LEFT: "LimitedAvailability",
    Performance.SaleState.SOLD_OUT: "SoldOut",
    Performance.SaleState.ENDED: "SoldOut",
    Performance.SaleState.CANCELLED: "Discontinued",
}
_MEDIA_TYPES = {MediaLink.Kind.VIDEO: "VideoObject", MediaLink.Kind.AUDIO: "AudioObject"}
LISTED = 20


def show_as_json_ld(show: Show, performances: Sequence[Performance]) -> str:
    """Return a MusicEvent for each performance as JSON-LD, safe inside a `<script>` element.

    Needs the show's artists, pictures and media links, and the performances' venues with their
    pictures and price categories loaded. Runs no query, except for the terms of performances that
    take bank transfers only.
    """
    events = [_event(show, performance) for performance in performances[:LISTED]]
    return _inside_script({"@context": "https://schema.org", "@graph": events}) if events else ""


def _event(show, performance):
    venue = performance.venue
    event = {
        "@type": "MusicEvent",
        "name": show.title,
        "url": absolute(performance.get_absolute_url()),
        "description": translated_text(show.description) or show.title,
        "startDate": _local(performance.starts_at, venue),
        "endDate": _local(performance.ends_at, venue),
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "eventStatus": f"https://schema.org/Event{performance.event_status.capitalize()}",
        "location": _place(venue),
        "performer": [_performer(artist) for artist in show.artists.all()],
        "offers": _offers(performance),
    }
    if performance.is_moved:
        event["previousStartDate"] = _local(performance.moved_from, venue)
    if performance.doors_at:
        event["doorTime"] = _local(performance.doors_at, venue)
    pictures = [each.picture for each in show.pictures.all()]
    if images := [absolute(picture.url) for picture in [show.poster, *pictures] if picture]:
        event["image"] = images
    links = list(show.media_links.all())
    if pages := [link.url for link in links if link.kind == MediaLink.Kind.PAGE]:
        event["sameAs"] = pages
    if media := [_media(link) for link in links if link.kind in _MEDIA_TYPES]:
        event["subjectOf"] = media
    if show.rating_count:
        event["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": round(show.rating, 1),
            "reviewCount": show.rating_count,
        }
    return event


def _performer(artist):
    performer = {"@type": "MusicGroup", "name": artist.name}
    if artist.description:
        performer["description"] = translated_text(artist.description)
    if artist.website:
        performer["sameAs"] = artist.website
    return performer


def _media(link):
    name = translated_name(link.title)
    return {"@type": _MEDIA_TYPES[link.kind], "name": name, "url": link.url}


def _place(venue):
    return {
        "@type": "MusicVenue",
        "name": venue.name,
        "url": absolute(venue.get_absolute_url()),
        "address": {
            "@type": "PostalAddress",
            "streetAddress": venue.address,
            "postalCode": venue.postcode,
            "addressLocality": translated_name(venue.city),
            "addressCountry": venue.country,
        },
        **_pictures_of(venue),
        **_position_and_amenities(venue),
    }


def _pictures_of(venue):
    pictures = [venue.picture, *(each.picture for each in venue.pictures.all())]
    found = [absolute(picture.url) for picture in pictures if picture]
    return {"image": found} if found else {}


def _position_and_amenities(venue):
    found = {}
    if venue.map_url:
        found["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": float(venue.latitude),
            "longitude": float(venue.longitude),
        }
        found["hasMap"] = venue.map_url
    if venue.amenities:
        found["amenityFeature"] = [
            {"@type": "LocationFeatureSpecification", "name": str(name), "value": True}
            for name in venue.amenities
        ]
    return found


def _offers(performance):
    state = performance.sale_state()
    is_on_sale = state in (Performance.SaleState.ON_SALE, Performance.SaleState.FEW_LEFT)
    only_by_hand = is_on_sale and not takes_payments_online(performance)
    return [
        {
            "@type": "Offer",
            "name": translated_name(category.name),
            "url": absolute(performance.get_absolute_url()),
            "price": amount_text(category.price, performance.currency),
            "priceCurrency": performance.currency,
            "availability": f"https://schema.org/{_availability(state, category, only_by_hand)}",
            "validFrom": _local(performance.on_sale_from, performance.venue),
        }
        for category in performance.price_categories.all()
    ]


def _availability(state, category, only_by_hand):
    return "InStoreOnly" if only_by_hand and category.price else _AVAILABILITY[state]


def _local(moment, venue):
    return moment.astimezone(venue.zone).isoformat(timespec="minutes")


def _inside_script(data):
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # Escaped as by Django's `json_script`, so that no text ends the element or begins a comment.
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return mark_safe(text)  # noqa: S308
