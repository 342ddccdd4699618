"""Requests inside this process: without sockets, gunicorn and a load generator."""

import io
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from django.core.handlers.wsgi import WSGIHandler

from .http_client import Answer, path_of


class InProcessBrowser:
    """A `http_client.Browser` that calls the application directly."""

    def __init__(self, application=None):
        self.application = application or WSGIHandler()
        self.forget()

    def forget(self):
        self.cookies = {}

    def get(self, path):
        return self._call("GET", path, b"")

    def post(self, path, fields):
        return self._call("POST", path, urlencode(fields, doseq=True).encode())

    def _call(self, method, path, body):
        path, _, query = path.partition("?")
        found = {}
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "127.0.0.1",
            "HTTP_SEC_FETCH_SITE": "same-origin",
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
        }

        def start(status, headers, exc_info=None):
            found.update(status=int(status[:3]), headers=headers)

        response = self.application(environ, start)
        said = b"".join(response)
        if hasattr(response, "close"):
            response.close()
        location = ""
        for name, value in found["headers"]:
            if name == "Set-Cookie":
                for cookie in SimpleCookie(value).values():
                    self.cookies[cookie.key] = cookie.value
            elif name == "Location":
                location = path_of(value)
        return Answer(found["status"], location, said)
