"""Biographies of the artists in the demo data, and media links of shows. All are invented."""

# By name: (text, website).
ARTISTS = {
    "Kellerwerk All-Stars": (
        "Eight musicians who met at the bar and stayed for eleven years. On Mondays they rehearse;"
        " on all other nights they say that they have.",
        "https://all-stars.kellerwerk.example/",
    ),
    "The Understudies": (
        "Four understudies of a musical that closed before they ever went on. They wrote their own"
        " songs in the wings, and left by the night bus.",
        "https://the-understudies.example/",
    ),
    "Aurel Voss": (
        "Aurel Voss records the hum of buildings and plays it back to them. He lives in Leith.",
        "",
    ),
    "HALCYON": (
        "HALCYON is one person and a great many lights.",
        "https://halcyon.example/",
    ),
    "Leonor Vaz": (
        "Born in Alfama, raised on the records of her grandmother. She has sung at the Teatro"
        " Aurora every winter since she was nineteen.",
        "",
    ),
}
# By title of the show: (kind, title, address).
MEDIA = {
    "Open Tuning": [
        ("video", "Last year, in eleven minutes", "https://video.example/open-tuning"),
        ("audio", "Live from the studio", "https://audio.example/kellerwerk-all-stars"),
    ],
    "Night Bus": [
        ("video", "Night Bus, official video", "https://video.example/night-bus"),
        ("audio", "The album", "https://audio.example/the-understudies/night-bus"),
        ("page", "How the songs were written", "https://magazine.example/the-understudies"),
    ],
    "Music for Airfields": [
        ("audio", "Runway 09/27, an excerpt", "https://audio.example/aurel-voss/airfields"),
    ],
}
