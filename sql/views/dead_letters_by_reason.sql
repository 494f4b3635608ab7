-- Why records were refused, how often, and one example of each.
CREATE VIEW dead_letters_by_reason AS
SELECT
  source_topic,
  stage,
  reason,
  COUNT(*) AS records,
  MIN(source_time) AS first_time,
  MAX(source_time) AS last_time,
  MIN(detail) AS example
FROM dead_letters
GROUP BY source_topic, stage, reason;
