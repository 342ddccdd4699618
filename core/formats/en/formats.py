"""Date and time formats in English: 28 Nov 2026, 20:00.

Use a name in `{{ value|date:"LONG_DATETIME" }}` and `date_format(value, "LONG_DATETIME")`, so that
each language writes dates in its own way. Every language of the site defines all of these names.
"""

DATE_FORMAT = SHORT_DATE_FORMAT = "j M Y"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "j M Y, H:i"
DATETIME_SECONDS = "j M Y, H:i:s"
TIME_FORMAT = "H:i"
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = "j F"
FIRST_DAY_OF_WEEK = 1

SHORT_MONTH = "M"
SHORT_MONTH_DAY = "j M"
SHORT_MONTH_DAY_TIME = "j M, H:i"
SHORT_DAY = "D j M"
SHORT_DAY_TIME = "D j M, H:i"
SHORT_DAY_DATETIME = "D j M Y, H:i"
SHORT_DAY_DATETIME_ZONE = "D j M Y, H:i T"
DAY_DATETIME = "D j F Y, H:i"
FULL_DATE = "j F Y"
FULL_DATETIME = "j F Y, H:i"
LONG_DATE = "l j F Y"
LONG_DATETIME = "l j F Y, H:i"
LONG_DATETIME_ZONE = "l j F Y, H:i T"
