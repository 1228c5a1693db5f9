-- What Weir lands unless told otherwise: every event, with the default columns.
-- partition_by: date, event_type
SELECT * EXCLUDE (arrival_time, stream, shard_id, sequence_number)
FROM events
