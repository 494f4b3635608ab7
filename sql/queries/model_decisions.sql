-- Who has decided what about the model's versions, and what told the guard so where nobody was asked.
SELECT
  a.decided,
  a.action,
  a.model_version,
  a.answered_version,
  a.actor,
  a.reason,
  f.measure,
  f.`value`,
  f.answered,
  f.p
FROM audit AS a
LEFT JOIN UNNEST(a.evidence.findings) AS f (measure, `value`, answered, `limit`, `count`, p, alpha) ON TRUE
ORDER BY decided, action, measure;
