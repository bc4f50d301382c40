"""What becomes of the resources of templates, as text."""

from collections.abc import Iterator, Sequence

from patching_constructs.adoption.adopted import Adopted, Kept
from patching_constructs.adoption.plan import StackPlan
from patching_constructs.cli.adopted_app import IMPORT
from patching_constructs.cli.adopted_source import AdoptedSource
from patching_constructs.cli.formats.adoption.adoption_report import AdoptionReport, reason_for_id


def render(report: AdoptionReport) -> str:
    """Return what is adopted, what is different then, and what stays in the template with the reason."""
    lines = [line for stack in report.stacks for line in _stack(stack)]
    lines += _live_lines(report.source)
    if not report.stacks:
        other = "other " if report.source.of_stacks else ""
        lines.append(f"There are no {other}maintenance windows or patch baselines.")
    elif not report.is_adopted:
        lines.append("Nothing can be adopted.")
    else:
        lines += _next_steps(report)
    return "\n".join(lines) + "\n"


def _stack(stack: StackPlan) -> Iterator[str]:
    yield f"Stack {stack.name}"
    if stack.adopted and (reason := reason_for_id(stack)):
        yield f"  Its id in the app is {stack.id}: {reason}"
    for each in stack.adopted:
        yield from _adopted(each)
    notes = {note.text: [each.logical_id for each in stack.notes if each.text == note.text] for note in stack.notes}
    if notes:
        yield "  Different, with the same effect:"
        for text, ids in notes.items():
            yield f"    {', '.join(ids)}: {text}"
    reasons = {kept.reason: [each for each in stack.kept if each.reason == kept.reason] for kept in stack.kept}
    if reasons:
        yield "  Stays in the template:"
        for reason, kept in reasons.items():
            yield f"    {_listed(kept)}: {reason}"
    if stack.adopted and stack.other_resources:
        yield f"  {_counted(stack.other_resources)} of other types in the template that the app includes"
    yield ""


def _adopted(adopted: Adopted) -> Iterator[str]:
    first, *others = adopted.handles
    yield f"  {adopted.kind} {first}" + (f", with {', '.join(others)}" if others else "")


def _listed(kept: Sequence[Kept]) -> str:
    return ", ".join(each.logical_id for each in kept)


def _counted(number: int) -> str:
    return "1 resource" if number == 1 else f"{number} resources"


def _live_lines(source: AdoptedSource) -> Iterator[str]:
    for title, entries in (
        ("CloudFormation cannot keep:", [f"{each.logical_id}: {each.text}" for each in source.notes]),
        (
            "Belongs to a stack already; adopt its template:",
            [f"{id_}: stack {name}" for id_, name in source.of_stacks.items()],
        ),
    ):
        if entries:
            yield title
            yield from (f"  {each}" for each in entries)
            yield ""


def _next_steps(report: AdoptionReport) -> list[str]:
    directory = report.directory
    if directory is None:
        return ["To write the app, add --into DIRECTORY."]
    if report.source.identifiers:
        return [
            f"The app is in {directory}. To import the resources into a new stack:",
            f"  cd {directory} && cdk import --resource-mapping {IMPORT}",
        ]
    return [
        f"The app is in {directory}. Before you deploy it, compare it with the stack:",
        f"  cd {directory} && cdk diff",
    ]
