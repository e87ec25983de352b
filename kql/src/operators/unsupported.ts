// Operators and plug-ins of Microsoft's tables that we do not have, each with its reason. The coverage test demands an entry for each.

const byName = (reasons: readonly (readonly [reason: string, names: string])[]): Readonly<Record<string, string>> =>
  Object.fromEntries(reasons.flatMap(([reason, names]) => names.split(' ').map((name) => [name, reason])))

/** By the name of the syntax node. */
export const unsupportedOperators: Readonly<Record<string, string>> = byName([
  ['no page describes it; getschema shows a schema', 'AssertSchemaOperator'],
  ['it is what the parser makes of a text that is no operator', 'BadQueryOperator'],
  ['it is internal to Kusto', 'ExecuteAndCacheOperator'],
  ['it is a part of graph-match', 'GraphMatchPattern'],
  ['no page describes it; filter the tables before make-graph', 'GraphWhereEdgesOperator GraphWhereNodesOperator'],
  ['externaldata reads the files of a query', 'InlineExternalTableExpression'],
  ['partition does the same', 'PartitionByOperator'],
])

/** By the plug-in's name. */
export const unsupportedPlugins: Readonly<Record<string, string>> = byName([
  ['the server runs no code of a query', 'python r csharp'],
  [
    'the server connects to no service that a query names',
    'azure_digital_twins_query_request cosmosdb_sql_request http_request http_request_post sql_request mysql_request postgresql_request dax_request external_datatable ' +
      'infer_storage_schema infer_storage_schema_with_suggestions ai_embed_text ai_chat_completion ai_chat_completion_prompt ai_embeddings',
  ],
  ['it is internal to Kusto', 'identity identity_v3 execute_show_command execute_query estimate_rows_count'],
  [
    'its documentation leaves open which rows count, those before the start among them; sliding_window_counts says so and is here',
    'activity_engagement',
  ],
  ['its documentation shows its result as a chart only and leaves open when a session ends', 'session_count'],
  [
    'its documentation leaves open which of several matching rows count; sequence_detect and scan find sequences',
    'funnel_sequence funnel_sequence_completion',
  ],
])
