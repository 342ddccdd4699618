"""A slow application without a database, so that a restart happens during a request."""

import os
import time
from pathlib import Path

# If a test has created this file, the code cannot be loaded.
if (mistake := Path(os.environ.get("MISTAKE", "/nonexistent"))).exists():
    mistake.write_text("found")
    raise SystemExit(3)


def application(environ, start_response):
    time.sleep(0.1)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "6")])
    return [b"served"]
