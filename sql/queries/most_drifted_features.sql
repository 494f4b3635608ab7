-- The features that drifted in the most windows, of all rows.
SELECT
  model_version,
  feature,
  COUNT(*) AS windows,
  COUNT(*) FILTER (WHERE CARDINALITY(causes) > 0) AS drifted,
  MAX(psi) AS largest_psi,
  MAX(COALESCE(ks, total_variation)) AS largest_distance
FROM feature_drift
WHERE segment = '' AND revision = 0
GROUP BY model_version, feature
ORDER BY drifted DESC, largest_psi DESC, feature
LIMIT 20;
