-- The tags of every node that is not terminated.
WITH terminated AS (
    SELECT DISTINCT
        regexp_extract("$path", '/accountid=([0-9]{12})/', 1) AS account_id,
        regexp_extract("$path", '/region=([^/]+)/', 1) AS region,
        regexp_extract("$path", '/([^/]+)\.json$', 1) AS node_id,
        true AS is_terminated
    FROM aws_instanceinformation
    WHERE instancestatus = 'Terminated'
),

tags AS (
    SELECT
        regexp_extract("$path", '/accountid=([0-9]{12})/', 1) AS account_id,
        regexp_extract("$path", '/region=([^/]+)/', 1) AS region,
        regexp_extract("$path", '/([^/]+)\.json$', 1) AS node_id,
        key AS tag_key,
        value AS tag_value
    FROM aws_tag
    WHERE
        regexp_like("$path", '/accountid=[0-9]{12}/region=[^/]+/resourcetype=ManagedInstanceInventory/[^/]+\.json$')
        AND key IS NOT NULL
)

SELECT
    account_id,
    region,
    node_id,
    tag_key,
    tag_value
FROM tags
LEFT JOIN terminated USING (account_id, region, node_id)
WHERE is_terminated IS NULL
