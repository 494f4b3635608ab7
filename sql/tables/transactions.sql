-- The events as the pipeline reads them. A row that is not JSON is left out here, and in dead_letters instead.
CREATE TABLE transactions (
  transaction_id BIGINT NOT NULL,
  tx_time TIMESTAMP_LTZ(3) NOT NULL,
  customer_id BIGINT NOT NULL,
  terminal_id BIGINT NOT NULL,
  amount DECIMAL(10, 2) NOT NULL,
  source_partition INT NOT NULL METADATA FROM 'partition' VIRTUAL,
  source_offset BIGINT NOT NULL METADATA FROM 'offset' VIRTUAL,
  WATERMARK FOR tx_time AS tx_time - INTERVAL '10' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = 'transactions',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601',
  'json.ignore-parse-errors' = 'true'
);
