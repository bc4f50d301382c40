"""What the constructs of a stack share: ids, variables, and the resources that are imported from elsewhere."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from keyword import iskeyword
from typing import Any, Final

from patching_constructs.adoption.code import Call, Expression, Literal, Name, Statement
from patching_constructs.adoption.evaluation import evaluate
from patching_constructs.adoption.given import refusals_as_reasons

_TAKEN = ("self", "scope", "id", "cdk", "iam", "sns", "s3", "logs", "aws_lambda", "stepfunctions", "rest", "app")


_STACK_NAME_LENGTH: Final = 128
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html"""


@dataclass
class Scope:
    """The scope of a stack. A copy is used for each attempt, so that a failed one leaves nothing behind."""

    ids: set[str] = field(default_factory=set)
    variables: dict[str, Expression] = field(default_factory=dict)
    """The imported resources."""
    names: set[str] = field(default_factory=lambda: set(_TAKEN))
    patch_groups: dict[tuple[str, str], str] = field(default_factory=dict)
    """The baselines that certainly register a patch group, by the operating system and the name of the group."""

    def copy(self) -> "Scope":
        """Return a copy."""
        return Scope(set(self.ids), dict(self.variables), set(self.names), dict(self.patch_groups))

    def new_id(self, wanted: str) -> str:
        """Return the id of a construct, which no other one has."""
        return unused(wanted, self.ids)

    def new_name(self, wanted: str) -> str:
        """Return the name of a variable, which no other one has."""
        name = snake_case(wanted)
        return unused(f"{name}_" if iskeyword(name) else name, self.names)

    def imported(self, function: str, wanted: str, value: Expression, **options: Expression) -> Name:
        """Return the variable of an imported resource: the same one for the same resource."""
        for name, each in self.variables.items():
            if isinstance(each, Call) and each.name == function and each.positional[2] == value:
                return Name(name)
        id_, name = self.new_id(wanted), self.new_name(wanted)
        self.variables[name] = Call(function, [Name("self"), Literal(id_), value], options)
        return Name(name)

    def statements(self) -> list[Statement]:
        """Return the statements that create the variables."""
        return [Statement(each, name) for name, each in self.variables.items()]

    def evaluate(self, expression: Expression) -> Any:  # noqa: ANN401 - any value
        """Return what an expression evaluates to.

        Raises:
            NotAdoptableError: a construct would refuse it.
        """
        with refusals_as_reasons():
            return evaluate(expression, self.variables)

    def evaluate_all(self, expressions: Mapping[str, Expression]) -> dict[str, Any]:
        """Return what expressions evaluate to, by their names."""
        return {name: self.evaluate(each) for name, each in expressions.items()}


def snake_case(name: str) -> str:
    """Return a name of Python for a logical id."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    found = re.sub(r"\W+", "_", words).strip("_").lower()
    return found if found[:1].isalpha() else f"n{found}"


def pascal_case(name: str) -> str:
    """Return a name of a class, or an id, for a name of any form."""
    words = [each for each in re.split(r"[^A-Za-z0-9]+", name) if each]
    found = "".join(each[0].upper() + each[1:] for each in words)
    return found if found[:1].isalpha() else f"N{found}"


def stack_id(name: str) -> str:
    """Return the name itself if CloudFormation accepts it as that of a stack, or the most similar one."""
    found = re.sub(r"[^A-Za-z0-9-]+", "-", name).lstrip("-")
    return (found if found[:1].isalpha() else f"Stack{found}")[:_STACK_NAME_LENGTH]


def unused(wanted: str, taken: set[str]) -> str:
    """Return a name, with a number if it is taken, and take it."""
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}{number}"
    taken.add(name)
    return name
