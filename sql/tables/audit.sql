-- What was decided about model versions: by whom, why, and by which evidence where nobody was asked.
CREATE TABLE audit (
  decided TIMESTAMP_LTZ(3) NOT NULL,
  -- PROMOTE, ROLL_BACK, CHALLENGE, RETIRE, or HOLD where a better challenger is not promoted for now.
  action STRING NOT NULL,
  -- user@host, or what acts by itself: guard, watch, job.
  actor STRING NOT NULL,
  reason STRING NOT NULL,
  -- Whether nothing was done about it.
  dry_run BOOLEAN NOT NULL,
  -- What was up for decision: an announcement, by its version and time.
  subject STRING NOT NULL,
  model_name STRING NOT NULL,
  model_version STRING NOT NULL,
  model_digest STRING NOT NULL,
  share DOUBLE NOT NULL,
  -- The version that answered when it was decided, or nothing where none did.
  answered_version STRING NOT NULL,
  -- The first event time for which it holds. Null where nothing was announced.
  `from` TIMESTAMP_LTZ(3),
  -- Null where a person decided.
  evidence ROW<
    window_start TIMESTAMP_LTZ(3),
    window_end TIMESTAMP_LTZ(3),
    windows INT,
    labelled BIGINT,
    findings ARRAY<ROW<
      measure STRING,
      `value` DOUBLE,
      answered DOUBLE,
      `limit` DOUBLE,
      `count` BIGINT,
      p DOUBLE,
      alpha DOUBLE>>,
    incidents ARRAY<STRING>>,
  WATERMARK FOR decided AS decided
) WITH (
  'connector' = 'kafka',
  'topic' = 'card-fraud.audit',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601'
);
