"""The rules: one short function for each, which checks one resource in its deployment."""

from patching_constructs.checks.rule import Rule, registered
from patching_constructs.checks.rules import (  # noqa: F401 - importing registers the rules
    alarms,
    associations,
    baseline_filters,
    baselines,
    command_invocation,
    commands,
    documents,
    embedded_templates,
    endpoints,
    events,
    legacy_parameters,
    names,
    node_coverage,
    nodes,
    roles,
    scheduled_runs,
    targets,
    task_order,
    tasks,
    time_left,
    together,
    window_dates,
    windows,
)

RULES: tuple[Rule, ...] = tuple(sorted(registered(), key=lambda rule: rule.id))
