-- Adds today's row of every node, and for a node that is not compliant, one for each patch that is the reason.
INSERT INTO compliance_history
SELECT
    current_date AS recorded_on,
    nodes.account_id,
    nodes.region,
    nodes.node_id,
    nodes.patch_group,
    nodes.compliance,
    patches.patch_id,
    patches.state,
    patches.compliance_level
FROM nodes
LEFT JOIN patches
    ON nodes.account_id = patches.account_id
    AND nodes.region = patches.region
    AND nodes.node_id = patches.node_id
    AND patches.status = 'NON_COMPLIANT'
