"""PostgreSQL, from the distribution's package, in a cluster of its own.

PostgreSQL refuses to run as root. Started by root it therefore runs as the user `postgres`, who must be able
to reach its files. Where the data folder is closed to that user (below a home folder, say), the cluster is
kept in a folder of its own under the system's temporary folder, and a link in the data folder points to it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from .errors import EnginesError
from .processes import ProcessIdentity, is_zombie, spawn
from .services import HOST, Service, note
from .state import Record

USER = "postgres"
DATABASE = "memoir"
COMMAND_SECONDS = 60
# Above every pid that Linux gives out.
NO_PID = 2**31 - 1


def programs() -> Path:
    """The folder of the newest PostgreSQL's programs."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: float(file.parts[-3]))
    if installed:
        return installed[-1].parent
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    raise EnginesError("PostgreSQL is not installed. On Debian: apt-get install --yes postgresql")


def system_user() -> str | None:
    """The user to become, or None where this command already runs as an ordinary one."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(USER)
    except KeyError:
        raise EnginesError(f"PostgreSQL does not run as root, and there is no user {USER} to run it as.") from None
    return USER


def run(command: list[str], user: str | None) -> subprocess.CompletedProcess[str]:
    """Runs one of PostgreSQL's programs to its end, in a folder that any user may stand in."""
    return subprocess.run(
        command,
        cwd="/",
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        user=user,
        group=user,
        extra_groups=[] if user else None,
    )


def clean_environment() -> dict[str, str]:
    """The environment without the variables (PGDATA, PGPORT, …) that would redirect PostgreSQL's programs."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


class Postgres(Service):
    """The cluster. Option `cluster`: where it is, chosen at the first start."""

    name = "postgres"
    # A fast shutdown: it ends sessions instead of waiting for them.
    stop_signal = signal.SIGINT

    def prepare(self, record: Record) -> None:
        super().prepare(record)
        initdb = programs() / "initdb"
        user = system_user()
        kept = record.options.get("cluster")
        # Temporary folders may be gone after a reboot; then another is chosen.
        cluster = Path(kept) if kept and Path(kept).is_dir() else self.choose_folder(user)
        record.options["cluster"] = str(cluster)
        if user:
            # A folder inherited from another machine, or made again, may not be its user's.
            cluster.mkdir(parents=True, exist_ok=True)
            shutil.chown(cluster, user, user)
            cluster.chmod(0o700)
        if self.has_cluster(cluster):
            return
        command = [str(initdb), "-D", str(cluster), "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        made = run([*command, "--no-sync"], user)
        if made.returncode != 0:
            raise EnginesError(f"initdb failed:\n{made.stdout}{made.stderr}")

    def has_cluster(self, cluster: Path) -> bool:
        return (cluster / "PG_VERSION").exists()

    def choose_folder(self, user: str | None) -> Path:
        """A folder that the user can reach: in the data folder, or else a temporary one with a link to it."""
        inside = self.folder / "cluster"
        if inside.is_symlink():
            # Left by an earlier state; kept where its target is still there.
            if inside.exists():
                return inside.resolve()
            inside.unlink()
        if user is None or run(["test", "-x", str(self.folder)], user).returncode == 0:
            return inside
        outside = Path(tempfile.mkdtemp(prefix="memoir-postgres-"))
        inside.symlink_to(outside)
        note(f"postgres: the user {user} cannot enter {self.folder}; the cluster is in {outside}")
        return outside

    def launch(self, record: Record) -> ProcessIdentity:
        self.forget_zombie(Path(record.options["cluster"]) / "postmaster.pid")
        settings = {
            "listen_addresses": HOST,
            "port": str(record.port),
            # No socket in the file system: paths below a deep folder would be too long for one.
            "unix_socket_directories": "",
        }
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(programs() / "postgres"), "-D", record.options["cluster"], *arguments]
        return spawn(command, self.log, clean_environment(), Path("/"), system_user())

    def forget_zombie(self, lock: Path) -> None:
        """After a SIGKILL the lock file names the old process. In a container whose first process collects no
        children that process stays as a zombie, which PostgreSQL takes for alive. The rest of the file is kept:
        by it PostgreSQL makes sure that no other process of the old server is left."""
        if not lock.exists():
            return
        pid, newline, rest = lock.read_text().partition("\n")
        if pid.strip().isdigit() and is_zombie(int(pid)):
            lock.write_text(f"{NO_PID}{newline}{rest}")

    def is_ready(self, record: Record) -> bool:
        """Whether it accepts connections; then the database is made, if it is not there yet."""
        address = ["-h", HOST, "-p", str(record.port), "-U", USER]
        folder = programs()
        if run([str(folder / "pg_isready"), "-q", *address], None).returncode != 0:
            return False
        query = f"SELECT count(*) FROM pg_database WHERE datname = '{DATABASE}'"
        found = run([str(folder / "psql"), *address, "-d", "postgres", "-Atc", query], None)
        if found.stdout.strip() == "1":
            return True
        return run([str(folder / "createdb"), *address, DATABASE], None).returncode == 0

    def environment(self, record: Record) -> dict[str, str]:
        return {"DATABASE_URL": f"postgresql://{USER}@{HOST}:{record.port}/{DATABASE}"}

    def erase(self, record: Record) -> None:
        cluster = record.options.get("cluster")
        if cluster and self.has_cluster(Path(cluster)):
            shutil.rmtree(cluster, ignore_errors=True)
        super().erase(record)
