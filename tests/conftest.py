"""What every test shares. The CDK's own validation costs seconds; `tests/synth` runs it, in processes of its own."""

import os

os.environ["CDK_VALIDATION"] = "false"
