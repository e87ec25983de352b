// KQL type <-> ClickHouse type. The only place that knows both.
import type { ScalarType } from '../model.ts'

/**
 * How a column of this type is stored and how an expression of it is typed. Strings are never null in KQL; all else can be.
 * timespan counts 100 ns ticks. dynamic is JSON text as it was written, null when absent.
 */
export const sqlTypes: Readonly<Record<ScalarType, string>> = {
  bool: 'Nullable(Bool)',
  int: 'Nullable(Int32)',
  long: 'Nullable(Int64)',
  real: 'Nullable(Float64)',
  decimal: 'Nullable(Decimal(38, 17))',
  string: 'String',
  datetime: "Nullable(DateTime64(7, 'UTC'))",
  timespan: 'Nullable(Int64)',
  guid: 'Nullable(UUID)',
  dynamic: 'Nullable(String)',
}

/** The type of the column that time ranges and sort keys use; it is never null. */
export const timeColumnType = "DateTime64(7, 'UTC')"
