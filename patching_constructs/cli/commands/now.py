"""``patching-constructs now``: one scan or one install, at once, through Run Command."""

import json
from pathlib import Path
from typing import Annotated

import typer

from patching_constructs.cli import options as shared
from patching_constructs.cli.refusals import one_line_refusals
from patching_constructs.cli.run_command.aws_cli import Place
from patching_constructs.cli.run_command.ports import Ports
from patching_constructs.cli.run_command.request import CommandRequest
from patching_constructs.properties.command import PatchOperation, RebootOption

_Operation = Annotated[
    PatchOperation | None,
    typer.Option(help="Scan: report missing patches. Install: install them.", metavar="Scan|Install"),
]
_PatchGroup = Annotated[
    list[str] | None, typer.Option(help="Patch the nodes of this patch group. May be repeated.", metavar="NAME")
]
_MetadataTags = Annotated[
    bool,
    typer.Option(
        "--instance-metadata-tags",
        help="The nodes' tags are in their instance metadata, so the tag is PatchGroup and not 'Patch Group'.",
    ),
]
_Tag = Annotated[
    list[str] | None,
    typer.Option(
        help="Patch the nodes with this tag. May be repeated: the same key widens, another key narrows.",
        metavar="KEY=VALUE",
    ),
]
_InstanceIds = Annotated[
    list[str] | None,
    typer.Option(help="Patch these nodes, 50 at most. May be repeated, or separated by commas.", metavar="ID"),
]
_FromTemplate = Annotated[
    Path | None,
    typer.Option(
        help="Do what a schedule of this cdk.out or template does; other options go before it.", metavar="PATH"
    ),
]
_Schedule = Annotated[
    str | None,
    typer.Option(
        help="The schedule: its window's name, logical id, construct id, or construct path or the end of it.",
        metavar="NAME",
    ),
]
_Reboot = Annotated[
    RebootOption | None,
    typer.Option(
        help="Default: the node reboots when a patch was installed (RebootIfNeeded).",
        metavar="RebootIfNeeded|NoReboot",
    ),
]
_MaxConcurrency = Annotated[
    str | None, typer.Option(help="How many nodes at once, as 10 or as 10%. Default: 10%.", metavar="RATE")
]
_MaxErrors = Annotated[
    str | None,
    typer.Option(help="How many failed nodes are too many to go on, as 0 or as 10%. Default: 10%.", metavar="RATE"),
]
_InstallOverrideList = Annotated[
    str | None, typer.Option(help="Install just the patches of this list, https:// or s3://.", metavar="URL")
]
_BaselineOverride = Annotated[
    str | None, typer.Option(help="Patch by this baseline instead of the node's own, https:// or s3://.", metavar="URL")
]
_Comment = Annotated[str | None, typer.Option(help="Shown with the command, 100 characters at most.", metavar="TEXT")]
_Region = Annotated[
    str | None, typer.Option(help="Default: the template's, or else the one of your AWS configuration.", metavar="NAME")
]
_Profile = Annotated[str | None, typer.Option(help="A profile of your AWS configuration.", metavar="NAME")]
_Wait = Annotated[bool, typer.Option("--wait", help="Wait until every node is done, and show how it goes.")]
_WaitTimeout = Annotated[
    int, typer.Option(min=1, help="How long to wait; the command runs on after it.", metavar="SECONDS")
]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the request and do not touch AWS.")]
_Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before an install.")]


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
    profile: _Profile = None,
    wait: _Wait = False,
    wait_timeout: _WaitTimeout = 3600,
    dry_run: _DryRun = False,
    yes: _Yes = False,
) -> None:
    """Scan or install now, once, through Run Command.

    Says what will happen and how many nodes match, and asks before an install.

    \b
    Exit codes:
      0    sent; with --wait: every node succeeded
      1    with --wait: a node failed, or none was reached
      2    nothing was sent
      3    sent or perhaps sent, and its end was not seen: it may still run
      130  interrupted while it waited: the command runs on

    \b
    Examples:
      patching-constructs now --operation Scan --patch-group web --wait
      patching-constructs now --operation Install --tag Env=dev --tag Env=stage --tag Role=web
      patching-constructs now --operation Install --instance-ids i-0123456789abcdef0 --reboot-option NoReboot
      patching-constructs now --from-template cdk.out --schedule WeeklyInstall --max-concurrency 50% --yes --wait
      patching-constructs now --from-template template.yaml --schedule nightly --operation Scan --dry-run
    """
    from patching_constructs.cli.run_command.options import Options
    from patching_constructs.cli.run_command.order import order_from
    from patching_constructs.cli.run_command.run import run

    ports = context.ensure_object(Ports)
    options = Options(
        operation=operation,
        patch_groups=patch_group or (),
        instance_metadata_tags=instance_metadata_tags,
        tags=tag or (),
        instance_ids=instance_ids or (),
        template=from_template,
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
        order = order_from(options, snapshot_id=ports.snapshot_id())
    place = Place(region or order.region, profile)
    if dry_run:
        _print_request(order.request, place)
        return
    raise typer.Exit(run(order, place, ports, yes=yes, wait_seconds=wait_timeout if wait else 0))


def _print_request(request: CommandRequest, place: Place) -> None:
    typer.echo(json.dumps(request.arguments, indent=2))
    typer.echo(f"\n{place.aws_send_command(request)}")
    typer.echo("dry run: nothing was sent, and AWS was not asked how many nodes match", err=True)
