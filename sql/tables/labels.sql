-- The truth about a transaction, when it became known.
CREATE TABLE labels (
  transaction_id BIGINT NOT NULL,
  label_time TIMESTAMP_LTZ(3) NOT NULL,
  customer_id BIGINT NOT NULL,
  terminal_id BIGINT NOT NULL,
  fraud BOOLEAN NOT NULL,
  WATERMARK FOR label_time AS label_time - INTERVAL '10' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = 'transaction-labels',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601',
  'json.ignore-parse-errors' = 'true'
);
