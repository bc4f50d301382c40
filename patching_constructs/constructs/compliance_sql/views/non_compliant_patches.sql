-- The patches that make a node non-compliant, and since which day of the history without a day in between on which the
-- node was evaluated without them.
WITH current_patches AS (
    SELECT *
    FROM patches
    WHERE status = 'NON_COMPLIANT'
),

evaluated_days AS (
    SELECT DISTINCT
        account_id,
        region,
        node_id,
        recorded_on
    FROM compliance_history
    WHERE compliance IN ('COMPLIANT', 'NON_COMPLIANT')
),

patch_days AS (
    SELECT DISTINCT
        account_id,
        region,
        node_id,
        recorded_on,
        patch_id,
        true AS is_seen
    FROM compliance_history
    WHERE patch_id IS NOT NULL
),

days AS (
    SELECT
        account_id,
        region,
        node_id,
        patch_id,
        recorded_on,
        is_seen
    FROM (SELECT DISTINCT account_id, region, node_id, patch_id FROM current_patches)
    INNER JOIN evaluated_days USING (account_id, region, node_id)
    LEFT JOIN patch_days USING (account_id, region, node_id, patch_id, recorded_on)
),

last_days_without AS (
    SELECT
        account_id,
        region,
        node_id,
        patch_id,
        max(recorded_on) AS last_without_on
    FROM days
    WHERE is_seen IS NULL
    GROUP BY 1, 2, 3, 4
),

first_days AS (
    SELECT
        account_id,
        region,
        node_id,
        patch_id,
        min(recorded_on) AS first_seen_on
    FROM days
    LEFT JOIN last_days_without USING (account_id, region, node_id, patch_id)
    WHERE
        is_seen
        AND (last_without_on IS NULL OR recorded_on > last_without_on)
    GROUP BY 1, 2, 3, 4
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
    cve_ids,
    installed_at,
    scanned_at,
    first_seen_on,
    date_diff('day', first_seen_on, current_date) AS seen_days
FROM current_patches
LEFT JOIN first_days USING (account_id, region, node_id, patch_id)
