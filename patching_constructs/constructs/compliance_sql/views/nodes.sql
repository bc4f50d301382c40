-- Every managed node that is not terminated, with what its last patching operation found.
WITH information AS (
    SELECT
        regexp_extract("$path", '/accountid=([0-9]{12})/', 1) AS account_id,
        regexp_extract("$path", '/region=([^/]+)/', 1) AS region,
        regexp_extract("$path", '/([^/]+)\.json$', 1) AS node_id,
        computername AS computer_name,
        platformtype AS platform_type,
        platformname AS platform_name,
        platformversion AS platform_version,
        agentversion AS agent_version,
        instancestatus AS node_state
    FROM aws_instanceinformation
    WHERE regexp_like("$path", '/accountid=[0-9]{12}/region=[^/]+/resourcetype=ManagedInstanceInventory/[^/]+\.json$')
),

summaries AS (
    SELECT
        regexp_extract("$path", '/accountid=([0-9]{12})/', 1) AS account_id,
        regexp_extract("$path", '/region=([^/]+)/', 1) AS region,
        regexp_extract("$path", '/([^/]+)\.json$', 1) AS node_id,
        nullif(patchgroup, '') AS patch_group,
        nullif(baselineid, '') AS baseline_id,
        operationtype AS operation,
        rebootoption AS reboot_option,
        CAST(try(from_iso8601_timestamp(operationendtime)) AT TIME ZONE 'UTC' AS timestamp) AS scanned_at,
        try_cast(installedcount AS bigint) AS installed_count,
        try_cast(installedothercount AS bigint) AS installed_other_count,
        try_cast(missingcount AS bigint) AS missing_count,
        try_cast(failedcount AS bigint) AS failed_count,
        try_cast(installedrejectedcount AS bigint) AS rejected_count,
        try_cast(installedpendingrebootcount AS bigint) AS pending_reboot_count,
        try_cast(criticalnoncompliantcount AS bigint) AS critical_non_compliant_count,
        try_cast(securitynoncompliantcount AS bigint) AS security_non_compliant_count,
        try_cast(othernoncompliantcount AS bigint) AS other_non_compliant_count
    FROM aws_patchsummary
    WHERE regexp_like("$path", '/accountid=[0-9]{12}/region=[^/]+/resourcetype=ManagedInstanceInventory/[^/]+\.json$')
),

-- Their status also covers available security updates of Windows Server, which a summary does not count.
items AS (
    SELECT
        regexp_extract("$path", '/accountid=([0-9]{12})/', 1) AS account_id,
        regexp_extract("$path", '/region=([^/]+)/', 1) AS region,
        regexp_extract("$path", '/([^/]+)\.json$', 1) AS node_id,
        count(*) AS non_compliant_patch_count
    FROM aws_complianceitem
    WHERE
        regexp_like("$path", '/accountid=[0-9]{12}/region=[^/]+/resourcetype=ManagedInstanceInventory/[^/]+\.json$')
        AND compliancetype = 'Patch'
        AND status = 'NON_COMPLIANT'
    GROUP BY 1, 2, 3
)

SELECT
    account_id,
    region,
    node_id,
    computer_name,
    platform_type,
    platform_name,
    platform_version,
    agent_version,
    node_state,
    patch_group,
    baseline_id,
    operation,
    reboot_option,
    scanned_at,
    CASE
        WHEN scanned_at IS NULL OR missing_count IS NULL THEN 'NO_EVIDENCE'
        WHEN scanned_at < CAST(current_timestamp AT TIME ZONE 'UTC' AS timestamp) - INTERVAL '{evidence_hours}' HOUR
            THEN 'NO_EVIDENCE'
        WHEN
            missing_count + coalesce(failed_count, 0) + coalesce(rejected_count, 0)
            + coalesce(pending_reboot_count, 0) + coalesce(non_compliant_patch_count, 0) > 0
            THEN 'NON_COMPLIANT'
        ELSE 'COMPLIANT'
    END AS compliance,
    installed_count,
    installed_other_count,
    missing_count,
    failed_count,
    rejected_count,
    pending_reboot_count,
    critical_non_compliant_count,
    security_non_compliant_count,
    other_non_compliant_count,
    coalesce(non_compliant_patch_count, 0) AS non_compliant_patch_count
FROM information
FULL OUTER JOIN summaries USING (account_id, region, node_id)
LEFT JOIN items USING (account_id, region, node_id)
WHERE coalesce(node_state, 'Active') <> 'Terminated'
