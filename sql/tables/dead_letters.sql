-- Refused records, each with its reason and its original bytes.
CREATE TABLE dead_letters (
  -- Null where the record was refused before its id was known.
  event_id STRING,
  stage STRING NOT NULL,
  reason STRING NOT NULL,
  detail STRING NOT NULL,
  source_topic STRING NOT NULL,
  source_partition INT NOT NULL,
  source_offset BIGINT NOT NULL,
  source_time TIMESTAMP_LTZ(3) NOT NULL,
  -- The bytes as text where they are UTF-8, else in Base64.
  original_text STRING,
  original_base64 STRING,
  -- How many bytes there were. Where they were cut to fit, the digest of all of them follows.
  original_bytes BIGINT NOT NULL,
  original_sha256 STRING,
  WATERMARK FOR source_time AS source_time - INTERVAL '10' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = 'card-fraud.dead-letters',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601'
);
