"""Run LocalStack until standard input is closed, then end the process group.

The parent holds the other end of standard input. However the parent ends, the operating system closes it, so neither
the emulator nor a command of the CDK CLI in its process group is left over.
"""

import hashlib
import os
import runpy
import signal
import sys
import threading
import uuid


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _take_bytes_in_uuid5() -> None:
    """Let ``uuid.uuid5`` take bytes as since Python 3.12. On Python 3.11, ``kms.CreateKey`` of LocalStack fails."""
    of_text = uuid.uuid5

    def uuid5(namespace: uuid.UUID, name: str | bytes) -> uuid.UUID:
        if isinstance(name, str):
            return of_text(namespace, name)
        digest = hashlib.sha1(namespace.bytes + name, usedforsecurity=False).digest()
        return uuid.UUID(bytes=digest[:16], version=5)

    uuid.uuid5 = uuid5


if sys.version_info < (3, 12):
    _take_bytes_in_uuid5()
threading.Thread(target=_end_with_parent, daemon=True).start()
runpy.run_module("localstack.runtime.main", run_name="__main__")
