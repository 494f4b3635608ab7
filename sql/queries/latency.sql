-- How long it took from the Kafka record's timestamp to the score, in milliseconds, by hour of event time.
SELECT
  DATE_FORMAT(event_time, 'yyyy-MM-dd HH:00') AS event_hour,
  COUNT(*) AS events,
  ROUND(PERCENTILE(latency_millis, 0.5), 1) AS p50_millis,
  ROUND(PERCENTILE(latency_millis, 0.95), 1) AS p95_millis,
  ROUND(PERCENTILE(latency_millis, 0.99), 1) AS p99_millis,
  MAX(latency_millis) AS max_millis
FROM scores
GROUP BY DATE_FORMAT(event_time, 'yyyy-MM-dd HH:00')
ORDER BY event_hour;
