"""Run an app file with cdk-nag's AwsSolutions added before it synthesizes: ``python with_nag.py app.py``."""

import runpy
import sys
from typing import Any

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

synth = cdk.App.synth


def synth_with_nag(app: cdk.App, *args: Any, **kwargs: Any) -> Any:
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return synth(app, *args, **kwargs)


cdk.App.synth = synth_with_nag  # type: ignore[method-assign, assignment]
runpy.run_path(sys.argv[1], run_name="__main__")
