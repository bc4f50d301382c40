"""The emulator as a process: a free port, a folder of its own, and a process group that ends with this process."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import boto3

from tests.integ.environment import CLI, EMULATOR_PYTHON, ROOT

REGION: Final = "eu-central-1"
ACCOUNT: Final = "000000000000"
START_SECONDS: Final = 120
_SERVICES: Final = "cloudformation,ssm,iam,s3,sns,sts,logs,events,cloudwatch,ecr,kms,sqs,ec2,scheduler,lambda"
_SETTINGS: Final = {
    "DISABLE_EVENTS": "1",
    "DNS_ADDRESS": "0",
    "EAGER_SERVICE_LOADING": "0",
    "SERVICES": _SERVICES,
    "SKIP_SSL_CERT_DOWNLOAD": "1",
    "STRICT_SERVICE_LOADING": "1",
}


@dataclass(frozen=True)
class Emulator:
    """A running emulator."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """The variables that make the CDK CLI and boto3 use the emulator, and nothing else."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return kept | {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "CI": "true",
        }

    def client(self, service: str) -> Any:
        """Return a boto3 client of the emulator."""
        return _client(service, self.port)

    def cdk(self, *arguments: str, seconds: float = 600) -> str:
        """Run the CDK CLI in the process group of the emulator; return its output."""
        command = ["node", str(CLI), "--no-notices", "--no-version-reporting", *arguments]
        log = self.folder / "cdk.log"
        with log.open("ab") as file:
            file.write(f"\n$ cdk {' '.join(arguments)}\n".encode())
            file.flush()
            started = log.stat().st_size
            done = subprocess.run(
                command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                timeout=seconds,
                check=False,
                process_group=self.process.pid,
            )
        output = log.read_bytes()[started:].decode()
        assert done.returncode == 0, (
            f"cdk {' '.join(arguments)} ended with {done.returncode}, see {log}:\n{output[-3000:]}"
        )
        return output


@cache
def _client(service: str, port: int) -> Any:
    """Return a client, which takes longer to make than most of its calls."""
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": REGION}
    make: Any = boto3.client
    return make(service, endpoint_url=f"http://127.0.0.1:{port}", **keys)


@contextmanager
def emulator(folder: Path) -> Iterator[Emulator]:
    """Start the emulator, with its logs and data in a folder, and end it."""
    folder.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    variables = {**_SETTINGS, "GATEWAY_LISTEN": f"127.0.0.1:{port}", "TMPDIR": str(folder), "HOME": str(folder)}
    host = Path(__file__).parent / "host.py"
    with (folder / "emulator.log").open("wb") as log:
        process = subprocess.Popen(
            [str(EMULATOR_PYTHON), str(host)],
            cwd=folder,
            env={**os.environ, **variables},
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
    try:
        _wait(process, port, folder)
        yield Emulator(process, port, folder)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdin:
            process.stdin.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    """Wait until the emulator answers."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_localstack/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    log = (folder / "emulator.log").read_text(encoding="utf-8")
    raise AssertionError(f"The emulator did not start within {START_SECONDS} s:\n{log[-3000:]}")
