# The public names, for type checkers and editors. __init__.py imports each name when it is first used, and a test
# compares the two files. ``as`` marks a name as public.

from patching_constructs._errors import PatchingError as PatchingError
from patching_constructs.checks.nag import PatchingChecks as PatchingChecks
from patching_constructs.checks.severity import Severity as Severity
from patching_constructs.constructs._window_by_id import IMaintenanceWindow as IMaintenanceWindow
from patching_constructs.constructs.approval_alignment import ApprovalAlignment as ApprovalAlignment
from patching_constructs.constructs.change_calendar import ChangeCalendar as ChangeCalendar
from patching_constructs.constructs.change_calendar import IChangeCalendar as IChangeCalendar
from patching_constructs.constructs.fleet_schedule import FleetRollout as FleetRollout
from patching_constructs.constructs.fleet_schedule import FleetSchedule as FleetSchedule
from patching_constructs.constructs.hook_document import HookDocument as HookDocument
from patching_constructs.constructs.maintenance_window import MaintenanceWindow as MaintenanceWindow
from patching_constructs.constructs.maintenance_window_events import MaintenanceWindowEvents as MaintenanceWindowEvents
from patching_constructs.constructs.maintenance_window_grants import MaintenanceWindowGrants as MaintenanceWindowGrants
from patching_constructs.constructs.maintenance_window_metrics import (
    MaintenanceWindowMetrics as MaintenanceWindowMetrics,
)
from patching_constructs.constructs.overrides import BaselineOverride as BaselineOverride
from patching_constructs.constructs.overrides import InstallOverrideList as InstallOverrideList
from patching_constructs.constructs.patch_baseline import IPatchBaseline as IPatchBaseline
from patching_constructs.constructs.patch_baseline import PatchBaseline as PatchBaseline
from patching_constructs.constructs.patch_fleet import PatchFleet as PatchFleet
from patching_constructs.constructs.patch_freezes import PatchFreezes as PatchFreezes
from patching_constructs.constructs.patch_nodes import PatchNodes as PatchNodes
from patching_constructs.constructs.patch_ring import PatchRing as PatchRing
from patching_constructs.constructs.patch_rollout import PatchRollout as PatchRollout
from patching_constructs.constructs.patch_schedule import IPatchSchedule as IPatchSchedule
from patching_constructs.constructs.patch_schedule import PatchSchedule as PatchSchedule
from patching_constructs.properties.approval import PatchFilter as PatchFilter
from patching_constructs.properties.approval import PatchRule as PatchRule
from patching_constructs.properties.approval import PatchSource as PatchSource
from patching_constructs.properties.calendar_events import CalendarEvent as CalendarEvent
from patching_constructs.properties.calendar_events import CalendarType as CalendarType
from patching_constructs.properties.calendar_events import EventFrequency as EventFrequency
from patching_constructs.properties.capacity import PatchCapacity as PatchCapacity
from patching_constructs.properties.command import PatchHooks as PatchHooks
from patching_constructs.properties.command import PatchOperation as PatchOperation
from patching_constructs.properties.command import RebootOption as RebootOption
from patching_constructs.properties.cutoff import CutoffBehavior as CutoffBehavior
from patching_constructs.properties.freeze import PatchFreeze as PatchFreeze
from patching_constructs.properties.gate import PatchGate as PatchGate
from patching_constructs.properties.notification import CommandNotification as CommandNotification
from patching_constructs.properties.notification import NotificationEvent as NotificationEvent
from patching_constructs.properties.notification import NotificationType as NotificationType
from patching_constructs.properties.output import CommandOutput as CommandOutput
from patching_constructs.properties.override_files import OverridePatch as OverridePatch
from patching_constructs.properties.patch_group import PatchGroup as PatchGroup
from patching_constructs.properties.pseudo_parameters import PseudoParameter as PseudoParameter
from patching_constructs.properties.rate_control import RateControl as RateControl
from patching_constructs.properties.targets import PatchTarget as PatchTarget
from patching_constructs.properties.task_actions import TaskType as TaskType
from patching_constructs.properties.window_tasks import WindowTask as WindowTask
from patching_constructs.schedule.days_of_week import DayOfWeek as DayOfWeek
from patching_constructs.schedule.expression import ScheduleExpression as ScheduleExpression
from patching_constructs.schedule.occurrence import Occurrence as Occurrence
from patching_constructs.schedule.occurrence import WallClock as WallClock
from patching_constructs.ssm.compliance import ComplianceLevel as ComplianceLevel
from patching_constructs.ssm.compliance import PatchComplianceStatus as PatchComplianceStatus
from patching_constructs.ssm.compliance import RejectedPatchesAction as RejectedPatchesAction
from patching_constructs.ssm.events import ExecutionStatus as ExecutionStatus
from patching_constructs.ssm.events import WindowState as WindowState
from patching_constructs.ssm.operating_systems import OperatingSystem as OperatingSystem

__all__: list[str]  # noqa: PYI035 - the names are listed above
