"""Nodes of a federation as processes, for the time of a test. Knows the command line and the files it makes."""

import os
import pathlib
import socket
import subprocess
import tempfile
import time

BINARY = os.environ.get("ROGATORY_BINARY", "rogatory")
START_LIMIT_SECONDS = 60
STOP_LIMIT_SECONDS = 30


class Federation:
    """Makes keys, roster and configurations of the demonstration, and runs the nodes that are asked for."""

    def __init__(self, *agencies):
        self._directory = tempfile.TemporaryDirectory(prefix="rogatory-python-")
        self.root = pathlib.Path(self._directory.name) / "federation"
        self.agencies = agencies
        self._nodes = {}

    def __enter__(self):
        first_port = _free_ports(15)
        command = [BINARY, "provision", "--out", str(self.root), "--first-port", str(first_port)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            for agency in self.agencies:
                self._start(agency)
            for agency in self.agencies:
                self._await(agency)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process, _ in self._nodes.values():
            process.terminate()
        codes = {}
        for agency, (process, _) in self._nodes.items():
            try:
                codes[agency] = process.wait(STOP_LIMIT_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                codes[agency] = process.wait()
        failed = {agency: self.log(agency) for agency, code in codes.items() if code != 0}
        self._directory.cleanup()
        if failed:
            raise RuntimeError(f"nodes that did not end well: {failed}")

    def address(self, agency):
        """Host and port for the agency's own clients."""
        return _value(self.root / agency / "node.toml", "clients")

    def authority(self, agency):
        """The root that vouches for the agency's node."""
        return (self.root / agency / "ca.crt").read_bytes()

    def credentials(self, agency, client):
        """Certificate chain and key of one of the agency's clients: cases, ops or audit."""
        stem = self.root / agency / "clients" / client
        return stem.with_suffix(".crt").read_bytes(), stem.with_suffix(".key").read_bytes()

    def files(self, agency, client):
        """Paths of what a program of the agency connects with, by the names that `rogatory.connect` has for them."""
        stem = self.root / agency / "clients" / client
        paths = {"certificate": stem.with_suffix(".crt"), "key": stem.with_suffix(".key")}
        return {"ca": self.root / agency / "ca.crt", **paths}

    def kill(self, agency):
        """Ends a node as a power cut does."""
        process, _ = self._nodes[agency]
        process.kill()
        process.wait()

    def stop(self, agency):
        """Asks a node to end, and waits until it has closed down."""
        process, _ = self._nodes[agency]
        process.terminate()
        if process.wait(STOP_LIMIT_SECONDS) != 0:
            raise RuntimeError(f"{agency} did not end well: {self.log(agency)}")

    def start(self, agency):
        """Starts a node that was ended, and waits until it listens."""
        self._start(agency)
        self._await(agency)

    def log(self, agency):
        """The end of what a node wrote."""
        return self._nodes[agency][1].read_text(errors="replace")[-4000:]

    def _start(self, agency):
        log = self.root / f"{agency}.log"
        command = [BINARY, "node", "run", "--config", str(self.root / agency / "node.toml")]
        with log.open("ab") as out:
            process = subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
        self._nodes[agency] = (process, log)

    def _await(self, agency):
        host, port = self.address(agency).rsplit(":", 1)
        deadline = time.monotonic() + START_LIMIT_SECONDS
        while True:
            if self._nodes[agency][0].poll() is not None:
                raise RuntimeError(f"{agency} ended: {self.log(agency)}")
            try:
                socket.create_connection((host, int(port)), timeout=1).close()
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise RuntimeError(f"{agency} does not listen: {self.log(agency)}") from None
                time.sleep(0.05)


def _value(path, key):
    """The first value of a key in a configuration; the file is TOML, and this key is a plain string."""
    for line in path.read_text().splitlines():
        name, _, value = line.partition("=")
        if name.strip() == key:
            return value.strip().strip('"')
    raise KeyError(key)


def _free_ports(count):
    """The first of so many ports in a row that nobody listens on."""
    for first in range(21_000 + os.getpid() % 5_000, 32_000, count):
        try:
            held = [socket.create_server(("127.0.0.1", first + n)) for n in range(count)]
        except OSError:
            continue
        for one in held:
            one.close()
        return first
    raise RuntimeError("no free ports")
