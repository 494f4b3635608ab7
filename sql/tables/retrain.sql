-- Incidents that ask for a new model. The topic is there where the pipeline declares monitor.retrain.
CREATE TABLE retrain (
  -- The event time at which the incident was known.
  requested TIMESTAMP_LTZ(3) NOT NULL,
  pipeline STRING NOT NULL,
  -- What is to be replaced.
  model_name STRING NOT NULL,
  model_version STRING NOT NULL,
  -- Empty where it is about all rows.
  segment STRING NOT NULL,
  -- As its alerts say.
  incident STRING NOT NULL,
  source STRING NOT NULL,
  severity STRING NOT NULL,
  reference_version STRING NOT NULL,
  summary STRING NOT NULL,
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
  -- The event time to train on, and the event time after it to hold out. Neither holds its `to`.
  train ROW<`from` TIMESTAMP_LTZ(3), `to` TIMESTAMP_LTZ(3)>,
  hold_out ROW<`from` TIMESTAMP_LTZ(3), `to` TIMESTAMP_LTZ(3)>,
  -- When no later label of both counts any more. Null where the pipeline has no labels.
  labels_until TIMESTAMP_LTZ(3),
  WATERMARK FOR requested AS requested
) WITH (
  'connector' = 'kafka',
  'topic' = 'card-fraud.retrain',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601'
);
