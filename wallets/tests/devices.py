"""A phone with Apple Wallet: registers passes, asks for what changed, and fetches it."""

import json
import urllib.error
import urllib.request
from urllib.parse import quote

from .conftest import SITE
from .pass_files import read_pass


class Device:
    """Passes by serial number, as their web service last gave them. Talks to `site`."""

    def __init__(self, site, tmp_path, name="device-1", push_token="cafe01"):
        self.site, self.tmp_path, self.name, self.push_token = site, tmp_path, name, push_token
        self.passes, self.modified, self.tag = {}, {}, ""

    def add(self, data):
        """Add a .pkpass and register it, as the owner of the phone does by a tap."""
        described = self._read(data)
        status, _headers, _body = self.call(
            "POST", self.registration(described), described, {"pushToken": self.push_token}
        )
        return status

    def remove(self, serial):
        described = self.passes.pop(serial)
        return self.call("DELETE", self.registration(described), described)[0]

    def refresh(self):
        """Do what a push notification leads to; return the serials of updated passes."""
        kind = next(iter(self.passes.values()))["passTypeIdentifier"]
        path = f"/v1/devices/{self.name}/registrations/{kind}"
        if self.tag:
            path += f"?passesUpdatedSince={quote(self.tag)}"
        status, _headers, body = self.call("GET", path)
        if status == 204:
            return []
        assert status == 200
        answer = json.loads(body)
        self.tag = answer["lastUpdated"]
        return [serial for serial in answer["serialNumbers"] if self.fetch(serial)]

    def fetch(self, serial):
        """Fetch a pass; return whether it was newer than ours."""
        described = self.passes[serial]
        path = f"/v1/passes/{described['passTypeIdentifier']}/{serial}"
        headers = {"If-Modified-Since": self.modified[serial]} if serial in self.modified else {}
        status, answer, body = self.call("GET", path, described, headers=headers)
        if status == 304:
            return False
        assert status == 200 and answer["Content-Type"] == "application/vnd.apple.pkpass"
        self._read(body)
        self.modified[serial] = answer["Last-Modified"]
        return True

    def registration(self, described):
        kind, serial = described["passTypeIdentifier"], described["serialNumber"]
        return f"/v1/devices/{self.name}/registrations/{kind}/{serial}"

    def call(self, method, path, described=None, content=None, headers=None):
        """Send a request to the web service that passes name, with the token of `described`."""
        service = (described or next(iter(self.passes.values())))["webServiceURL"]
        assert service.startswith(SITE)
        headers = dict(headers or {})
        if described:
            headers["Authorization"] = f"ApplePass {described['authenticationToken']}"
        body = None if content is None else json.dumps(content).encode()
        url = self.site + service.removeprefix(SITE) + path
        request = urllib.request.Request(url, body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, response.headers, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def _read(self, data):
        described = read_pass(data, self.tmp_path)["pass.json"]
        self.passes[described["serialNumber"]] = described
        return described
