#!/bin/sh
# Back up everything that Concert cannot do without into one file: the database, uploaded files, and
# .env with its keys (without SECRET_KEY and TICKET_SIGNING_KEY, tickets that were sold would be refused).
#
#     sudo /srv/concert/deploy/backup.sh /var/backups/concert
#
# Redis holds nothing that has to be kept. May run during a sale: the dump is of one instant. The file
# is readable by root alone; keep it encrypted elsewhere.
set -eu
umask 077
target=${1:?"usage: backup.sh FOLDER"}
code=${CONCERT_CODE:-/srv/concert}
data=${CONCERT_DATA:-/var/lib/concert}
database=${CONCERT_DATABASE:-concert}

mkdir -p "$target"
work=$(mktemp -d "$target/.backup.XXXXXX")
trap 'rm -rf "$work"' EXIT
# The database server's own account reads the dump; the file is written by this one.
su postgres -s /bin/sh -c "pg_dump --format=custom '$database'" > "$work/database.dump"
cp "$code/.env" "$work/env"
git -C "$code" rev-parse HEAD > "$work/version" 2>/dev/null || true
# Static files are collected again by every installation.
tar -C "$data" --exclude=./static --exclude=./beat* -cf "$work/files.tar" .
name="$target/concert-$(date -u +%Y%m%dT%H%M%SZ).tar"
tar -C "$work" -cf "$name.part" .
mv "$name.part" "$name"
echo "$name"
