-- The entities to look at first.
SELECT
  entity,
  MAX(score) AS highest_score,
  COUNT(*) FILTER (WHERE decision = 'review') AS reviewed,
  COUNT(*) AS events
FROM scores
GROUP BY entity
ORDER BY highest_score DESC, entity
LIMIT 20;
