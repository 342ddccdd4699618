import pytest

from tools.bench.http_client import Answer, cookies_of, parse, path_of, request

PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nSet-Cookie: a=1; Path=/\r\n\r\nabc"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"
)


@pytest.mark.parametrize(
    ("data", "status", "body"),
    [
        (PLAIN, 200, b"abc"),
        (CHUNKED, 200, b"abcde"),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, b""),
        (b"HTTP/1.1 303 See Other\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n", 303, b""),
    ],
)
def test_a_response_is_parsed_once_complete(data, status, body):
    assert all(parse(bytearray(data[:end])) is None for end in range(len(data)))
    answer, used, closes = parse(bytearray(data + b"HTTP/1.1 200"))
    assert (answer.status, answer.body, used, closes) == (status, body, len(data), False)


def test_it_notices_that_the_connection_closes():
    said = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    assert parse(said)[2]


def test_the_last_value_of_a_cookie_counts():
    head = "HTTP/1.1 200 OK\r\nset-cookie: a=1; Path=/\r\nSet-Cookie: b=2\r\n"
    assert cookies_of(Answer(200, "", b"", head)) == {"a": "1", "b": "2"}


def test_a_location_is_reduced_to_its_path():
    assert path_of("https://example.org/a/?b=c") == "/a/?b=c"


def test_a_request_has_the_headers_of_a_browser():
    sent = request(
        "POST", "h", "/x", cookies={"a": "1"}, body=b"q=1", headers={"If-None-Match": "e"}
    )
    head, _, body = sent.partition(b"\r\n\r\n")
    assert body == b"q=1"
    assert head.split(b"\r\n") == [
        b"POST /x HTTP/1.1",
        b"Host: h",
        b"Sec-Fetch-Site: same-origin",
        b"Cookie: a=1",
        b"Content-Type: application/x-www-form-urlencoded",
        b"Content-Length: 3",
        b"If-None-Match: e",
    ]
