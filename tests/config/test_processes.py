"""The runner: one per folder, children that end together, clear words when it cannot start."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from config.processes import AlreadyRunningError, Processes, port_is_free, runner_lock, running_process

ROOT = Path(settings.BASE_DIR)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="collaudo-test-") as folder:
        yield Path(folder)


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def manage(*arguments: str, data_dir: Path, port: int, env: str = "development") -> subprocess.Popen[str]:
    variables = {"COLLAUDO_ENV": env, "COLLAUDO_DATA_DIR": str(data_dir), "PORT": str(port), "SECRET_KEY": "k" * 50}
    return subprocess.Popen(
        [sys.executable, "-u", "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **variables, "DJANGO_SETTINGS_MODULE": "config.settings", "COLLAUDO_TIME_TRAVEL": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_a_listening_server_makes_its_port_busy(busy_port: int) -> None:
    assert not port_is_free("127.0.0.1", busy_port)
    assert port_is_free("127.0.0.1", free_port())


def test_one_runner_per_folder(data_dir: Path) -> None:
    with runner_lock(data_dir), pytest.raises(AlreadyRunningError) as refused, runner_lock(data_dir):
        pass

    assert str(refused.value) == str(os.getpid())
    assert running_process(data_dir) is None


def test_stopping_kills_what_will_not_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.processes.STOP_PATIENCE", 0.5)
    processes = Processes(environment=os.environ, folder=tmp_path)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open('deaf', 'w'); time.sleep(60)"
    processes.start("willing", ["-c", "import time; time.sleep(60)"])
    processes.start("deaf", ["-c", deaf])
    while not (tmp_path / "deaf").exists():
        time.sleep(0.02)

    processes.stop()

    codes = {name: child.returncode for name, child in processes.children.items()}
    assert codes == {"willing": -signal.SIGTERM, "deaf": -signal.SIGKILL}


def test_a_child_that_ends_is_named(tmp_path: Path) -> None:
    processes = Processes(environment=os.environ, folder=tmp_path)
    processes.start("short", ["-c", "pass"])
    processes.children["short"].wait()

    assert processes.ended() == "short"
    assert not processes.answers("127.0.0.1", free_port())


def test_serve_says_that_the_port_is_taken(data_dir: Path, busy_port: int) -> None:
    output, _ = (serve := manage("serve", data_dir=data_dir, port=busy_port)).communicate(timeout=60)

    assert (serve.returncode, f"PORT={busy_port + 1} make demo" in output) == (1, True), output


def test_production_refuses_the_demonstration(data_dir: Path) -> None:
    output, _ = (serve := manage("serve", "--demo", data_dir=data_dir, port=free_port(), env="production")).communicate(
        timeout=60
    )

    assert (serve.returncode, "refuse to load a demonstration" in output) == (1, True), output


def test_serve_answers_and_leaves_nothing_behind(data_dir: Path) -> None:
    serve = manage("serve", data_dir=data_dir, port=free_port())
    assert serve.stdout is not None
    heard = ""
    for line in serve.stdout:
        heard += line
        if line.startswith("Stop with"):
            break

    second, _ = manage("serve", data_dir=data_dir, port=free_port()).communicate(timeout=60)
    stop = manage("stop", data_dir=data_dir, port=free_port())
    rest, _ = serve.communicate(timeout=60)
    stopped, _ = stop.communicate(timeout=60)

    assert "Collaudo answers on http://127.0.0.1:" in heard, heard
    assert f"already runs from {data_dir} (process {serve.pid})" in second
    assert (serve.returncode, rest.strip().splitlines()[-1]) == (0, "Stopped.")
    assert (stop.returncode, stopped) == (0, "Nothing runs here any more.\n")
    assert not (data_dir / "postgres" / "postmaster.pid").exists()
