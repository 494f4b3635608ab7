-- How many events of each hour got which decision.
CREATE VIEW decisions_per_hour AS
SELECT
  window_start AS event_hour,
  decision,
  COUNT(*) AS events,
  AVG(score) AS average_score
FROM TUMBLE(TABLE scores, DESCRIPTOR(event_time), INTERVAL '1' HOUR)
GROUP BY window_start, window_end, decision;
