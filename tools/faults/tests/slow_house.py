"""An application that takes its time, so that a restart finds it at work. It needs no database."""

import os
import time
from pathlib import Path

# Where a test has put this file, the code is new and cannot be loaded.
if (mistake := Path(os.environ.get("MISTAKE", "/nonexistent"))).exists():
    mistake.write_text("found")
    raise SystemExit(3)


def application(environ, start_response):
    time.sleep(0.1)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "6")])
    return [b"served"]
