-- Every patch of every node that is not terminated.
WITH terminated AS (
    SELECT DISTINCT
        regexp_extract("$path", '/accountid=([0-9]{12})/', 1) AS account_id,
        regexp_extract("$path", '/region=([^/]+)/', 1) AS region,
        regexp_extract("$path", '/([^/]+)\.json$', 1) AS node_id,
        true AS is_terminated
    FROM aws_instanceinformation
    WHERE instancestatus = 'Terminated'
),

items AS (
    SELECT
        regexp_extract("$path", '/accountid=([0-9]{12})/', 1) AS account_id,
        regexp_extract("$path", '/region=([^/]+)/', 1) AS region,
        regexp_extract("$path", '/([^/]+)\.json$', 1) AS node_id,
        nullif(patchgroup, '') AS patch_group,
        id AS patch_id,
        title,
        nullif(classification, '') AS classification,
        nullif(patchseverity, '') AS vendor_severity,
        upper(nullif(severity, '')) AS compliance_level,
        patchstate AS state,
        status,
        nullif(patchbaselineid, '') AS baseline_id,
        nullif(cveids, '') AS cve_ids,
        CAST(try(from_iso8601_timestamp(installedtime)) AT TIME ZONE 'UTC' AS timestamp) AS installed_at,
        CAST(try(from_iso8601_timestamp(executiontime)) AT TIME ZONE 'UTC' AS timestamp) AS scanned_at
    FROM aws_complianceitem
    WHERE
        regexp_like("$path", '/accountid=[0-9]{12}/region=[^/]+/resourcetype=ManagedInstanceInventory/[^/]+\.json$')
        AND compliancetype = 'Patch'
)

SELECT
    account_id,
    region,
    node_id,
    patch_group,
    patch_id,
    title,
    classification,
    vendor_severity,
    compliance_level,
    state,
    status,
    baseline_id,
    cve_ids,
    installed_at,
    scanned_at
FROM items
LEFT JOIN terminated USING (account_id, region, node_id)
WHERE is_terminated IS NULL
