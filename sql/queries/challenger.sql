-- Whether a challenger decides better than the version that answers: where they differ, and who was right as far as labels have arrived.
SELECT
  s.model_version AS challenger,
  s.answered_version AS champion,
  COUNT(*) AS compared,
  AVG(s.score - s.answered_score) AS mean_difference,
  COUNT(*) FILTER (WHERE s.decision <> s.answered_decision) AS other_decisions,
  COUNT(*) FILTER (WHERE s.decision <> s.answered_decision AND l.fraud = (s.decision = 'review')) AS challenger_right,
  COUNT(*) FILTER (WHERE s.decision <> s.answered_decision AND l.fraud = (s.answered_decision = 'review')) AS champion_right
FROM shadows AS s
LEFT JOIN labels AS l
  ON s.event_id = CAST(l.transaction_id AS STRING)
  AND l.label_time BETWEEN s.event_time AND s.event_time + INTERVAL '60' DAY
GROUP BY s.model_version, s.answered_version
ORDER BY challenger, champion;
