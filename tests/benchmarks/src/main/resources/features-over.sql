-- The published benchmark's 12 windowed features as Flink SQL.
--
-- A streaming query of Flink 2.3 may have one window in each SELECT, so the windows are chained: each SELECT adds the
-- aggregates of one window to the row, which keeps its event time. Labels enter the terminal's windows as rows of their own.
--
-- RANGE closes the left edge: an interval that is a millisecond short makes it (t - w, t], as Millrace has it. Sums are of
-- whole cents, which is exact and cheaper than DECIMAL. Each average is a sum divided once.
WITH customer_1 AS (
  SELECT *, COUNT(*) OVER w AS customer_count_1, SUM(cents) OVER w AS customer_cents_1
  FROM (SELECT transaction_id, tx_time, customer_id, terminal_id, CAST(amount * 100 AS BIGINT) AS cents FROM transactions)
  WINDOW w AS (PARTITION BY customer_id ORDER BY tx_time
    RANGE BETWEEN INTERVAL '0 23:59:59.999' DAY TO SECOND(3) PRECEDING AND CURRENT ROW)
), customer_7 AS (
  SELECT *, COUNT(*) OVER w AS customer_count_7, SUM(cents) OVER w AS customer_cents_7
  FROM customer_1
  WINDOW w AS (PARTITION BY customer_id ORDER BY tx_time
    RANGE BETWEEN INTERVAL '6 23:59:59.999' DAY TO SECOND(3) PRECEDING AND CURRENT ROW)
), customer_30 AS (
  SELECT *, COUNT(*) OVER w AS customer_count_30, SUM(cents) OVER w AS customer_cents_30
  FROM customer_7
  WINDOW w AS (PARTITION BY customer_id ORDER BY tx_time
    RANGE BETWEEN INTERVAL '29 23:59:59.999' DAY TO SECOND(3) PRECEDING AND CURRENT ROW)
), at_terminal AS (
  SELECT
    transaction_id, tx_time, terminal_id, CAST(NULL AS DOUBLE) AS fraud,
    customer_count_1, customer_cents_1, customer_count_7, customer_cents_7, customer_count_30, customer_cents_30
  FROM customer_30
  UNION ALL
  SELECT
    CAST(NULL AS BIGINT), label_time, terminal_id, CASE WHEN fraud THEN 1.0E0 ELSE 0.0E0 END,
    CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT),
    CAST(NULL AS BIGINT)
  FROM labels
), terminal_1 AS (
  SELECT *, COUNT(fraud) OVER w AS terminal_count_1, SUM(fraud) OVER w AS terminal_frauds_1
  FROM at_terminal
  WINDOW w AS (PARTITION BY terminal_id ORDER BY tx_time
    RANGE BETWEEN INTERVAL '0 23:59:59.999' DAY TO SECOND(3) PRECEDING AND CURRENT ROW)
), terminal_7 AS (
  SELECT *, COUNT(fraud) OVER w AS terminal_count_7, SUM(fraud) OVER w AS terminal_frauds_7
  FROM terminal_1
  WINDOW w AS (PARTITION BY terminal_id ORDER BY tx_time
    RANGE BETWEEN INTERVAL '6 23:59:59.999' DAY TO SECOND(3) PRECEDING AND CURRENT ROW)
), terminal_30 AS (
  SELECT *, COUNT(fraud) OVER w AS terminal_count_30, SUM(fraud) OVER w AS terminal_frauds_30
  FROM terminal_7
  WINDOW w AS (PARTITION BY terminal_id ORDER BY tx_time
    RANGE BETWEEN INTERVAL '29 23:59:59.999' DAY TO SECOND(3) PRECEDING AND CURRENT ROW)
)
SELECT
  transaction_id,
  CAST(customer_count_1 AS DOUBLE), customer_cents_1 / 100.0E0 / customer_count_1,
  CAST(customer_count_7 AS DOUBLE), customer_cents_7 / 100.0E0 / customer_count_7,
  CAST(customer_count_30 AS DOUBLE), customer_cents_30 / 100.0E0 / customer_count_30,
  CAST(terminal_count_1 AS DOUBLE), COALESCE(terminal_frauds_1 / terminal_count_1, 0),
  CAST(terminal_count_7 AS DOUBLE), COALESCE(terminal_frauds_7 / terminal_count_7, 0),
  CAST(terminal_count_30 AS DOUBLE), COALESCE(terminal_frauds_30 / terminal_count_30, 0)
FROM terminal_30
WHERE fraud IS NULL
