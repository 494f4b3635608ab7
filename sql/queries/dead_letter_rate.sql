-- What became of the records of each partition, and the share that was refused.
SELECT
  source_topic,
  source_partition,
  COUNT(*) AS records,
  COUNT(*) FILTER (WHERE outcome = 'scored') AS scored,
  COUNT(*) FILTER (WHERE outcome = 'dead letter') AS dead_lettered,
  COUNT(*) FILTER (WHERE outcome = 'duplicate') AS duplicates,
  CAST(COUNT(*) FILTER (WHERE outcome = 'dead letter') AS DOUBLE) / COUNT(*) AS dead_letter_rate
FROM outcomes
GROUP BY source_topic, source_partition
ORDER BY source_topic, source_partition;
