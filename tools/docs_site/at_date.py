"""Run ``patching-constructs`` at the time in the variable ``NOW``."""

import os
import sys
from datetime import datetime

import time_machine

from patching_constructs.cli import main

sys.argv[0] = "patching-constructs"
with time_machine.travel(datetime.fromisoformat(os.environ["NOW"]), tick=False):
    main()
