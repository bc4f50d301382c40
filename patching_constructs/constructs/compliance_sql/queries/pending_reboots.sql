-- Nodes with patches that take effect only after a reboot, the longest wait first.
SELECT
    nodes.account_id,
    nodes.region,
    nodes.node_id,
    nodes.computer_name,
    nodes.patch_group,
    nodes.pending_reboot_count,
    min(patches.installed_at) AS waits_since,
    date_diff('day', CAST(min(patches.installed_at) AS date), current_date) AS waiting_days
FROM nodes
LEFT JOIN patches
    ON nodes.account_id = patches.account_id
    AND nodes.region = patches.region
    AND nodes.node_id = patches.node_id
    AND patches.state = 'InstalledPendingReboot'
WHERE nodes.pending_reboot_count > 0
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY waits_since ASC NULLS LAST, account_id ASC, region ASC, node_id ASC
