"""Run apps with cdk-nag's AwsSolutions added before they synthesize: ``python with_nag.py FOLDER app.py ...``.

The apps share a process, because loading the CDK and its validators takes longer than an app. Each app is written into
a folder with its name.
"""

import runpy
import sys
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

init, synth = cdk.App.__init__, cdk.App.synth
folder, *files = map(Path, sys.argv[1:])


def synth_with_nag(app: cdk.App, *args: Any, **kwargs: Any) -> Any:
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return synth(app, *args, **kwargs)


def run(file: Path) -> None:
    def init_with_folder(app: cdk.App, **properties: Any) -> None:
        init(app, outdir=str(folder / file.stem), **properties)

    cdk.App.__init__ = init_with_folder  # type: ignore[method-assign, assignment]
    runpy.run_path(str(file), run_name="__main__")


cdk.App.synth = synth_with_nag  # type: ignore[method-assign, assignment]
for each in files:
    run(each)
