"""An OpenID Connect provider on this machine, for tests."""

import base64
import hashlib
import json
import secrets
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "concert", "loopback-secret"


class Provider(ThreadingHTTPServer):
    """Logs in whoever `person` describes, without asking."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.person = {"sub": "person-1"}
        self.codes, self.tokens = {}, {}

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def app(self, secret=SECRET):
        """Return what `settings.SOCIAL_APPS` contains for this provider."""
        return {
            "provider": "openid_connect",
            "provider_id": "oidc",
            "name": "Loopback",
            "client_id": CLIENT,
            "secret": secret,
            "settings": {"server_url": self.url, "oauth_pkce_enabled": True},
        }


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def log_message(self, *args):
        pass

    def do_GET(self):
        path, query = urlsplit(self.path).path, dict(parse_qsl(urlsplit(self.path).query))
        if path == "/.well-known/openid-configuration":
            return self.answer(200, self.configuration())
        if path == "/authorize":
            code = secrets.token_urlsafe(8)
            self.server.codes[code] = query
            target = f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"
            self.send_response(302)
            self.send_header("Location", target)
            self.end_headers()
            return None
        if path == "/userinfo":
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            person = self.server.tokens.get(token)
            return self.answer(200, person) if person else self.answer(401, {})
        return self.answer(404, {})

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        data = {
            name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()
        }
        if (data.get("client_id"), data.get("client_secret")) != (CLIENT, SECRET):
            return self.answer(401, {"error": "invalid_client"})
        asked = self.server.codes.pop(data.get("code", ""), None)
        if asked is None or not is_verifier_of(data.get("code_verifier", ""), asked):
            return self.answer(400, {"error": "invalid_grant"})
        token = secrets.token_urlsafe(12)
        person = self.server.tokens[token] = self.server.person
        claims = {"iss": self.server.url, "aud": CLIENT, "exp": int(time.time()) + 60, **person}
        if "nonce" in asked:
            claims["nonce"] = asked["nonce"]
        id_token = jwt.encode(claims, self.server.key, algorithm="RS256")
        return self.answer(
            200, {"access_token": token, "token_type": "Bearer", "id_token": id_token}
        )

    def configuration(self):
        url = self.server.url
        return {
            "issuer": url,
            "authorization_endpoint": f"{url}/authorize",
            "token_endpoint": f"{url}/token",
            "userinfo_endpoint": f"{url}/userinfo",
            "jwks_uri": f"{url}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def answer(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def is_verifier_of(verifier, asked):
    """Return whether the code was asked for by whoever redeems it (PKCE)."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return asked.get("code_challenge") == digest.decode()


@contextmanager
def running_provider():
    provider = Provider()
    thread = threading.Thread(target=provider.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.shutdown()
        provider.server_close()
        thread.join()
