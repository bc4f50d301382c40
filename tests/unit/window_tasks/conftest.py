"""The AWS CLI of the tests that run scripts."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.unit.window_tasks import preloaded_cli


@pytest.fixture(scope="module")
def aws_cli(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Make ``aws`` in the PATH of the tests of a module the AWS CLI of a process that has imported it."""
    folder = tmp_path_factory.mktemp("aws")
    address = folder / "socket"
    preloaded_cli.write_client(folder / "aws", address)
    path = os.environ["PATH"]
    with subprocess.Popen([sys.executable, preloaded_cli.__file__, str(address)]) as server:
        try:
            while not address.exists():
                assert server.poll() is None, "the AWS CLI must start"
                time.sleep(0.05)
            os.environ["PATH"] = f"{folder}{os.pathsep}{path}"
            yield
        finally:
            os.environ["PATH"] = path
            server.terminate()
