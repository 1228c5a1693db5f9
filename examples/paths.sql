-- Adds the columns that questions about files need, and leaves out merges of pull requests that
-- touched no file. The rows left out are counted as filtered.
--
-- The table events holds one batch: event_uuid, event_name, event_subtype, created_at,
-- created_datetime, payload, extra, date, event_type, arrival_time, stream, shard_id and
-- sequence_number.
--
-- partition_by: date, event_type
SELECT
  event_uuid,
  event_name,
  event_subtype,
  created_at,
  created_datetime,
  payload,
  extra,
  payload ->> '$.repository' AS repository,
  payload ->> '$.sha' AS sha,
  payload ->> '$.path' AS path,
  nullif(split_part(payload ->> '$.path', '/', 1), payload ->> '$.path') AS top_folder,
  CASE WHEN event_type = 'file' THEN split_part(event_name, ':', 3) END AS extension,
  date,
  event_type
FROM events
WHERE NOT (event_name = 'commit:merged' AND (payload ->> '$.files')::INTEGER = 0)
