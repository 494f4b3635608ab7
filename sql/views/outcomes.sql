-- What became of every record that was read: one row each, by its coordinates.
CREATE VIEW outcomes AS
SELECT source_topic, source_partition, source_offset, 'scored' AS outcome FROM scores
UNION ALL
SELECT source_topic, source_partition, source_offset, 'dead letter' AS outcome FROM dead_letters
UNION ALL
SELECT source_topic, source_partition, source_offset, 'duplicate' AS outcome FROM duplicates;
