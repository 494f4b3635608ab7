-- Fraud that was approved: the most expensive first.
SELECT
  event_id,
  event_time,
  entity,
  score,
  features['TX_AMOUNT'] AS amount,
  model_version
FROM labelled_scores
WHERE fraud AND decision = 'approve'
ORDER BY amount DESC, event_id
LIMIT 20;
