"""The processes that make up a running product: started together, stopped together, none restarted."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

STOP_PATIENCE = 15.0  # seconds until a process that does not stop is killed
START_PATIENCE = 120.0  # a loaded machine may need it
PR_SET_PDEATHSIG = 1


class AlreadyRunningError(RuntimeError):
    """Another runner works in the same data folder."""


def port_is_free(host: str, port: int) -> bool:
    """Say whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


@contextlib.contextmanager
def runner_lock(data_dir: Path) -> Iterator[None]:
    """Be the only runner of a data folder; the file says who, for those who come later."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "serve.pid").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise AlreadyRunningError(file.read().strip()) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
        file.truncate(0)


def running_process(data_dir: Path) -> int | None:
    """Return the process that runs the product from a data folder, if one does."""
    try:
        with runner_lock(data_dir):
            return None
    except AlreadyRunningError as error:
        return int(str(error))


def _die_with_parent() -> None:
    """Ask Linux to stop this child when the runner is killed; elsewhere `make stop` does it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Processes:
    """The children of a runner, by name, in the order in which they started."""

    environment: Mapping[str, str]
    folder: Path
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, arguments: Sequence[str]) -> None:
        """Start a Python program in its own session: Ctrl-C reaches the runner alone, which then stops in order."""
        self.children[name] = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509  (the runner has no threads)
        )

    def ended(self) -> str | None:
        """Name a child that has ended."""
        return next((name for name, child in self.children.items() if child.poll() is not None), None)

    def answers(self, host: str, port: int) -> bool:
        """Wait until the server answers; give up when a child ends or patience does."""
        deadline = time.monotonic() + START_PATIENCE
        while self.ended() is None and time.monotonic() < deadline:
            with (
                contextlib.suppress(OSError, HTTPException),
                contextlib.closing(HTTPConnection(host, port, timeout=2)) as connection,
            ):
                connection.request("GET", "/healthz")
                connection.getresponse()
                return True  # whatever it says: in production it may send us to its public name
            time.sleep(0.1)
        return False

    def stop(self) -> None:
        """Stop the children, last started first; kill those that will not."""
        for child in reversed(self.children.values()):
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + STOP_PATIENCE
        for child in self.children.values():
            try:
                child.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                child.wait()
