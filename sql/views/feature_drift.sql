-- A row for each feature of each report: how far it is from the reference, and in what it has drifted.
CREATE VIEW feature_drift AS
SELECT
  window_start,
  window_end,
  revision,
  model_name,
  model_version,
  segment,
  feature,
  kind,
  feature_status,
  from_reference.psi AS psi,
  from_reference.ks AS ks,
  from_reference.total_variation AS total_variation,
  from_reference.missing_change AS missing_change,
  q,
  causes
FROM drift
CROSS JOIN UNNEST(features)
  AS f (feature, `role`, kind, feature_status, `current`, from_reference, from_previous, p, q, causes, bins, contributors);
