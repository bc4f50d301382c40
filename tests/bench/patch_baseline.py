"""PatchBaseline against L1 constructs: ``python -m tests.bench.patch_baseline``.

Each run creates a number of baselines with a patch group each, in stacks of at most 50, and synthesizes them. See
`_measure`.
"""

from tests.bench._measure import Benchmark

# The quota of an account and Region.
PER_STACK = 50


def make_ours(count: int) -> None:
    """Synthesize baselines created with PatchBaseline."""
    import aws_cdk as cdk  # noqa: PLC0415

    from patching_constructs import OperatingSystem, PatchBaseline, PatchRule  # noqa: PLC0415

    app = cdk.App()
    system = OperatingSystem.AMAZON_LINUX_2023
    for place in range(count):
        if place % PER_STACK == 0:
            stack = cdk.Stack(app, f"Stack{place}")
        made = PatchBaseline(
            stack,
            f"Baseline{place}",
            operating_system=system,
            rules=[PatchRule.security_patches(system)],
            patch_groups=[f"group-{place}"],
            baseline_name=f"baseline-{place}",
        )
        assert made.patch_baseline_id
    app.synth()


def make_theirs(count: int) -> None:
    """Synthesize the same resources with L1 constructs."""
    import aws_cdk as cdk  # noqa: PLC0415
    from aws_cdk import aws_ssm as ssm  # noqa: PLC0415

    app = cdk.App()
    baseline = ssm.CfnPatchBaseline
    for place in range(count):
        if place % PER_STACK == 0:
            stack = cdk.Stack(app, f"Stack{place}")
        made = baseline(
            stack,
            f"Baseline{place}",
            name=f"baseline-{place}",
            operating_system="AMAZON_LINUX_2023",
            approval_rules=baseline.RuleGroupProperty(
                patch_rules=[
                    baseline.RuleProperty(
                        approve_after_days=7,
                        patch_filter_group=baseline.PatchFilterGroupProperty(
                            patch_filters=[
                                baseline.PatchFilterProperty(key="CLASSIFICATION", values=["Security"]),
                                baseline.PatchFilterProperty(key="SEVERITY", values=["Critical", "Important"]),
                            ]
                        ),
                    )
                ]
            ),
            patch_groups=[f"group-{place}"],
        )
        assert made.ref
    app.synth()


if __name__ == "__main__":
    Benchmark("patch_baseline", "baselines", ours=make_ours, theirs=make_theirs).main()
