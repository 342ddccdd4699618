#!/bin/sh
# Start nginx in its container, with the configuration of deploy/nginx and the names of this network.
set -eu
mkdir -p /var/cache/nginx
cp /etc/concert/concert-http.conf /etc/concert/concert-server.conf /etc/nginx/
sed -e "s/tickets\.example\.org/$CONCERT_HOST/g" \
    -e "s/127\.0\.0\.1:8000/web:8000/; s/127\.0\.0\.1:8001/queue:8001/" \
    -e "s/^user www-data;/user nginx;/" \
    -e "s#/var/log/nginx/error\.log#/dev/stderr#" \
    -e "s#/var/lib/nginx/concert#/var/cache/nginx/concert#" \
    /etc/concert/nginx.conf > /etc/nginx/nginx.conf
exec nginx -g "daemon off;"
