"""``npm``, ``npx`` and ``gh`` on a machine without a network: ``python stand_in.py NAME ARGUMENTS``.

``npx cdk synth`` runs the app as the CDK CLI does, with the settings of its ``cdk.json``. Other calls are recorded, and
``cdk deploy`` requires an installed CDK CLI and a ``cdk.out``.
"""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import jq

_RECORDED: Final = ("AWS_ROLE_ARN", "AWS_REGION", "AWS_ROLE_SESSION_NAME", "AWS_WEB_IDENTITY_TOKEN_FILE", "GH_TOKEN")
_INSTALLED: Final = Path("node_modules") / "aws-cdk"


def main(name: str, arguments: list[str]) -> int:
    """Run a command, and return its exit code."""
    call = {
        "command": shlex.join([name, *arguments]),
        "folder": str(Path.cwd()),
        "environment": {key: os.environ[key] for key in _RECORDED if key in os.environ},
    }
    with Path(os.environ["STAND_IN_CALLS"]).open("a", encoding="utf-8") as record:
        record.write(json.dumps(call) + "\n")
    match name, arguments:
        case "npm", ["ci", "--ignore-scripts"]:
            return _install()
        case "npx", ["cdk", "synth", "--quiet"]:
            return _synthesize()
        case "npx", ["cdk", "deploy", "--app", assembly, *_]:
            return _deploy(Path(assembly))
        case "gh", ["api", *rest]:
            return _github(rest)
    sys.stderr.write(f"{call['command']}: not expected\n")
    return 2


def _install() -> int:
    package, lock = (json.loads(Path(file).read_text("utf-8")) for file in ("package.json", "package-lock.json"))
    if lock["packages"][""]["devDependencies"] != package["devDependencies"]:
        sys.stderr.write("npm ci requires that package.json and package-lock.json are in sync\n")
        return 1
    _INSTALLED.mkdir(parents=True, exist_ok=True)
    return 0


def _synthesize() -> int:
    if not _INSTALLED.is_dir():
        sys.stderr.write("npx would download a package with the name cdk\n")
        return 1
    settings = json.loads(Path("cdk.json").read_text(encoding="utf-8"))
    environment = os.environ | {"CDK_OUTDIR": "cdk.out", "CDK_CONTEXT_JSON": json.dumps(settings.get("context", {}))}
    return subprocess.run(shlex.split(settings["app"]), env=environment, check=False).returncode


def _deploy(assembly: Path) -> int:
    ready = _INSTALLED.is_dir() and (assembly / "manifest.json").is_file()
    return 0 if ready else 1


def _github(arguments: list[str]) -> int:
    """List, update or create the comments of a pull request."""
    store = Path(os.environ["STAND_IN_COMMENTS"])
    comments: list[dict[str, Any]] = json.loads(store.read_text(encoding="utf-8"))
    match arguments:
        case ["--paginate", _, "--jq", query]:
            sys.stdout.write("".join(f"{found}\n" for found in jq.all(query, comments)))
            return 0
        case ["--method", "PATCH", path, "--field", body, "--silent"]:
            (comment,) = [each for each in comments if str(each["id"]) == path.rsplit("/", 1)[1]]
        case ["--method", "POST", _, "--field", body, "--silent"]:
            comment = {"id": 101 + len(comments), "user": {"login": "github-actions[bot]"}}
            comments.append(comment)
        case _:
            return 2
    comment["body"] = Path(body.removeprefix("body=@")).read_text(encoding="utf-8")
    store.write_text(json.dumps(comments), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
