"""The Python module of a CDK app, from what becomes of its stacks."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from patching_constructs.adoption.code import Call, Entries, Expression, Literal, Name, Statement, names
from patching_constructs.adoption.plan import StackPlan
from patching_constructs.adoption.scope import pascal_case

_BODY: Final = 8
_OF_THE_CDK: Final = {
    "aws_lambda": "aws_lambda",
    "iam": "aws_iam as iam",
    "include": "cloudformation_include as include",
    "logs": "aws_logs as logs",
    "s3": "aws_s3 as s3",
    "sns": "aws_sns as sns",
    "stepfunctions": "aws_stepfunctions as stepfunctions",
}
_DATES: Final = ("date", "datetime", "timedelta")


def rest_file(stack: StackPlan) -> str:
    """Return the name of the file with the rest of the template of a stack."""
    return f"{stack.id}.rest.template.json"


def module(stacks: Sequence[StackPlan], *, source: str) -> str:
    """Return the code of an app with the stacks.

    Args:
        stacks: the stacks, each of which has something that is adopted.
        source: where the templates are from, for the docstring.
    """
    bodies = [(stack, list(_body(stack))) for stack in stacks]
    statements = [statement for _, body in bodies for statement in body]
    classes = [_class(stack, body) for stack, body in bodies]
    parts = [
        f'"""Patching, adopted from {_in_docstring(source)}."""',
        _imports(statements),
        *(f"\n{each}" for each in classes),
        f"\n{_app(stacks)}",
    ]
    return "\n\n".join(parts) + "\n"


def _body(stack: StackPlan) -> Iterator[Statement]:
    if stack.rest is not None:
        named: dict[str, Expression] = {"template_file": Call("str", [_path_of(stack)])}
        if stack.referenced:
            named["parameters"] = Entries({each: Call("cdk.Fn.ref", [Literal(each)]) for each in stack.referenced})
        expression = Call("include.CfnInclude", [Name("self"), Literal("Rest")], named)
        yield Statement(expression, "rest" if _uses_rest(stack) else None)
    yield from stack.variables
    for each in stack.adopted:
        yield from each.statements
    yield from stack.dependencies


def _path_of(stack: StackPlan) -> Expression:
    return Call("with_name", [Literal(rest_file(stack))], of=Call("Path", [Name("__file__")]))


def _uses_rest(stack: StackPlan) -> bool:
    statements = [*stack.dependencies, *(each for adopted in stack.adopted for each in adopted.statements)]
    return any(name.startswith("rest.") for each in statements for name in names(each.expression))


def _class(stack: StackPlan, body: Sequence[Statement]) -> str:
    lines = [
        f"class {class_name(stack)}(cdk.Stack):",
        "    def __init__(self, scope: Construct, id: str, **kwargs: Any) -> None:",
        "        super().__init__(scope, id, **kwargs)",
        *(statement.written(_BODY) for statement in body),
    ]
    return "\n".join(lines)


def class_name(stack: StackPlan) -> str:
    """Return the name of the class of a stack."""
    name = pascal_case(stack.id)
    return name if name.endswith("Stack") else f"{name}Stack"


_SYNTHESIZER: Final = Call(
    "cdk.DefaultStackSynthesizer", named={"generate_bootstrap_version_rule": Literal(value=False)}
)


def _app(stacks: Sequence[StackPlan]) -> str:
    created = [
        Statement(Call(class_name(stack), [Name("app"), Literal(stack.id)], {"synthesizer": _SYNTHESIZER}))
        for stack in stacks
    ]
    lines = [Statement(Call("cdk.App"), "app"), *created, Statement(Call("app.synth"))]
    return "\n".join(each.written(0) for each in lines)


def _imports(statements: Iterable[Statement]) -> str:
    used = {name.partition(".")[0] for each in statements for name in names(each.expression)}
    dates = [each for each in _DATES if each in used]
    standard = [f"from datetime import {', '.join(dates)}"] if dates else []
    standard += ["from pathlib import Path"] if "Path" in used else []
    of_the_cdk = sorted(_OF_THE_CDK[each] for each in used & _OF_THE_CDK.keys())
    third = ["import aws_cdk as cdk", *(f"from aws_cdk import {each}" for each in of_the_cdk)]
    third.append("from constructs import Construct")
    own = sorted(name for name in used if name[0].isupper() and name != "Path")
    third += ["from patching_constructs import (", *(f"    {each}," for each in own), ")"]
    return "\n".join([*standard, "from typing import Any", "", *third])


def _in_docstring(text: str) -> str:
    return text.replace("\\", "/").replace('"', "'")
