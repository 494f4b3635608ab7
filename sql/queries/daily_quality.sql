-- How right the decisions of each day were, as far as its labels have arrived.
SELECT
  DATE_FORMAT(event_time, 'yyyy-MM-dd') AS event_day,
  COUNT(*) AS labelled,
  COUNT(*) FILTER (WHERE fraud) AS frauds,
  COUNT(*) FILTER (WHERE decision = 'review') AS reviewed,
  CAST(COUNT(*) FILTER (WHERE fraud AND decision = 'review') AS DOUBLE)
    / NULLIF(COUNT(*) FILTER (WHERE decision = 'review'), 0) AS review_precision,
  CAST(COUNT(*) FILTER (WHERE fraud AND decision = 'review') AS DOUBLE)
    / NULLIF(COUNT(*) FILTER (WHERE fraud), 0) AS review_recall
FROM labelled_scores
GROUP BY DATE_FORMAT(event_time, 'yyyy-MM-dd')
ORDER BY event_day;
