"""The container files are sound, and the script that tries them without Docker reads them."""

import json
import os
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tools import container_files
from tools.tests.test_try_deployment import check_syntax
from tools.try_container import MAIL_SERVER, PAGE, PLACEHOLDER, building, serving
from tools.try_deployment import CHECKOUT, blocks_of

VARIABLES = {"CONCERT_VERSION": "1.0.0", "CONCERT_HOST": "tickets.example.org"}
ONE_SHOT = "migrate"
SECRET = re.compile(r"secret|password|token|key", re.I)


@pytest.fixture
def compose(tmp_path):
    (tmp_path / "compose.yaml").write_text((CHECKOUT / "compose.yaml").read_text())
    return container_files.compose_of(tmp_path, VARIABLES)


@pytest.fixture
def services(compose):
    return {name: one for name, one in compose["services"].items() if "profiles" not in one}


def is_ours(service):
    return service["image"].startswith("concert:")


def test_every_part_of_concert_has_a_service(services):
    ours = {name for name, service in services.items() if is_ours(service)}
    assert ours == {ONE_SHOT, "web", "queue", "worker", "admission", "beat"}
    assert set(services) - ours == {"database", "redis", "nginx"}
    units = (CHECKOUT / "deploy" / "systemd").glob("*.service")
    for unit in units:
        name = unit.stem.removeprefix("concert-")
        command = re.search(r"^ExecStart=\S+/bin/(.*)$", unit.read_text(), re.M)[1]
        in_container = " ".join(services[name]["command"])
        assert in_container == command.replace("%%", "%"), name


def test_one_image_runs_all_of_concert_without_rights(services):
    ours = [service for service in services.values() if is_ours(service)]
    assert {service["image"] for service in ours} == {"concert:1.0.0"}
    for service in ours:
        assert service["read_only"] and service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "user" not in service, "The image's user is meant."
    dockerfile = list(container_files.instructions_of((CHECKOUT / "Dockerfile").read_text()))
    names = [name for name, _ in dockerfile]
    assert ("USER", "concert") in dockerfile
    assert not {"RUN", "COPY"} & set(names[names.index("USER") :]), "It must not own the code."


def test_every_service_has_a_health_check(services):
    for name, service in services.items():
        if name == ONE_SHOT:
            assert service["healthcheck"] == {"disable": True} and service["restart"] == "no"
            continue
        assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL"), name
        assert service["restart"] == "unless-stopped", name


def test_services_start_after_what_they_need(services):
    for name, service in services.items():
        if is_ours(service) and name != ONE_SHOT:
            needs = service["depends_on"]
            assert needs[ONE_SHOT] == {"condition": "service_completed_successfully"}, name
            assert needs["redis"] == {"condition": "service_healthy"}, name
    assert services[ONE_SHOT]["depends_on"] == {"database": {"condition": "service_healthy"}}
    nginx = services["nginx"]["depends_on"]
    assert {name: need["condition"] for name, need in nginx.items()} == {
        "web": "service_healthy",
        "queue": "service_healthy",
    }
    order = container_files.start_order(services, services)
    assert order.index("database") < order.index(ONE_SHOT) < order.index("web")
    assert order.index("web") < order.index("nginx")


def test_images_are_pinned_and_name_no_registry(compose):
    images = [service["image"] for service in compose["services"].values()]
    base = dict(container_files.instructions_of((CHECKOUT / "Dockerfile").read_text()))["FROM"]
    for image in [*images, base]:
        name, _, tag = image.partition(":")
        assert re.search(r"\d+\.?\d*", tag) and "latest" not in tag, image
        assert "." not in name, f"{image} names a registry"


def test_no_secret_is_in_the_files(compose):
    for name, service in compose["services"].items():
        for variable in service.get("environment", {}):
            assert not SECRET.search(variable) and variable != "DATABASE_URL", (name, variable)
        assert service.get("env_file") in (None, "concert.env", "database.env")
    text = (CHECKOUT / "Dockerfile").read_text()
    defined = [one for name, one in container_files.instructions_of(text) if name == "ENV"]
    assert not any(SECRET.search(one) for one in defined)
    patterns = container_files.patterns_in((CHECKOUT / ".dockerignore").read_text())
    for path in (
        ".env",
        "concert.env",
        "tls/privkey.pem",
        ".git/config",
        "var/secret",
        "a/tests/x",
    ):
        assert container_files.is_ignored(path, patterns), path
    for path in ("manage.py", "core/environment.py", "deploy/containers/migrate.sh", "locale/de/x"):
        assert not container_files.is_ignored(path, patterns), path


def test_a_missing_release_is_named():
    with pytest.raises(SystemExit, match="CONCERT_VERSION: Name the release"):
        container_files.filled("concert:${CONCERT_VERSION:?Name the release}", {})
    assert container_files.filled(["${A:-b}", "$$c", "${A:-b}"], {"A": ""}) == ["b", "$c", "b"]


def test_scripts_and_mounted_files_exist(services):
    for script in (CHECKOUT / "deploy" / "containers").glob("*.sh"):
        check_syntax(script.read_text())
        assert os.access(script, os.X_OK)
    mounted = [each.split(":")[0] for each in services["nginx"]["volumes"]]
    own = [path for path in mounted if path.startswith("./deploy")]
    assert len(own) == 2 and all((CHECKOUT / path).exists() for path in own)


def test_nginx_gets_the_names_of_the_containers(tmp_path):
    """The script changes every line of deploy/nginx/nginx.conf that it means to change."""
    script = (CHECKOUT / "deploy" / "containers" / "nginx.sh").read_text()
    script = script.replace("/etc/nginx/", f"{tmp_path}/").replace("exec nginx", "true")
    (tmp_path / "concert").symlink_to(CHECKOUT / "deploy" / "nginx")  # Without its spaces.
    script = script.replace("/etc/concert/", f"{tmp_path}/concert/")
    script = script.replace("mkdir -p /var/cache/nginx", "true")
    environment = {"CONCERT_HOST": "box.example.com", "PATH": os.environ["PATH"]}
    subprocess.run(["sh", "-c", script], check=True, env=environment)
    found = (tmp_path / "nginx.conf").read_text()
    for text in ("server web:8000;", "server queue:8001", "server web:8000 backup", "user nginx;"):
        assert text in found, text
    assert found.count("server_name box.example.com;") == 2
    assert not re.search(r"127\.0\.0\.1|tickets\.example|www-data|/var/log|/var/lib/nginx", found)


def test_every_command_of_the_page_is_tried():
    page = blocks_of(PAGE.read_text())
    folder = Path("/trial")
    assert PLACEHOLDER in page["Install"] and MAIL_SERVER in page["Configure"]
    scripts = ["\n".join(building(folder, page)), "\n".join(serving(folder, page))]
    for script in scripts:
        check_syntax(script)
    tried = "\n".join(scripts)
    for name, commands in page.items():
        assert name == "Install" or commands in tried, name


@pytest.mark.parametrize(
    ("state", "arguments", "code"),
    [
        ({"database": "ok", "worker": "ok"}, [], 0),
        ({"database": "ok", "worker": "ok"}, ["worker"], 0),
        ({"worker": "not seen yet"}, ["worker"], 0),
        ({"worker": "stopped since 2026-01-01T00:00:00Z"}, ["worker"], 1),
        ({"worker": "stopped since 2026-01-01T00:00:00Z", "clock": "ok"}, ["clock"], 0),
        (None, [], 1),
        (None, ["clock"], 1),
    ],
)
def test_the_health_check_reads_readyz(state, arguments, code):
    class Site(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(503 if state is None else 200)
            self.end_headers()
            self.wfile.write(json.dumps(state).encode())

        def log_message(self, *_arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Site)
    Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    environment = {"PORT": str(port), "CONCERT_WEB": f"127.0.0.1:{port}"}
    script = CHECKOUT / "deploy" / "containers" / "healthcheck.py"
    done = subprocess.run([sys.executable, script, *arguments], env=environment, timeout=30)
    server.shutdown()
    server.server_close()
    assert done.returncode == code
