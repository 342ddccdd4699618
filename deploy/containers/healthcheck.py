"""Tell whether a service of Concert works, for the health checks of containers.

    healthcheck.py           the web server in this container answers /readyz
    healthcheck.py worker    the web server does not say that the worker has stopped
    healthcheck.py clock     nor that beat has

Uses only the standard library, because it runs every few seconds. Exits with 1 if not.
"""

import json
import os
import sys
import urllib.request


def main(name: str | None = None) -> int:
    host = os.environ.get("CONCERT_WEB", "web:8000") if name else f"127.0.0.1:{_port()}"
    try:
        with urllib.request.urlopen(f"http://{host}/readyz", timeout=4) as answer:
            body = json.load(answer)
    except (OSError, ValueError) as error:
        print(error)
        return 1
    print(body)
    return 1 if name and str(body.get(name)).startswith("stopped") else 0


def _port() -> str:
    return os.environ.get("PORT") or "8000"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
