"""The rules: one short pure function each, of a resource and its deployment."""

from patching_constructs.checks.rule import Rule, registered
from patching_constructs.checks.rules import (  # noqa: F401 - to be imported is to be registered
    baseline_filters,
    baselines,
    commands,
    events,
    names,
    nodes,
    roles,
    targets,
    tasks,
    together,
    windows,
)

RULES: tuple[Rule, ...] = tuple(sorted(registered(), key=lambda rule: rule.id))
