-- What a model version said of each transaction, and what was decided.
CREATE TABLE scores (
  event_id STRING NOT NULL,
  event_time TIMESTAMP_LTZ(3) NOT NULL,
  entity STRING NOT NULL,
  -- The value of monitor.segment. Null where the pipeline has none.
  segment STRING,
  model_name STRING NOT NULL,
  model_version STRING NOT NULL,
  model_digest STRING NOT NULL,
  route STRING NOT NULL,
  -- Why a fallback answered. Null where none did.
  because STRING,
  score DOUBLE NOT NULL,
  -- What else the model says, such as the probabilities of all classes. Null where its metadata names nothing.
  outputs ARRAY<ROW<name STRING, numbers ARRAY<DOUBLE>, texts ARRAY<STRING>>>,
  decision STRING NOT NULL,
  -- By the feature's name, null where it is missing. The whole map is null where the pipeline leaves features out.
  features MAP<STRING, DOUBLE>,
  -- The features whose windows reach back to before their history, null where all are full.
  warming ARRAY<STRING>,
  latency_millis BIGINT NOT NULL,
  source_topic STRING NOT NULL,
  source_partition INT NOT NULL,
  source_offset BIGINT NOT NULL,
  WATERMARK FOR event_time AS event_time - INTERVAL '10' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = 'card-fraud.scores',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601'
);
