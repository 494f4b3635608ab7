-- The last report of each window: what is known of it by now.
CREATE VIEW latest_quality AS
SELECT
  window_start,
  window_end,
  is_final,
  model_name,
  model_version,
  route,
  segment,
  `rows`,
  labels.coverage AS coverage,
  realised.accuracy AS accuracy,
  realised.`precision` AS decision_precision,
  realised.recall AS recall,
  realised.auc AS auc,
  estimated.accuracy AS estimated_accuracy,
  gap.accuracy AS accuracy_gap,
  cost
FROM (
  SELECT
    *,
    ROW_NUMBER() OVER (
      PARTITION BY model_name, model_version, route, segment, window_start, window_end
      ORDER BY revision DESC) AS newest
  FROM quality)
WHERE newest = 1;
