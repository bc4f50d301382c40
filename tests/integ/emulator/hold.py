"""Start an emulator and bootstrap it again and again: ``python -m tests.integ.emulator.hold FOLDER``.

A test interrupts it.
"""

import signal
import sys
from pathlib import Path

from tests.integ.emulator.parent import end_with_parent
from tests.integ.emulator.process import ACCOUNT, REGION, emulator

# A job in the background is started with it ignored, and so are its children.
signal.signal(signal.SIGINT, signal.default_int_handler)
end_with_parent()
with emulator(Path(sys.argv[1])) as running:
    sys.stdout.write(f"{running.process.pid}\n")
    sys.stdout.flush()
    while True:
        running.cdk("bootstrap", f"aws://{ACCOUNT}/{REGION}", "--force")
