-- Nodes of each patch group: how many are not compliant, and for how long.
SELECT
    nodes.patch_group,
    count(*) AS nodes,
    count(*) FILTER (WHERE nodes.compliance = 'COMPLIANT') AS compliant,
    count(*) FILTER (WHERE nodes.compliance = 'NO_EVIDENCE') AS no_evidence,
    count(*) FILTER (WHERE nodes.compliance = 'NON_COMPLIANT') AS non_compliant,
    count(*) FILTER (WHERE ages.non_compliant_days < 7) AS under_7_days,
    count(*) FILTER (WHERE ages.non_compliant_days BETWEEN 7 AND 29) AS days_7_to_29,
    count(*) FILTER (WHERE ages.non_compliant_days BETWEEN 30 AND 89) AS days_30_to_89,
    count(*) FILTER (WHERE ages.non_compliant_days >= 90) AS days_90_and_more,
    count(*) FILTER (WHERE nodes.compliance = 'NON_COMPLIANT' AND ages.non_compliant_days IS NULL) AS age_unknown
FROM nodes
LEFT JOIN non_compliant_nodes AS ages
    ON nodes.account_id = ages.account_id
    AND nodes.region = ages.region
    AND nodes.node_id = ages.node_id
GROUP BY nodes.patch_group
ORDER BY non_compliant DESC, patch_group ASC
