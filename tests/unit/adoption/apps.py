"""Apps that adopt templates: written by the command line, and synthesized in this process."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import aws_cdk
from typer.testing import CliRunner, Result

from patching_constructs.cli.app import app

NOTHING: Final[tuple[object, ...]] = (None, [], {}, {"Ref": "AWS::NoValue"})
Json = dict[str, Any]


def adopt(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["adopt", *map(str, arguments)])


def diff(old: Path, new: Path) -> Result:
    return CliRunner().invoke(app, ["diff", str(old), str(new)])


def synthesized(directory: Path) -> Path:
    """Synthesize the app of a directory, and return its cdk.out."""
    out = directory / "cdk.out"

    class App(aws_cdk.App):
        def __init__(self) -> None:
            super().__init__(outdir=str(out))

    file = directory / "app.py"
    code = compile(file.read_text(encoding="utf-8"), str(file), "exec")
    with patch.object(aws_cdk, "App", App):
        exec(code, {"__file__": str(file), "__name__": "adopted"})  # noqa: S102 - the code was just written
    return out


def template(cdk_out: Path) -> Json:
    """Return the only template of a cdk.out."""
    (file,) = cdk_out.glob("*.template.json")
    found: Json = json.loads(file.read_text(encoding="utf-8"))
    return found


def differences(old: object, new: object, path: str = "") -> Iterator[str]:
    """Return the paths of the values that differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            yield from differences(old.get(key), new.get(key), f"{path}.{key}" if path else key)
    elif old != new:
        yield path


def normalized(value: object) -> object:
    """Return a value without what CloudFormation drops, in the one of several forms that the CDK writes."""
    match value:
        case {"Fn::GetAtt": str(name), **others} if not others:
            return {"Fn::GetAtt": name.split(".", 1)}
        case dict():
            return {
                key: [each] if key == "DependsOn" and isinstance(each, str) else each
                for key, each in ((key, normalized(each)) for key, each in value.items())
                if each not in NOTHING and key != "aws:cdk:path"
            }
        case list():
            return [normalized(each) for each in value if each not in (None, {"Ref": "AWS::NoValue"})]
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case _:
            return value
