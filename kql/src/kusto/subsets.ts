// What KQL each place of Azure takes: the documented subsets, as data. restrict.ts applies them.

export type SubsetName =
  | 'transformation'
  | 'basic-table'
  | 'log-alert'
  | 'log-alert-minute'
  | 'detection'
  | 'summary-rule'
  | 'search-job'
  | 'resource-graph'

/** Words of the language are those that documentation uses: `where` stands for `filter`, `take` for `limit`, and so on. */
export interface Subset {
  /** As the subject of an error: `a transformation`. */
  readonly subject: string
  /** Where it is defined. */
  readonly page: string
  /** The only operators and sources that it takes. Absent: all but `refused`. */
  readonly operators?: readonly string[]
  readonly refused?: readonly string[]
  /** The only functions of the language that it takes. Absent: all. */
  readonly functions?: readonly string[]
  readonly refusedFunctions?: readonly string[]
  readonly refusedPlugins?: readonly string[]
  /** `workspace()`, `app()`, `resource()`, `adx()`, `arg()`, and tables of other databases. */
  readonly crossWorkspace?: false
  /** Functions that a user stored or declared: none, or those whose parameters are scalar. */
  readonly userFunctions?: 'none' | 'scalar'
  /** How often an operator may stand in a query. */
  readonly most?: Readonly<Record<string, number>>
  readonly joinKinds?: readonly string[]
  /** Columns that one `parse` may make. */
  readonly parsedColumns?: number
  /** Rows that one `mv-expand` may be told to make. */
  readonly expandedRows?: number
  /** Rows that one `mv-expand` makes at most where it is not told. */
  readonly defaultExpandedRows?: number
  /** `search` or `union` over everything. */
  readonly everything?: false
  /** Tables of the plans Basic and Auxiliary. */
  readonly basicTables?: false
  /** Analytics tables that may stand beside the one table. */
  readonly besideTables?: number
  /** The query must begin with the name of a table. */
  readonly fromTable?: true
  readonly reservedColumns?: readonly string[]
  /** Characters of the query. */
  readonly longest?: number
}

const reshaping = ['bag_unpack', 'narrow', 'pivot'] as const

/** Functions of one text that only transformations have; Microsoft's symbol table lacks them. */
export const transformationsOwn: readonly string[] = ['parse_cef_dictionary', 'geo_location']

/** Functions of transformations, by the headings of the page; synonyms and what Microsoft's own samples use included. */
const transformationFunctions = [
  ...['binary_and', 'binary_or', 'binary_not', 'binary_shift_left', 'binary_shift_right', 'binary_xor'],
  ...['tobool', 'toboolean', 'todatetime', 'todouble', 'toreal', 'toguid', 'toint', 'tolong', 'tostring', 'totimespan'],
  ...['ago', 'datetime_add', 'datetime_diff', 'datetime_part', 'dayofmonth', 'dayofweek', 'dayofyear', 'endofday'],
  ...['endofmonth', 'endofweek', 'endofyear', 'getmonth', 'monthofyear', 'getyear', 'hourofday', 'make_datetime'],
  ...['make_timespan', 'now', 'startofday', 'startofmonth', 'startofweek', 'startofyear', 'weekofyear', 'week_of_year'],
  ...['array_concat', 'array_length', 'pack_array', 'pack', 'bag_pack', 'parse_json', 'parsejson', 'todynamic'],
  ...['toobject', 'parse_xml', 'zip'],
  ...['abs', 'bin', 'floor', 'ceiling', 'exp', 'exp10', 'exp2', 'isfinite', 'isinf', 'isnan', 'log', 'log10', 'log2'],
  ...['pow', 'round', 'sign'],
  ...['case', 'iif', 'iff', 'max_of', 'min_of', 'not', 'columnifexists', 'column_ifexists'],
  ...['base64_encodestring', 'base64_encode_tostring', 'base64_decodestring', 'base64_decode_tostring', 'countof'],
  ...['extract', 'extract_all', 'extractall', 'indexof', 'isempty', 'isnotempty', 'notempty', 'replace'],
  ...['replace_string', 'replace_regex', 'split', 'strcat', 'strcat_delim', 'strlen', 'substring', 'tolower'],
  ...['toupper', 'hash_sha256'],
  ...['gettype', 'isnotnull', 'notnull', 'isnull'],
  ...transformationsOwn,
]

const logAlert: Subset = {
  subject: 'the query of an alert rule',
  page: 'https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-log-alert-rule',
  refusedPlugins: reshaping,
  reservedColumns: ['AggregatedValue'],
  basicTables: false,
  longest: 64 * 1024,
}

export const subsets: Readonly<Record<SubsetName, Subset>> = {
  transformation: {
    subject: 'a transformation',
    page: 'https://learn.microsoft.com/azure/azure-monitor/data-collection/data-collection-transformations-kql',
    operators: ['extend', 'project', 'print', 'where', 'parse', 'project-away', 'project-rename', 'datatable'],
    functions: transformationFunctions,
    crossWorkspace: false,
    userFunctions: 'scalar',
    parsedColumns: 10,
  },
  'basic-table': {
    subject: 'a query of a Basic or Auxiliary table',
    page: 'https://learn.microsoft.com/azure/azure-monitor/logs/basic-logs-query',
    refused: ['join', 'find', 'search', 'externaldata'],
    crossWorkspace: false,
    userFunctions: 'none',
    besideTables: 5,
  },
  'log-alert': logAlert,
  'log-alert-minute': {
    ...logAlert,
    subject: 'the query of an alert rule that runs every minute',
    refused: ['search', 'union', 'take'],
    refusedFunctions: ['ingestion_time', 'adx', 'arg', 'cluster'],
  },
  detection: {
    subject: 'the query of an analytics rule',
    page: 'https://learn.microsoft.com/azure/sentinel/create-analytics-rules',
    everything: false,
    basicTables: false,
    longest: 10_000,
  },
  'summary-rule': {
    subject: 'a summary rule',
    page: 'https://learn.microsoft.com/azure/azure-monitor/logs/summary-rules',
    refusedPlugins: reshaping,
    crossWorkspace: false,
    userFunctions: 'none',
  },
  'search-job': {
    subject: 'a search job',
    page: 'https://learn.microsoft.com/azure/azure-monitor/logs/search-jobs',
    operators: [
      ...['where', 'extend', 'project', 'project-away', 'project-keep', 'project-rename', 'project-reorder'],
      ...['parse', 'parse-where'],
    ],
    crossWorkspace: false,
    fromTable: true,
  },
  'resource-graph': {
    subject: 'a Resource Graph query',
    page: 'https://learn.microsoft.com/azure/governance/resource-graph/concepts/query-language',
    operators: [
      ...['count', 'distinct', 'extend', 'join', 'take', 'mv-expand', 'sort', 'parse', 'project', 'project-away'],
      ...['summarize', 'top', 'union', 'where'],
    ],
    crossWorkspace: false,
    userFunctions: 'none',
    most: { join: 3, 'mv-expand': 3, union: 3 },
    joinKinds: ['innerunique', 'inner', 'leftouter'],
    expandedRows: 2000,
    defaultExpandedRows: 128,
  },
}
