// Everything that is set in the embedded engine, and why: at its start, for each SELECT, each command, each insert.
import { quoteString } from '@conshelf/kql/sql/quote'
import type { QueryLimits } from '../engine.ts'

type Settings = Readonly<Record<string, string | number>>

/** Arguments of the first connection; a process has one engine, so the others only repeat them. */
export function engineArguments(memoryBytes: number): readonly string[] {
  return [
    // A table that does not load fails the start, instead of the first query that names it.
    '--async_load_databases=0',
    // Directories that no metadata names are evidence of damage (see damage.ts), never rubbish.
    '--database_catalog_unused_dir_cleanup_period_sec=0',
    // `union *` over many tables is long; the number of elements of its tree limits it all the same.
    `--max_query_size=${16 * 1024 * 1024}`,
    `--max_server_memory_usage=${memoryBytes}`,
    // Defaults are made for big servers: 5 GB for each of these.
    `--mark_cache_size=${Math.floor(memoryBytes / 16)}`,
    `--index_mark_cache_size=${Math.floor(memoryBytes / 32)}`,
    `--primary_index_cache_size=${Math.floor(memoryBytes / 16)}`,
  ]
}

/** How cells are printed: the contract of Engine.query. */
const output: Settings = {
  output_format_json_quote_64bit_integers: 1,
  output_format_json_quote_denormals: 1,
  output_format_json_quote_decimals: 1,
  output_format_json_escape_forward_slashes: 0,
  date_time_output_format: 'iso',
}

/**
 * Around faults of engine 26.7: when it joins small blocks into larger ones before a hash join, LowCardinality keys that
 * come from LIMIT BY get mixed up, and rows are lost. conformance.ts has the case.
 */
const corrections: Settings = { min_joined_block_size_rows: 0, min_joined_block_size_bytes: 0 }

/**
 * Beyond a fifth of its memory an operator moves to disk: hash joins turn into grace hash joins, grouping and sorting
 * write runs. A query then finishes slowly where it would have been refused.
 */
function limited(limits: QueryLimits): Settings {
  const spill = Math.floor(limits.maxMemoryBytes / 5)
  return {
    max_execution_time: limits.maxMillis / 1000,
    max_memory_usage: limits.maxMemoryBytes,
    max_bytes_before_external_group_by: spill,
    max_bytes_before_external_sort: spill,
    max_bytes_before_external_join: spill,
  }
}

/** `readonly` refuses file(), url() and their like inside a SELECT; streaming refuses all other statements by itself. */
export function querySettings(tag: string, limits: QueryLimits): Settings {
  return { ...output, ...corrections, ...limited(limits), log_comment: tag, readonly: 1 }
}

/** For INSERT … SELECT. */
export function commandSettings(tag: string, limits: QueryLimits | undefined): Settings {
  return { ...corrections, ...(limits ? limited(limits) : {}), log_comment: tag }
}

/** One block however large, so that it is stored whole or not at all; unknown fields are the caller's fault. */
export const insertSettings: Settings = {
  async_insert: 0,
  input_format_skip_unknown_fields: 0,
  date_time_input_format: 'best_effort',
  max_insert_block_size: 100_000_000,
  min_insert_block_size_rows: 100_000_000,
  min_insert_block_size_bytes: 4_000_000_000,
  max_partitions_per_insert_block: 0,
}

/** A SETTINGS clause. On a line of its own, in case the statement ends in a comment. */
export function settingsClause(settings: Settings): string {
  const pairs = Object.entries(settings).map(
    ([name, value]) => `${name} = ${typeof value === 'number' ? value : quoteString(value)}`,
  )
  return `\nSETTINGS ${pairs.join(', ')}`
}
