"""What a task of a maintenance window runs: a command, an automation, a function or a state machine.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_MaintenanceWindowTaskInvocationParameters.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Final

from patching_constructs._errors import refusal, shown
from patching_constructs._tokens import is_unresolved, with_tokens_masked
from patching_constructs._validation import (
    check_length,
    check_reference,
    check_type,
    has_property,
)
from patching_constructs.properties._json_texts import check_json
from patching_constructs.properties.command import (
    BASELINE_OVERRIDE,
    EXECUTION_TIMEOUT,
)
from patching_constructs.properties.cutoff import CutoffBehavior
from patching_constructs.properties.document_parameters import (
    ASSUME_ROLE,
    ROLE_PARAMETERS,
    Given,
    check_parameters,
    is_known,
    known_document,
)
from patching_constructs.properties.document_runs import DocumentRun
from patching_constructs.properties.notification import CommandNotification
from patching_constructs.properties.output import CommandOutput
from patching_constructs.properties.pseudo_parameters import (
    OF_A_RESOURCE,
    OF_A_RUN,
    NamedText,
    PseudoParameter,
    check_in_a_command,
    pseudo_parameters,
    without_pseudo_parameters,
)
from patching_constructs.ssm import limits
from patching_constructs.ssm.documents import AUTOMATION, COMMAND, find_document, name_of
from patching_constructs.ssm.reboot import Reboot
from patching_constructs.ssm.runbooks import RESOURCE_TYPES, RUNBOOK_PERMISSIONS

if TYPE_CHECKING:
    from aws_cdk.interfaces.aws_iam import IRoleRef
    from aws_cdk.interfaces.aws_lambda import IFunctionRef
    from aws_cdk.interfaces.aws_ssm import IDocumentRef
    from aws_cdk.interfaces.aws_stepfunctions import IStateMachineRef


class TaskType(StrEnum):
    """The type of a task."""

    RUN_COMMAND = "RUN_COMMAND"
    """A command on the nodes."""
    AUTOMATION = "AUTOMATION"
    """A runbook."""
    LAMBDA = "LAMBDA"
    """A Lambda function."""
    STEP_FUNCTIONS = "STEP_FUNCTIONS"
    """A state machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCommand:
    """A document that runs on the nodes.

    Raises:
        PatchingError: a property is invalid.
    """

    type: ClassVar[TaskType] = TaskType.RUN_COMMAND

    document: "str | IDocumentRef"
    parameters: Given = ()
    document_version: str | None = None
    comment: str | None = None
    start_timeout_seconds: float | None = None
    output: CommandOutput | None = None
    notification: CommandNotification | None = None
    hooks: "tuple[tuple[str, str | IDocumentRef], ...]" = ()
    """Documents in the parameters that it runs, each with what messages call it."""

    def __post_init__(self) -> None:
        _check_document(self.document, COMMAND, self.parameters)
        check_in_a_command(texts_of(self.parameters))
        check_document_version(self.document_version)
        if self.comment is not None:
            check_length("comment", self.comment, limits.COMMENT_LENGTH)
        if self.output is not None:
            check_type("output", self.output, CommandOutput, "write CommandOutput(bucket=...)")
        if self.notification is not None:
            check_type("notification", self.notification, CommandNotification, "write CommandNotification(topic=...)")

    def parameter(self, name: str) -> str | None:
        """Return the first value of a parameter; None if it is not given."""
        return next((values[0] for given, values in self.parameters if given == name and values), None)

    @property
    def name(self) -> str:
        """The name of the document; empty for one of the app."""
        return _name(self.document)

    @property
    def run(self) -> DocumentRun:
        """What it does, as far as the document and its parameters say."""
        return _run(self.document, self.parameters)

    @property
    def default_cutoff_behavior(self) -> CutoffBehavior | None:
        """CANCEL_TASK if it can install updates, or reboot, start or stop nodes; None for the service's default."""
        return _cutoff_behavior(self.run)

    @property
    def scans_without_record(self) -> bool:
        """Whether it is a scan that does not update the compliance data of the nodes.

        With a baseline override, the existing compliance data of a node is not overwritten:
        https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-baselineoverride-parameter.html
        """
        return self.run.scans and bool(self.parameter(BASELINE_OVERRIDE))

    @property
    def patching_timeout_seconds(self) -> float | None:
        """How long patching can run on a node; None if it is the default, or unknown."""
        timeout = self.parameter(EXECUTION_TIMEOUT) if self.run.is_patching else None
        return float(timeout) if timeout is not None and is_known(timeout) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Automation:
    """A runbook that runs once for each target, or once.

    Raises:
        PatchingError: a property is invalid.
    """

    type: ClassVar[TaskType] = TaskType.AUTOMATION

    document: "str | IDocumentRef"
    parameters: Given = ()
    document_version: str | None = None
    runbook_role: "IRoleRef | None" = None

    def __post_init__(self) -> None:
        if self.runbook_role is not None:
            fix = "pass an iam.Role, or use iam.Role.from_role_arn(...)"
            check_reference("runbook_role", self.runbook_role, "IRoleRef", fix)
        supplied = None if self.runbook_role is None else self.role_parameter
        _check_document(self.document, AUTOMATION, self.parameters, supplied)
        check_document_version(self.document_version)
        self._check_role()

    def _check_role(self) -> None:
        given = next((name for name, _ in self.parameters if name in ROLE_PARAMETERS), None)
        if given is not None:
            rule = f"must not contain {given!r}, because the task needs permission to pass the role"
            raise refusal("parameters", rule, repr(given), "use runbook_role=...")
        known = known_document(self.document)
        if self.runbook_role is not None and known is not None and self.role_parameter is None:
            rule = f"requires a document with the parameter {ASSUME_ROLE}"
            of_the_app = f"add the parameter to the document, and assumeRole: '{{{{ {ASSUME_ROLE} }}}}'"
            fix = of_the_app if find_document(known.name) is None else "leave it out"
            raise refusal("runbook_role", rule, known.name, fix)

    @property
    def name(self) -> str:
        """The name of the runbook; empty for one of the app."""
        return _name(self.document)

    @property
    def run(self) -> DocumentRun:
        """What it does, as far as the document and its parameters say."""
        return _run(self.document, self.parameters)

    @property
    def default_cutoff_behavior(self) -> CutoffBehavior | None:
        """CANCEL_TASK if it can install updates, or reboot, start or stop nodes; None for the service's default."""
        return _cutoff_behavior(self.run)

    @property
    def role_parameter(self) -> str | None:
        """The parameter for the role; None if the document is known to have none."""
        known = known_document(self.document)
        if known is None:
            return ASSUME_ROLE
        return next((name for name in ROLE_PARAMETERS if name in known.parameters), None)

    @property
    def gets_a_role(self) -> bool:
        """Whether the window creates a role for it, with the permissions that AWS documents for the runbook."""
        return self.runbook_role is None and self.name in RUNBOOK_PERMISSIONS

    @property
    def resource_type(self) -> str | None:
        """The type of the resources that it runs on, if it runs on each target; None if it is not known."""
        if OF_A_RESOURCE.isdisjoint(pseudo_parameters(text for _, text in self.texts())):
            return None
        return RESOURCE_TYPES.get(self.name)

    def texts(self) -> Iterator[NamedText]:
        """Return the texts in which pseudo parameters are replaced."""
        return texts_of(self.parameters)


@dataclass(frozen=True, slots=True, kw_only=True)
class LambdaFunction:
    """A function that is invoked once for each target, or once.

    Raises:
        PatchingError: a property is invalid.
    """

    type: ClassVar[TaskType] = TaskType.LAMBDA

    function: "IFunctionRef"
    payload: str | None = None
    """JSON."""
    client_context: str | None = None
    """JSON."""
    qualifier: str | None = None

    def __post_init__(self) -> None:
        fix = "import one with aws_lambda.Function.from_function_arn(...)"
        check_reference("function", self.function, "IFunctionRef", fix)
        # A CloudFront function has a reference with the same name.
        if not hasattr(self.function.function_ref, "function_name"):
            raise refusal("function", "must be from aws_lambda", shown(self.function), fix)
        check_json("payload", self.payload, limits.PAYLOAD_LENGTH)
        check_json("client_context", self.client_context, limits.CLIENT_CONTEXT_LENGTH)
        if self.qualifier is not None:
            check_length("qualifier", self.qualifier, limits.QUALIFIER_LENGTH)
            if _is_qualified(self.function):
                rule = "cannot be used with a function that is a version or an alias"
                raise refusal("qualifier", rule, shown(self.qualifier), "leave it out")

    def texts(self) -> Iterator[NamedText]:
        """Return the texts in which pseudo parameters are replaced."""
        yield "payload", self.payload or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateMachine:
    """A state machine that is started once for each target, or once.

    Raises:
        PatchingError: a property is invalid.
    """

    type: ClassVar[TaskType] = TaskType.STEP_FUNCTIONS

    state_machine: "IStateMachineRef"
    input: str | None = None
    """JSON."""
    execution_name: str | None = None

    def __post_init__(self) -> None:
        fix = "import one with aws_stepfunctions.StateMachine.from_state_machine_arn(...)"
        check_reference("state_machine", self.state_machine, "IStateMachineRef", fix)
        kind = getattr(self.state_machine, "state_machine_type", None)
        if getattr(kind, "name", kind) == "EXPRESS":
            rule = "must be a standard workflow, because a maintenance window supports no express workflow"
            raise refusal("state_machine", rule, "an express workflow", "use StateMachineType.STANDARD")
        check_json("input", self.input, limits.INPUT_LENGTH)
        if self.execution_name is not None:
            _check_execution_name(self.execution_name)

    def has_same_name(self, *, has_targets: bool) -> bool:
        """Return whether several executions have one name, which Step Functions accepts once in 90 days.

        https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
        """
        if self.execution_name is None or is_unresolved(self.execution_name):
            return False
        found = set(pseudo_parameters([self.execution_name]))
        if PseudoParameter.INVOCATION_ID in found:
            return False
        differs_by_run = not OF_A_RUN.isdisjoint(found)
        differs_by_target = not has_targets or not OF_A_RESOURCE.isdisjoint(found)
        return not (differs_by_run and differs_by_target)

    def texts(self) -> Iterator[NamedText]:
        """Return the texts in which pseudo parameters are replaced."""
        yield "input", self.input or ""
        yield "execution_name", self.execution_name or ""


# A qualified ARN is arn:aws:lambda:eu-central-1:111111111111:function:name:qualifier.
_PARTS_OF_A_FUNCTION_ARN: Final = 7


def _is_qualified(function: "IFunctionRef") -> bool:
    """Return whether a function is known to be a version or an alias, whose ARN has a qualifier."""
    # aws_lambda.Version and aws_lambda.Alias have a version; a function does not.
    if has_property(function, "version"):
        return True
    return len(with_tokens_masked(function.function_ref.function_arn).split(":")) > _PARTS_OF_A_FUNCTION_ARN


TaskAction = RunCommand | Automation | LambdaFunction | StateMachine


def texts_of(parameters: Given) -> Iterator[NamedText]:
    """Return the values of parameters."""
    return ((f"parameters {name!r}", value) for name, values in parameters for value in values)


def check_document_version(version: str | None) -> None:
    """Check the version of a document.

    Raises:
        PatchingError: it is neither ``$DEFAULT``, ``$LATEST``, a number nor a token.
    """
    if version is None:
        return
    check_type("document_version", version, str)
    if not is_unresolved(version) and not limits.DOCUMENT_VERSION.fullmatch(version):
        raise refusal("document_version", "must be '$DEFAULT', '$LATEST' or a number such as '1'", repr(version))


# --- Documents ----------------------------------------------------------------------------------------


def _check_document(document: "str | IDocumentRef", kind: str, parameters: Given, supplied: str | None = None) -> None:
    if isinstance(document, str):
        _check_document_name(document)
    else:
        fix = "pass the name or ARN of a document, or an aws_ssm.CfnDocument"
        check_reference("document", document, "IDocumentRef", fix)
    known = known_document(document)
    if known is None:
        return
    if known.kind != kind:
        other = "automation" if known.kind == AUTOMATION else "run_command"
        rule = f"must be a document of type {kind}"
        raise refusal("document", rule, f"{known.name} of type {known.kind}", f"use WindowTask.{other}(...)")
    check_parameters(known, parameters, supplied=supplied)


def _check_document_name(name: str) -> None:
    if not is_unresolved(name) and not limits.DOCUMENT_NAME.fullmatch(name):
        raise refusal("document", "must be the name or ARN of a document", repr(name))


def _name(document: "str | IDocumentRef") -> str:
    return name_of(document) if isinstance(document, str) else ""


def _run(document: "str | IDocumentRef", parameters: Given) -> DocumentRun:
    given = dict(parameters)
    return DocumentRun(
        name=_name(document),
        parameter=lambda name: next(iter(given.get(name, ())), None),
        script=lambda name: "\n".join(given.get(name, ())),
    )


def _cutoff_behavior(run: DocumentRun) -> CutoffBehavior | None:
    may_install = run.installs or (run.operation is not None and not is_known(run.operation))
    is_disruptive = may_install or run.reboot is Reboot.CERTAIN or run.starts or run.stops
    return CutoffBehavior.CANCEL_TASK if is_disruptive else None


# --- Executions of state machines -------------------------------------------------------------------


def _check_execution_name(name: str) -> None:
    check_length("execution_name", name, limits.EXECUTION_NAME_LENGTH)
    invalid = None if is_unresolved(name) else limits.NOT_IN_AN_EXECUTION_NAME.search(without_pseudo_parameters(name))
    if invalid is not None:
        rule = f"must not contain {invalid[0]!r}, which Step Functions does not accept"
        raise refusal("execution_name", rule, repr(name), "use letters, digits, -, _ and pseudo parameters")
