"""nginx with the configuration of `deploy/nginx`, in front of an application on this machine.

Only ports, folders and one name are replaced.
"""

import getpass
import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from devserver.embedded import CHECKOUT
from devserver.embedded.parent_death import signal_when_parent_dies

from .servers import free_port, wait_for

SHIPPED = CHECKOUT / "deploy" / "nginx"
MAIN = """
{user}
worker_processes auto;
daemon off;
pid "{folder}/nginx.pid";
error_log stderr crit;
events {{ worker_connections {connections}; multi_accept on; }}
http {{
    types {{
        text/css css;
        text/javascript js;
        image/svg+xml svg;
        image/png png;
        image/webp webp;
        image/jpeg jpg jpeg;
        font/woff2 woff2;
    }}
    default_type application/octet-stream;
    access_log off;
    client_body_temp_path "{folder}/body";
    proxy_temp_path "{folder}/proxy";
    fastcgi_temp_path "{folder}/fastcgi";
    uwsgi_temp_path "{folder}/uwsgi";
    scgi_temp_path "{folder}/scgi";
    proxy_cache_path "{folder}/cache" levels=1:2 keys_zone=concert:20m max_size=500m inactive=5m
                     use_temp_path=off;
    include "{shipped}/concert-http.conf";
    upstream concert {{ server {origin}; keepalive 32; keepalive_timeout 4s; }}
    upstream concert_queue {{
        server {queue} max_fails=0;
        server {origin} backup;
        keepalive 32;
        keepalive_timeout 4s;
    }}
    server {{
        listen 127.0.0.1:{port};
        root "{root}";
        include "{shipped}/concert-server.conf";
    }}
}}
"""


def binary_of_nginx():
    """Return the path of Debian's nginx, or None if it is not installed."""
    return shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


@contextmanager
def nginx_before(origin, queue=None, *, root=CHECKOUT / "var", connections=4096):
    """Run nginx in front of the application at `origin`, a (host, port); yield its (host, port).

    At `queue` other processes serve visitors who join a queue; without it those of `origin` do.
    """
    folder = Path(tempfile.mkdtemp(prefix="concert-nginx-", dir=_in_memory()))
    port = free_port()
    config = folder / "nginx.conf"
    config.write_text(
        MAIN.format(
            user=f"user {getpass.getuser()};" if os.geteuid() == 0 else "",
            folder=folder,
            shipped=SHIPPED,
            origin=_written(origin),
            queue=_written(queue or origin),
            port=port,
            root=root,
            connections=connections,
        )
    )
    process = subprocess.Popen(
        [binary_of_nginx(), "-p", folder, "-c", config],
        start_new_session=True,
        preexec_fn=signal_when_parent_dies(signal.SIGTERM),
    )
    try:
        wait_for(port, process, "nginx")
        yield ("127.0.0.1", port)
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _written(address):
    host, port = address
    return f"{host}:{port}"


def _in_memory():
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108  As /run is.
