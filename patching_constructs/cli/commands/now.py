"""``patching-constructs now``: scan or install once, immediately, with Run Command."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from patching_constructs.cli import options as shared
from patching_constructs.cli import parsing
from patching_constructs.cli.completion import complete_schedules
from patching_constructs.cli.formats.json_text import json_text
from patching_constructs.cli.given_options import check_requires
from patching_constructs.cli.refusals import one_line_refusals
from patching_constructs.cli.run_command.aws_cli import Place
from patching_constructs.cli.run_command.ports import Ports
from patching_constructs.properties.command import PatchOperation, RebootOption

if TYPE_CHECKING:
    from patching_constructs.cli.run_command.resolve import ResolvedRequest

_WAIT: Final = 3600
_LONGEST_WAIT: Final = 7 * 24 * 3600

_Operation = Annotated[
    PatchOperation | None,
    shared.choice("--operation", PatchOperation, help="Scan: report missing patches. Install: install them."),
]
_PatchGroup = Annotated[
    list[str] | None,
    typer.Option(
        help="Select the nodes of this patch group. Can be repeated.",
        metavar="NAME",
        parser=parsing.text("--patch-group"),
    ),
]
_MetadataTags = Annotated[
    bool,
    typer.Option(
        "--instance-metadata-tags",
        help="Use the tag key PatchGroup, which instance metadata allows, in place of 'Patch Group'.",
    ),
]
_Tag = Annotated[
    list[str] | None,
    typer.Option(
        help="Select the nodes with this tag. Can be repeated: any value of one key, all of several keys.",
        metavar="KEY=VALUE",
        parser=parsing.text("--tag"),
    ),
]
_InstanceIds = Annotated[
    list[str] | None,
    typer.Option(
        help="Select these nodes, at most 50. Can be repeated or comma-separated.",
        metavar="ID",
        parser=parsing.text("--instance-ids"),
    ),
]
_FromTemplate = Annotated[
    list[Path] | None,
    typer.Option(
        help="Run the task of a schedule in this cdk.out, directory or template; - is standard input. Other options "
        "override it. Can be repeated.",
        metavar="PATH",
        parser=parsing.path("--from-template"),
    ),
]
_Schedule = Annotated[
    str | None,
    typer.Option(
        help="The schedule: window name, logical id, construct id, or construct path or the end of it.",
        metavar="NAME",
        parser=parsing.text("--schedule"),
        autocompletion=complete_schedules,
    ),
]
_Reboot = Annotated[
    RebootOption | None,
    shared.choice(
        "--reboot-option", RebootOption, help="Whether nodes reboot after an install. Default: RebootIfNeeded."
    ),
]
_MaxConcurrency = Annotated[
    str | None,
    typer.Option(
        help="Nodes to patch at the same time, such as 10 or 10%. Default: 10%.",
        metavar="RATE",
        parser=parsing.text("--max-concurrency"),
    ),
]
_MaxErrors = Annotated[
    str | None,
    typer.Option(
        help="Failed nodes after which the command stops, such as 0 or 10%. Default: 10%.",
        metavar="RATE",
        parser=parsing.text("--max-errors"),
    ),
]
_InstallOverrideList = Annotated[
    str | None,
    typer.Option(
        help="Install only the patches in this list, https:// or s3://.",
        metavar="URL",
        parser=parsing.text("--install-override-list"),
    ),
]
_BaselineOverride = Annotated[
    str | None,
    typer.Option(
        help="Use this patch baseline instead of that of the node, https:// or s3://.",
        metavar="URL",
        parser=parsing.text("--baseline-override"),
    ),
]
_Comment = Annotated[
    str | None,
    typer.Option(
        help="Comment of the command, at most 100 characters.", metavar="TEXT", parser=parsing.text("--comment")
    ),
]
_Region = Annotated[
    str | None,
    typer.Option(
        help="Default: the Region of the template's stack, or of your AWS configuration.",
        metavar="NAME",
        parser=parsing.region("--region"),
    ),
]
_Wait = Annotated[
    bool, typer.Option("--wait", help="Wait until the command has ended on all nodes, and show the progress.")
]
_WaitTimeout = Annotated[
    int | None,
    typer.Option(
        help=f"How long to wait. The command continues to run after that. Default: {_WAIT}.",
        metavar="SECONDS",
        parser=parsing.whole_number("--wait-timeout", least=1, most=_LONGEST_WAIT),
    ),
]
_DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run",
        help="Print the request as JSON, without calling AWS. Add it to a complete command line: --yes, --wait and "
        "--wait-timeout are accepted, and wait for nothing.",
    ),
]
_Yes = Annotated[bool, typer.Option("--yes", "-y", help="Install without confirmation.")]


def now(
    context: typer.Context,
    *,
    operation: _Operation = None,
    patch_group: _PatchGroup = None,
    instance_metadata_tags: _MetadataTags = False,
    tag: _Tag = None,
    instance_ids: _InstanceIds = None,
    from_template: _FromTemplate = None,
    schedule: _Schedule = None,
    use_defaults: shared.UseDefaults = False,
    reboot_option: _Reboot = None,
    max_concurrency: _MaxConcurrency = None,
    max_errors: _MaxErrors = None,
    install_override_list: _InstallOverrideList = None,
    baseline_override: _BaselineOverride = None,
    comment: _Comment = None,
    region: _Region = None,
    profile: shared.Profile = None,
    wait: _Wait = False,
    wait_timeout: _WaitTimeout = None,
    dry_run: _DryRun = False,
    yes: _Yes = False,
) -> None:
    """Scan or install once, immediately, with Run Command.

    Shows what the command does and how many nodes match, and asks for confirmation before an install.

    \b
    Exit codes:
      0    the command was sent; with --wait, it succeeded on all nodes
      1    with --wait: the command failed on a node, or reached no nodes
      2    nothing was sent
      3    the command was sent or may have been sent, and may still be running
      130  interrupted with --wait; the command continues to run

    \b
    Examples:
      patching-constructs now --operation Scan --patch-group web --wait
      patching-constructs now --operation Install --tag Env=dev --tag Env=stage --tag Role=web
      patching-constructs now --operation Install --instance-ids i-0123456789abcdef0 --reboot-option NoReboot
      patching-constructs now --from-template cdk.out --schedule WeeklyInstall --max-concurrency 50% --yes --wait
      patching-constructs now --from-template template.yaml --schedule nightly --operation Scan --dry-run
    """
    from patching_constructs.cli.run_command.options import Options
    from patching_constructs.cli.run_command.resolve import resolve_request
    from patching_constructs.cli.run_command.run import run

    ports = context.ensure_object(Ports)
    options = Options(
        operation=operation,
        patch_groups=patch_group or (),
        instance_metadata_tags=instance_metadata_tags,
        tags=tag or (),
        instance_ids=instance_ids or (),
        templates=from_template or (),
        schedule=schedule,
        use_defaults=use_defaults,
        reboot_option=reboot_option,
        max_concurrency=max_concurrency,
        max_errors=max_errors,
        install_override_list=install_override_list,
        baseline_override=baseline_override,
        comment=comment,
    )
    with one_line_refusals():
        check_requires(context, "wait_timeout", "wait")
        check_requires(context, "use_defaults", "from_template")
        resolved = resolve_request(options, snapshot_id=ports.snapshot_id())
    for note in resolved.left_out:
        typer.echo(f"note: {note}", err=True)
    place = Place(region or resolved.region, profile)
    if dry_run:
        _print_request(resolved, place)
        return
    raise typer.Exit(run(resolved, place, ports, yes=yes, wait_seconds=(wait_timeout or _WAIT) if wait else 0))


def _print_request(resolved: "ResolvedRequest", place: Place) -> None:
    """Print the request on standard output, and how to send it on standard error."""
    request = {
        "account": resolved.account,
        "region": place.region,
        "profile": place.profile,
        "notes": list(resolved.left_out),
        "sendCommand": resolved.request.arguments,
    }
    typer.echo(json_text(request), nl=False)
    typer.echo(f"Dry run: nothing was sent. To send it:\n  {place.aws_send_command(resolved.request)}", err=True)
