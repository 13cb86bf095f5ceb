"""The files that others run: what they name exists, and they agree with each other and with the app."""

from __future__ import annotations

import inspect
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import uvicorn
import yaml
from streamlit import config

from demo.limits import UPLOAD_SECONDS
from demo.server import CLOSING_SECONDS
from demo.tasks import cache
from demo.ui import health
from tests.hall import CONFIGURATION, command, configure, replicas_conf
from tests.servers import ROOT

DEPLOY = CONFIGURATION.parent
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
KUBERNETES = {each["kind"]: each for each in yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text())}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
NGINX = CONFIGURATION.read_text()
PINNED = r"[a-z][\w./-]*:\d+\.\d+\.\d+[\w.-]*@sha256:[0-9a-f]{64}"

Service = dict[str, Any]


def replicas() -> list[Service]:
    return [service for name, service in COMPOSE["services"].items() if name.startswith("replica-")]


def pod() -> dict[str, Any]:
    spec: dict[str, Any] = KUBERNETES["Deployment"]["spec"]["template"]["spec"]
    return spec


def seconds(text: str) -> int:
    return int(text.removesuffix("s"))


def readable(names: set[str]) -> set[str]:
    """Those that something of ours reads: the Dockerfile's command, Streamlit's settings, the cache."""
    options = {option.env_var for option in config.get_config_options().values()}
    return {
        name
        for name in names
        if f"${name}" in DOCKERFILE or name in options or f'"{name}"' in Path(cache.__file__).read_text()
    }


def test_nginx_accepts_the_configuration(tmp_path: Path) -> None:
    for part in DEPLOY.glob("*.conf"):
        (tmp_path / part.name).symlink_to(part)
    done = subprocess.run([*command(tmp_path), "-t"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr


def test_the_replicas_here_and_in_compose_are_set_up_alike() -> None:
    addresses = [f"{each['networks']['hall']['ipv4_address']}:{each['environment']['PORT']}" for each in replicas()]
    assert len(set(addresses)) == len(addresses) >= 2
    text = re.sub(r" *#.*", "", (DEPLOY / "replicas.conf").read_text())
    assert text.strip() == replicas_conf(addresses).strip()


def test_nginx_is_started_here_as_in_compose(tmp_path: Path) -> None:
    configure(tmp_path, 8080, ["127.0.0.1:8501"])
    nginx = COMPOSE["services"]["nginx"]
    [(source, target, mode)] = [volume.split(":") for volume in nginx["volumes"]]
    assert (ROOT / source, mode) == (DEPLOY, "ro")
    assert (tmp_path / CONFIGURATION.name).resolve() == CONFIGURATION
    here = [
        part.replace(f"{tmp_path}/{CONFIGURATION.name}", f"{target}/{CONFIGURATION.name}") for part in command(tmp_path)
    ]
    assert [part.replace(f"{tmp_path}/", "/tmp/") for part in here[1:]] == nginx["command"][1:]
    assert "/tmp" in nginx["tmpfs"]
    assert [port.split(":")[-1] for port in nginx["ports"]] == re.findall(
        r"listen (\d+);", (DEPLOY / "listen.conf").read_text()
    )


def test_nginx_waits_for_every_replicas_health() -> None:
    conditions = {name: each["condition"] for name, each in COMPOSE["services"]["nginx"]["depends_on"].items()}
    assert set(conditions) == {name for name in COMPOSE["services"] if name.startswith("replica-")}
    assert set(conditions.values()) == {"service_healthy"}
    for each in [*replicas(), COMPOSE["services"]["nginx"]]:
        assert f"{health.route.path}" in " ".join(each["healthcheck"]["test"])


def test_images_are_pinned() -> None:
    images = [service["image"] for service in COMPOSE["services"].values() if "build" not in service]
    images += re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(images) == 2
    assert [image for image in images if not re.fullmatch(PINNED, image)] == []


def test_what_the_environment_says_is_read() -> None:
    for each in replicas():
        assert readable(set(each["environment"])) == set(each["environment"])
        assert "STREAMLIT_SERVER_COOKIE_SECRET" in each["environment"]
    names = {variable["name"] for variable in pod()["containers"][0]["env"]}
    assert names == set(replicas()[0]["environment"])
    assert readable(names) == names


def test_replicas_get_the_time_to_end() -> None:
    for each in replicas():
        assert seconds(each["stop_grace_period"]) > CLOSING_SECONDS
    before = pod()["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pod()["terminationGracePeriodSeconds"] > before + CLOSING_SECONDS


def test_an_upload_passes_wherever_it_must() -> None:
    allowed = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["server"]["maxUploadSize"]  # MB
    [nginx] = re.findall(r"client_max_body_size (\d+)m;", NGINX)
    assert allowed < int(nginx)
    annotations = KUBERNETES["Ingress"]["metadata"]["annotations"]
    assert annotations["nginx.ingress.kubernetes.io/proxy-body-size"] == f"{nginx}m"


def read_timeout(text: str) -> int:
    """Seconds that nginx waits for the next byte of an answer, by a part of its configuration."""
    [(number, unit)] = re.findall(r"proxy_read_timeout (\d+)([sm]);", text)
    return int(number) * {"s": 1, "m": 60}[unit]


def test_nginx_gives_up_who_hangs_in_time_for_another_to_answer_and_nobody_who_only_takes_long() -> None:
    first, *locations = NGINX.split("location ")
    parts = {text.partition(" {")[0]: text.partition("}")[0] for text in locations}
    [websockets] = [text for name, text in parts.items() if "_stcore/stream" in name]
    [uploads] = [text for name, text in parts.items() if "upload_file" in name]
    for text in (first, websockets):
        [allowed] = re.findall(r"proxy_next_upstream_timeout (\d+)s;", text)
        assert read_timeout(text) < int(allowed)
    interval = inspect.signature(uvicorn.Config).parameters["ws_ping_interval"].default  # `demo.server` leaves it so
    assert 2 * interval < read_timeout(websockets)
    assert read_timeout(uploads) >= UPLOAD_SECONDS
    assert [name for name, text in parts.items() if "proxy_next_upstream off;" in text] == ["~ /_stcore/upload_file/"]


def test_kubernetes_parts_name_each_other() -> None:
    deployment, service, ingress = (KUBERNETES[kind] for kind in ("Deployment", "Service", "Ingress"))
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert deployment["spec"]["selector"]["matchLabels"] == labels == service["spec"]["selector"]
    container = pod()["containers"][0]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    assert service["spec"]["ports"][0]["targetPort"] in ports
    assert {str(port) for port in ports.values()} == {e["value"] for e in container["env"] if e["name"] == "PORT"}
    backend = ingress["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
    assert backend["name"] == service["metadata"]["name"]
    assert backend["port"]["name"] == service["spec"]["ports"][0]["name"]
    mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    assert {volume["name"] for volume in pod()["volumes"]} == set(mounts)


@pytest.mark.parametrize(
    ("probe", "path"),
    [("startupProbe", health.route.path), ("readinessProbe", health.route.path), ("livenessProbe", "/_stcore/health")],
)
def test_kubernetes_asks_what_the_app_answers(probe: str, path: str) -> None:
    asked = pod()["containers"][0][probe]["httpGet"]
    assert asked == {"path": path, "port": "http"}


def test_no_container_is_roots() -> None:
    [user] = re.findall(r"^USER (\d+)$", DOCKERFILE, re.MULTILINE)
    assert pod()["securityContext"]["runAsUser"] == int(user) > 0
    for each in COMPOSE["services"].values():
        assert each["read_only"]
        assert each["cap_drop"] == ["ALL"]
