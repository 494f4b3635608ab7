-- Which model version answered how much of each day.
SELECT
  event_day,
  model_name,
  model_version,
  events,
  CAST(events AS DOUBLE) / SUM(events) OVER (PARTITION BY event_day, model_name) AS share_of_day
FROM (
  SELECT
    DATE_FORMAT(event_time, 'yyyy-MM-dd') AS event_day,
    model_name,
    model_version,
    COUNT(*) AS events
  FROM scores
  GROUP BY DATE_FORMAT(event_time, 'yyyy-MM-dd'), model_name, model_version
)
ORDER BY event_day, model_name, model_version;
