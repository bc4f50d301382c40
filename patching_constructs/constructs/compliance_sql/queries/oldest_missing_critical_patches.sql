-- Patches that are missing or failed, critical by the compliance level of their baseline or by their vendor.
SELECT
    patch_id,
    max(title) AS title,
    min(first_seen_on) AS first_seen_on,
    max(seen_days) AS seen_days,
    count(*) AS nodes,
    count(DISTINCT account_id) AS accounts,
    min(node_id) AS first_node
FROM non_compliant_patches
WHERE
    state IN ('Missing', 'Failed')
    AND (compliance_level = 'CRITICAL' OR lower(vendor_severity) = 'critical')
GROUP BY patch_id
ORDER BY first_seen_on ASC NULLS LAST, nodes DESC, patch_id ASC
