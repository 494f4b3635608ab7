-- Scores whose truth is known by now. A label that comes more than 60 days after its event is not looked for.
CREATE VIEW labelled_scores AS
SELECT
  s.*,
  l.label_time,
  l.fraud
FROM scores AS s
JOIN labels AS l
  ON s.event_id = CAST(l.transaction_id AS STRING)
  AND l.label_time BETWEEN s.event_time AND s.event_time + INTERVAL '60' DAY;
