-- Nodes that were never scanned, or too long ago to be compliant or not.
SELECT
    account_id,
    region,
    node_id,
    computer_name,
    platform_name,
    node_state,
    patch_group,
    scanned_at
FROM nodes
WHERE compliance = 'NO_EVIDENCE'
ORDER BY scanned_at ASC NULLS FIRST, account_id ASC, region ASC, node_id ASC
