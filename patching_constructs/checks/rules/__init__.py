"""The rules: one short function for each, which checks one resource in its deployment."""

from patching_constructs.checks.rule import Rule, registered
from patching_constructs.checks.rules import (  # noqa: F401 - importing registers the rules
    associations,
    baseline_filters,
    baselines,
    commands,
    documents,
    events,
    names,
    nodes,
    roles,
    scheduled_runs,
    targets,
    tasks,
    together,
    windows,
)

RULES: tuple[Rule, ...] = tuple(sorted(registered(), key=lambda rule: rule.id))
