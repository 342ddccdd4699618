"""The words of the sale's hand-written queries, as `querysets` are those of the others.

`OPEN` and `HELD` say what `Place.objects.open_at()` and `.held_by()` say; a test holds them to it.
"""

from core.database.rows import columns_of

from ..models import Hold, Place

PLACES = f"SELECT {columns_of(Place)} FROM bookings_place WHERE "
HOLDS = f"SELECT {columns_of(Hold)} FROM bookings_hold "
OPEN = "(state = 'available' OR state = 'held' AND held_until <= coalesce(%(now)s, now()))"
HELD = "hold_id = %(hold)s AND state = 'held' AND held_until > coalesce(%(now)s, now())"
