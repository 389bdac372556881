"""The embedded server on real processes: shared, stopped by its last user, whole again after a crash."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config import embedded_postgres

USER = """
import sys
from pathlib import Path
from config import embedded_postgres
embedded_postgres.ensure_running(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    # Not tmp_path: pytest closes its folders to others, and as root the server runs under another account.
    with tempfile.TemporaryDirectory(prefix="collaudo-test-") as folder:
        yield Path(folder)
        embedded_postgres.release(Path(folder))


def start_user(data_dir: Path) -> subprocess.Popen[str]:
    user = subprocess.Popen(
        [sys.executable, "-c", USER, str(data_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert user.stdout is not None
    assert user.stdout.readline() == "ready\n"
    return user


def runs(data_dir: Path) -> bool:
    return (data_dir / "postgres" / "postmaster.pid").exists()


def server_process(data_dir: Path) -> int:
    return int((data_dir / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def count(data_dir: Path) -> int:
    embedded_postgres.ensure_running(data_dir)
    with psycopg.connect(embedded_postgres.database_url(data_dir)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS visit (id bigint GENERATED ALWAYS AS IDENTITY)")
        connection.execute("INSERT INTO visit DEFAULT VALUES")
        row = connection.execute("SELECT count(*) FROM visit").fetchone()
    assert row is not None
    return int(row[0])


def test_the_last_user_stops_the_server(data_dir: Path) -> None:
    first, second = start_user(data_dir), start_user(data_dir)

    first.communicate()
    while_one_is_left = runs(data_dir)
    second.communicate()

    assert (while_one_is_left, runs(data_dir)) == (True, False)


def test_a_killed_user_keeps_nothing_alive(data_dir: Path) -> None:
    killed, other = start_user(data_dir), start_user(data_dir)

    killed.kill()
    killed.communicate()
    other.communicate()

    assert not runs(data_dir)


def test_a_killed_server_loses_nothing(data_dir: Path) -> None:
    before = count(data_dir)
    pid = server_process(data_dir)
    os.kill(pid, signal.SIGKILL)
    while Path(f"/proc/{pid}").exists():
        time.sleep(0.05)

    embedded_postgres.release(data_dir)
    after = count(data_dir)

    assert (before, after) == (1, 2)


def test_a_pid_file_that_names_another_program_is_not_believed(data_dir: Path) -> None:
    count(data_dir)
    pid_file = data_dir / "postgres" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    embedded_postgres.release(data_dir)
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")

    assert count(data_dir) == 2


def test_a_half_made_cluster_is_made_again(data_dir: Path) -> None:
    (data_dir / "postgres").mkdir()
    (data_dir / "postgres" / "PG_VERSION").write_text("18\n")

    assert count(data_dir) == 1


def test_settings_of_the_server(data_dir: Path) -> None:
    embedded_postgres.ensure_running(data_dir)

    with psycopg.connect(embedded_postgres.database_url(data_dir)) as connection:
        shown = [
            connection.execute(f"SHOW {name}").fetchone()
            for name in ("max_connections", "listen_addresses", "server_encoding", "fsync")
        ]

    assert shown == [("200",), ("",), ("UTF8",), ("on",)]


def test_a_long_path_gets_a_short_socket() -> None:
    long = Path("/tmp") / ("x" * 120)

    assert embedded_postgres.socket_folder(long).parent == Path(tempfile.gettempdir())
    assert embedded_postgres.socket_folder(long) != embedded_postgres.socket_folder(long / "y")
