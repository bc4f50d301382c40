"""Run LocalStack until standard input is closed, then end the process group.

The parent holds the other end of standard input. However the parent ends, the operating system closes it, so neither
the emulator nor a command of the CDK CLI in its process group is left over.
"""

import os
import runpy
import signal
import sys
import threading


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os.killpg(os.getpgrp(), signal.SIGKILL)


threading.Thread(target=_end_with_parent, daemon=True).start()
runpy.run_module("localstack.runtime.main", run_name="__main__")
