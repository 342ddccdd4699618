#!/bin/sh
# Prepare database and static files for the code in this image, before its services start.
set -eu
python manage.py check --deploy
python manage.py migrate --no-input --verbosity 1
python manage.py collectstatic --no-input --verbosity 0
