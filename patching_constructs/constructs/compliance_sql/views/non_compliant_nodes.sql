-- The nodes that are not compliant, and since which day of the history without a compliant day in between.
WITH compliant_days AS (
    SELECT
        account_id,
        region,
        node_id,
        max(recorded_on) AS last_compliant_on
    FROM compliance_history
    WHERE compliance = 'COMPLIANT'
    GROUP BY 1, 2, 3
),

non_compliant_days AS (
    SELECT
        account_id,
        region,
        node_id,
        min(recorded_on) AS non_compliant_since
    FROM compliance_history
    LEFT JOIN compliant_days USING (account_id, region, node_id)
    WHERE
        compliance = 'NON_COMPLIANT'
        AND (last_compliant_on IS NULL OR recorded_on > last_compliant_on)
    GROUP BY 1, 2, 3
)

SELECT
    account_id,
    region,
    node_id,
    computer_name,
    platform_name,
    node_state,
    patch_group,
    scanned_at,
    missing_count,
    failed_count,
    rejected_count,
    pending_reboot_count,
    non_compliant_patch_count,
    non_compliant_since,
    date_diff('day', non_compliant_since, current_date) AS non_compliant_days
FROM nodes
LEFT JOIN non_compliant_days USING (account_id, region, node_id)
WHERE compliance = 'NON_COMPLIANT'
