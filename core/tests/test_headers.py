"""Content negotiation of responses that are stored both compressed and plain."""

import gzip

import pytest

from bookings.tests.factories import make_sale
from core.headers import accepts_gzip
from waitingroom.tests.factories import make_room

ACCEPTED = [
    "gzip",
    "br, gzip",
    "gzip;q=0.5",
    "GZIP",
    "x-gzip",
    "*",
    "*;q=0, gzip;q=1",
    "br;q=0,gzip",
]
REFUSED = ["", "br", "gzip;q=0", "gzip; q=0.000, br", "*, gzip;q=0", "*;q=0", "gzipped", "gzip;q=x"]


@pytest.mark.parametrize("header", ACCEPTED)
def test_gzip_is_accepted(rf, header):
    assert accepts_gzip(rf.get("/", headers={"accept-encoding": header}))


@pytest.mark.parametrize("header", REFUSED)
def test_gzip_is_refused(rf, header):
    assert not accepts_gzip(rf.get("/", headers={"accept-encoding": header}))


@pytest.mark.django_db
def test_pages_snapshots_and_queues_honour_it(client):
    performance = make_sale()
    make_room(performance=performance)
    for address in (
        "/shows/",
        f"/performances/{performance.pk}/availability",
        f"/queue/{performance.pk}/status",
    ):
        refused = client.get(address, headers={"accept-encoding": "br, gzip;q=0"})
        accepted = client.get(address, headers={"accept-encoding": "br, gzip;q=0.1"})
        assert [refused.status_code, accepted.status_code] == [200, 200]
        assert "Content-Encoding" not in refused.headers
        assert accepted.headers["Content-Encoding"] == "gzip"
        assert len(gzip.decompress(accepted.content)) > 10
        assert refused.content[:1] in b"<{"
