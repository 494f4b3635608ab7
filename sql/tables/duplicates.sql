-- Records whose event id had been accepted before: counted, not scored.
CREATE TABLE duplicates (
  event_id STRING NOT NULL,
  -- Where the copy was read that was accepted.
  first_partition INT NOT NULL,
  first_offset BIGINT NOT NULL,
  source_topic STRING NOT NULL,
  source_partition INT NOT NULL,
  source_offset BIGINT NOT NULL,
  source_time TIMESTAMP_LTZ(3) NOT NULL,
  WATERMARK FOR source_time AS source_time - INTERVAL '10' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = 'card-fraud.duplicates',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601'
);
