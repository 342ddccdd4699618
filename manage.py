#!/usr/bin/env python
"""Django's command line. Starts the embedded servers if they are needed."""

import os
import sys

from core import dotenv
from devserver import embedded


def main() -> None:
    dotenv.load()
    if embedded.needs_servers(sys.argv):
        try:
            embedded.ensure()
        except embedded.EmbeddedError as error:
            sys.exit(str(error))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concert.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
