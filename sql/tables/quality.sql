-- How right the scores of a window or a day were, as far as labels told by then, and how right the reference says that they should be.
CREATE TABLE quality (
  window_start TIMESTAMP_LTZ(3) NOT NULL,
  window_end TIMESTAMP_LTZ(3) NOT NULL,
  -- 0 is the first report of a window. Labels and corrections make further ones, until one is final.
  revision INT NOT NULL,
  is_final BOOLEAN NOT NULL,
  model_name STRING NOT NULL,
  model_version STRING NOT NULL,
  route STRING NOT NULL,
  -- Empty in the reports of all rows.
  segment STRING NOT NULL,
  `rows` BIGINT NOT NULL,
  -- How many scores reached the threshold.
  decided BIGINT NOT NULL,
  labels ROW<
    labelled BIGINT,
    coverage DOUBLE,
    positives BIGINT,
    `before` BIGINT,
    late BIGINT,
    superseded BIGINT,
    delay_median_millis DOUBLE,
    delay_90_millis DOUBLE,
    delay_99_millis DOUBLE>,
  confusion ROW<
    true_positives BIGINT,
    false_positives BIGINT,
    true_negatives BIGINT,
    false_negatives BIGINT>,
  -- What labels tell.
  realised ROW<accuracy DOUBLE, `precision` DOUBLE, recall DOUBLE, f1 DOUBLE, auc DOUBLE>,
  -- What the calibrated scores tell, without labels. Null where the reference profile has no calibration.
  estimated ROW<accuracy DOUBLE, `precision` DOUBLE, recall DOUBLE, f1 DOUBLE, auc DOUBLE>,
  -- Realised less estimated, both of the rows that have a label.
  gap ROW<accuracy DOUBLE, `precision` DOUBLE, recall DOUBLE, f1 DOUBLE, auc DOUBLE>,
  ranking ROW<
    auc_error DOUBLE,
    average_precision DOUBLE,
    average_precision_error DOUBLE,
    `top` BIGINT,
    precision_at_top DOUBLE,
    precision_at_top_error DOUBLE>,
  calibration ROW<
    log_loss DOUBLE,
    brier DOUBLE,
    expected_error DOUBLE,
    tenths ARRAY<ROW<low DOUBLE, labelled BIGINT, mean_score DOUBLE, positive_share DOUBLE>>>,
  -- Null where the pipeline does not say what wrong decisions cost.
  cost DOUBLE,
  -- Of a shadow: how its scores differ from those that answered the same events. Sums, so that windows add up.
  paired ROW<
    `rows` BIGINT,
    other_decisions BIGINT,
    labelled BIGINT,
    answered_false_positives BIGINT,
    answered_false_negatives BIGINT,
    fewer_false_positives BIGINT,
    more_false_positives BIGINT,
    fewer_false_negatives BIGINT,
    more_false_negatives BIGINT,
    log_loss ROW<answered DOUBLE, less DOUBLE, less_squares DOUBLE>,
    squared_error ROW<answered DOUBLE, less DOUBLE, less_squares DOUBLE>>,
  fairness ROW<
    segments INT,
    demographic_parity_difference DOUBLE,
    disparate_impact_ratio DOUBLE,
    equal_opportunity_difference DOUBLE,
    equalised_odds_difference DOUBLE>,
  WATERMARK FOR window_end AS window_end
) WITH (
  'connector' = 'kafka',
  'topic' = 'card-fraud.quality',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'scan.bounded.mode' = 'latest-offset',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601'
);
