"""End a process when its parent has ended, for example because `make` was killed."""

import os
import signal
import threading
import time
from typing import Final

_SECONDS: Final = 0.5


def end_with_parent() -> None:
    """Watch the parent from now on. The children of a process that is killed do not get a signal."""
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)
