-- The trend: on each day of the history, how many nodes were compliant.
WITH days AS (
    SELECT DISTINCT
        recorded_on,
        account_id,
        region,
        node_id,
        compliance
    FROM compliance_history
)

SELECT
    recorded_on,
    count(*) AS nodes,
    count(*) FILTER (WHERE compliance = 'COMPLIANT') AS compliant,
    count(*) FILTER (WHERE compliance = 'NON_COMPLIANT') AS non_compliant,
    count(*) FILTER (WHERE compliance = 'NO_EVIDENCE') AS no_evidence
FROM days
GROUP BY recorded_on
ORDER BY recorded_on ASC
