"""PatchComplianceReport: the patch compliance of accounts and Regions in a bucket, and SQL over it.

https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-inventory-datasync.html
https://docs.aws.amazon.com/athena/latest/ug/what-is.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from aws_cdk import Annotations, Aws, Names, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from aws_cdk.aws_athena import CfnNamedQuery, CfnWorkGroup
from aws_cdk.aws_glue import CfnDatabase
from aws_cdk.aws_scheduler import CfnSchedule
from constructs import Construct

from patching_constructs._errors import refusal, shown
from patching_constructs._validation import has_property
from patching_constructs.constructs._compliance_access import QueryAccess
from patching_constructs.constructs._compliance_buckets import (
    created_data_bucket,
    created_results_bucket,
    history_of,
)
from patching_constructs.constructs._compliance_catalog import create_queries, create_tables, create_views
from patching_constructs.constructs._compliance_checks import (
    check_accounts,
    check_bucket,
    check_database_name,
    check_organization,
    check_together,
    evidence_hours,
)
from patching_constructs.constructs._compliance_history import create_history
from patching_constructs.constructs._compliance_work_groups import history_work_group, query_work_group
from patching_constructs.constructs._rule_targets import check_rule_target
from patching_constructs.constructs._scopes import creating
from patching_constructs.constructs._sync_permissions import SyncSources
from patching_constructs.constructs.patch_data_sync import PatchDataSync
from patching_constructs.properties._durations import Length

BUCKET_POLICY: Final = "patching-constructs:syncBucketPolicyNotChanged"
KEY_POLICY: Final = "patching-constructs:syncKeyPolicyNotChanged"
_DATABASE_NAME_LENGTH: Final = 64


class PatchComplianceReport(Construct):
    """The patch compliance of one or many accounts and Regions, for SQL with Amazon Athena.

    A resource data sync copies the inventory of this account and Region into an encrypted bucket; other accounts and
    Regions need a `PatchDataSync` each. Tables and views in the Glue Data Catalog read it, in a workgroup of Athena:

    - ``nodes``: every node that is not terminated, with its compliance and what its last patching operation found;
    - ``patches``: every patch of these nodes;
    - ``node_tags``: their tags;
    - ``non_compliant_nodes`` and ``non_compliant_patches``: with the age, see below.

    The workgroup has saved queries: non-compliant nodes by patch group and age, pending reboots, oldest missing
    critical patches, nodes without evidence, and the compliance by day.

    A sync has only the current state. So a schedule records the compliance of the nodes once a day, in the table
    ``compliance_history``; see `on_history_failed` if that fails. An age is counted from the first day of the
    history without a compliant day in between, and is unknown before the first day.

    A node is non-compliant if it has a patch that is missing, failed, rejected or pending a reboot, or another one that
    its baseline reports as non-compliant. A node that was not scanned within ``evidence_limit`` has no evidence.

    Args:
        scope: the construct that this one belongs to.
        id: the construct's id, unique within the scope.
        accounts: the ids of other accounts whose syncs can write into the bucket, with any Region. Default: none.
        organization_id: the id of an organization in AWS Organizations, all accounts of which can write into the
            bucket. Default: none.
        bucket: the bucket of the data. Statements are added to its policy, and to the policy of its key; if one of them
            was imported, that is not possible, which is a warning (``patching-constructs:syncBucketPolicyNotChanged``,
            ``patching-constructs:syncKeyPolicyNotChanged``). It cannot have Object Lock. Default: a new bucket.
        prefix: the prefix of the keys in ``bucket``, without ``/`` at the beginning and the end. Default: none.
        results_bucket: the bucket of the results of queries, and of the history, which is below
            ``history/<database_name>/``. Several reports can have the same one. Default: a new bucket, which keeps
            results for 30 days and the history forever, and also gets the access logs of a new bucket of the data, for
            90 days.
        encryption_key: the key for the data in a new bucket, and for results and history. Default: the encryption of
            the buckets, of new ones with keys of S3 (SSE-S3).
        evidence_limit: how long the result of a patching operation is evidence of compliance, 1 hour to 366 days.
            Default: 7 days.
        database_name: the name of the database, 1-255 of ``a-z``, ``0-9`` and ``_``. Default: a name from the path of
            the construct.

    Raises:
        PatchingError: a property is invalid.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-create-resource-data-sync.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        accounts: Sequence[str] = (),
        organization_id: str | None = None,
        bucket: s3.IBucket | None = None,
        prefix: str | None = None,
        results_bucket: s3.IBucket | None = None,
        encryption_key: kms.IKey | None = None,
        evidence_limit: Length = timedelta(days=7),
        database_name: str | None = None,
    ) -> None:
        with creating(scope, id):
            check_accounts(accounts)
            check_organization(organization_id)
            check_bucket("bucket", bucket)
            check_bucket("results_bucket", results_bucket)
            check_together(bucket, prefix, results_bucket, encryption_key)
            hours = evidence_hours(evidence_limit)
            check_database_name(database_name)
        super().__init__(scope, id)
        self._results = results_bucket or created_results_bucket(self)
        logs = None if results_bucket else self._results
        self._bucket = bucket or created_data_bucket(self, encryption_key, logs)
        key = self._bucket.encryption_key
        self._allow(SyncSources(list(dict.fromkeys([Stack.of(self).account, *accounts])), organization_id), prefix, key)
        self._sync = PatchDataSync(self, "Sync", bucket=self._bucket, prefix=prefix, key=key)
        if self._bucket.policy is not None:
            # The service writes a test file when the sync is created.
            self._sync.node.add_dependency(self._bucket.policy)
        name = database_name or _generated_database_name(self)
        self._database = CfnDatabase(
            self,
            "Database",
            catalog_id=Aws.ACCOUNT_ID,
            database_input={"name": name, "description": "Patch compliance of managed nodes"},
        )
        results_key = encryption_key or self._results.encryption_key
        self._work_group = query_work_group(self, self._results, results_key)
        history = f"s3://{self._results.bucket_name}/{history_of(name)}"
        create_tables(self, self._database, _location(self._bucket, prefix), history)
        create_views(self, self._database, name, hours)
        self._queries = create_queries(self, self._database, self._work_group)
        keys = {each.node.path: each for each in (key, results_key) if each is not None}
        self._access = QueryAccess(
            scope=self,
            work_group=self._work_group.ref,
            database=name,
            data=self._bucket,
            prefix=prefix,
            results=self._results,
            keys=list(keys.values()),
        )
        recording = replace(self._access, work_group=history_work_group(self, self._results, results_key).ref)
        self._history = create_history(self, recording)

    @property
    def bucket(self) -> s3.IBucket:
        """The bucket of the data."""
        return self._bucket

    @property
    def results_bucket(self) -> s3.IBucket:
        """The bucket of the results of queries and of the history."""
        return self._results

    @property
    def sync(self) -> PatchDataSync:
        """The sync of this account and Region."""
        return self._sync

    @property
    def database(self) -> CfnDatabase:
        """The L1 construct of the database."""
        return self._database

    @property
    def work_group(self) -> CfnWorkGroup:
        """The L1 construct of the workgroup."""
        return self._work_group

    @property
    def queries(self) -> Mapping[str, CfnNamedQuery]:
        """The L1 constructs of the saved queries, by names such as ``pending_reboots``."""
        return self._queries

    @property
    def history_schedule(self) -> CfnSchedule:
        """The L1 construct of the schedule that records the history."""
        return self._history.schedule

    @property
    def history_role(self) -> iam.Role:
        """The role of the schedule that records the history."""
        return self._history.role

    @property
    def history_dead_letter_queue(self) -> sqs.Queue:
        """The queue with the requests of the schedule that did not start a query."""
        return self._history.queue

    def on_history_failed(
        self,
        id: str,  # noqa: A002
        *,
        target: events.IRuleTarget | None = None,
    ) -> events.Rule:
        """Create a rule of EventBridge for queries that could not record the history.

        Athena emits its events on a best effort basis. A query that did not start has no event: its request is in
        `history_dead_letter_queue`.

        Args:
            id: the construct's id.
            target: what gets the events. Default: none yet; use ``rule.add_target``.

        Raises:
            PatchingError: the target is not an ``IRuleTarget``, or a topic with the AWS managed key.

        https://docs.aws.amazon.com/athena/latest/ug/athena-events.html
        """
        with creating(self, id):
            check_rule_target(target)
        return self._history.on_failed(self, id, target)

    def grant_query(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant permission to run queries in the workgroup: to use Athena, the tables, both buckets and their keys.

        If Lake Formation manages the permissions of the Glue Data Catalog, grant access to the tables there too.

        Args:
            grantee: the principal, for example the role of an analyst.

        Raises:
            PatchingError: the argument is not an ``IGrantable``.
        """
        if not has_property(grantee, "grant_principal"):
            raise refusal("grantee", "must be an IGrantable, such as a role", shown(grantee)).at(self.node.path)
        return self._access.grant_query(grantee)

    def _allow(self, sources: SyncSources, prefix: str | None, key: kms.IKey | None) -> None:
        added = [
            self._bucket.add_to_resource_policy(statement).statement_added
            for statement in sources.bucket_statements(self._bucket, prefix, key)
        ]
        if not all(added):
            self._warn(BUCKET_POLICY, "bucket")
        if key is None:
            return
        added = [key.add_to_resource_policy(statement).statement_added for statement in sources.key_statements()]
        if not all(added):
            self._warn(KEY_POLICY, "key of the bucket")

    def _warn(self, warning: str, what: str) -> None:
        Annotations.of(self).add_warning_v2(
            warning,
            f"the {what} was imported, so its policy is not changed; make sure that the policy allows the syncs, as "
            "https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-create-resource-data-sync.html "
            "describes",
        )


def _location(bucket: s3.IBucket, prefix: str | None) -> str:
    return f"s3://{bucket.bucket_name}/" + ("" if prefix is None else f"{prefix}/")


def _generated_database_name(scope: Construct) -> str:
    return Names.unique_resource_name(scope, max_length=_DATABASE_NAME_LENGTH, separator="_").lower()
