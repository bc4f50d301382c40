"""`make synth`: synthesize app.py with the settings of cdk.json, and describe the template.

The CDK CLI does the same and hands the feature flags of cdk.json to the app; without the CLI this hands them on.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
OUT = ROOT / "cdk.out"


def main() -> int:
    """Run the app, then print the path of its template and describe its schedules."""
    settings = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))
    environment = os.environ | {"CDK_OUTDIR": str(OUT), "CDK_CONTEXT_JSON": json.dumps(settings["context"])}
    print("Synthesizing app.py ...", flush=True)
    app = subprocess.run([sys.executable, "app.py"], cwd=ROOT, env=environment, check=False)
    if app.returncode:
        print("make synth: app.py failed, see above; there is no new template", file=sys.stderr)
        return app.returncode
    manifest = json.loads((OUT / "manifest.json").read_text(encoding="utf-8"))
    for artifact in manifest["artifacts"].values():
        if artifact["type"] == "aws:cloudformation:stack":
            print(f"template: {OUT.name}/{artifact['properties']['templateFile']}\n", flush=True)
    command = [sys.executable, "-m", "patching_constructs.cli", "describe", str(OUT)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
