// Functions of Microsoft's tables that we do not have, each with its reason. The coverage test demands an entry for each.

const reasons: readonly (readonly [reason: string, names: string])[] = [
  ['how Kusto combines hashes is not published; hash(strcat(…)) tells combinations apart', 'hash_combine hash_many'],
  [
    'which of the many compressed forms of a text Kusto gives is not documented',
    '__lz4_compress_dynamic_array_to_base64_string',
  ],
  ['a sketch of ours is exact and not told apart by kind', 'tdigest_isvalid hll_isvalid __hll_normalize'],
  [
    'there are no clusters, extents, cursors or row stores here',
    'cluster materialized_view stored_query_result external_table entity_group extent_id extentid extent_tags cursor_after cursor_before_or_at cursor_current current_cursor ' +
      'current_cluster_endpoint current_database current_node_id row_id rowstore_ordinal_range graph',
  ],
  [
    'a query does not see who runs it; access decides what it sees',
    'current_principal current_principal_details current_principal_is_member_of',
  ],
  [
    'it is internal to Kusto',
    '__hash_crc32 __hash_djb2 __hash_xxh64 __hash_many_crc32 __geo_polygon_s2cell_covering_level __geo_polygon_validate __geo_line_s2cell_covering_level __geo_line_validate ' +
      '__geo_length_to_s2cell_level __ipv6_lookup_ranges __invoke __cast passthrough',
  ],
]

/** Reasons, by function name; the user sees them as a hint. */
export const unsupportedFunctions: Readonly<Record<string, string>> = Object.fromEntries(
  reasons.flatMap(([reason, names]) => names.split(' ').map((name) => [name, reason])),
)
