-- Incidents that begin, become worse and end, each with its evidence.
CREATE TABLE alerts (
  -- All alerts of one incident carry the same.
  incident STRING NOT NULL,
  -- Late rows write an alert again: of one incident and window, the highest counts.
  revision INT,
  -- RAISED, ESCALATED or RESOLVED, and EASED or WITHDRAWN where late rows show that it is not so.
  state STRING NOT NULL,
  severity STRING NOT NULL,
  source STRING NOT NULL,
  window_start TIMESTAMP_LTZ(3) NOT NULL,
  window_end TIMESTAMP_LTZ(3) NOT NULL,
  since TIMESTAMP_LTZ(3) NOT NULL,
  model_name STRING NOT NULL,
  model_version STRING NOT NULL,
  -- Empty where it is about all rows.
  segment STRING NOT NULL,
  `rows` BIGINT NOT NULL,
  reference_version STRING NOT NULL,
  -- The segment in whose own bins rows were counted and, unless the reference rolls, with whose own they were compared. Empty where it was that of all rows.
  reference_segment STRING,
  -- Of a rolling reference, the rows that it is of. Null where it was the profile itself.
  reference_from TIMESTAMP_LTZ(3),
  reference_to TIMESTAMP_LTZ(3),
  summary STRING NOT NULL,
  -- Of one that labels tell, the incident of drift that was open at the same time. Null where none was.
  confirms STRING,
  -- Of a few events of the window.
  event_ids ARRAY<STRING>,
  -- The worst first.
  culprits ARRAY<ROW<
    name STRING,
    cause STRING,
    measure STRING,
    `value` DOUBLE,
    `limit` DOUBLE,
    p DOUBLE,
    q DOUBLE,
    windows INT,
    bins ARRAY<ROW<label STRING, `count` BIGINT, reference_share DOUBLE, contribution DOUBLE>>,
    -- Of reconstruction, the features that its errors are made of.
    contributors ARRAY<ROW<name STRING, share DOUBLE, reference_share DOUBLE>>>>,
  WATERMARK FOR window_end AS window_end
) WITH (
  'connector' = 'kafka',
  'topic' = 'card-fraud.alerts',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601'
);
