-- What a challenger would have said of each transaction, beside what was answered. It was never acted on.
CREATE TABLE shadows (
  event_id STRING NOT NULL,
  event_time TIMESTAMP_LTZ(3) NOT NULL,
  entity STRING NOT NULL,
  model_name STRING NOT NULL,
  model_version STRING NOT NULL,
  model_digest STRING NOT NULL,
  score DOUBLE NOT NULL,
  decision STRING NOT NULL,
  answered_version STRING NOT NULL,
  answered_score DOUBLE NOT NULL,
  answered_decision STRING NOT NULL,
  source_topic STRING NOT NULL,
  source_partition INT NOT NULL,
  source_offset BIGINT NOT NULL,
  WATERMARK FOR event_time AS event_time - INTERVAL '10' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = 'card-fraud.shadows',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601'
);
