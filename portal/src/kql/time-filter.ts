// Whether a query bounds its time itself; then the time range of the page stays out of it ("set in query").
// https://learn.microsoft.com/azure/azure-monitor/logs/scope#query-time-range

/** Comments and strings, in which a column name means nothing. */
const silent = /\/\/[^\n]*|@"(?:[^"]|"")*"|@'(?:[^']|'')*'|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g
const comparison = /\b(?:where|filter)\b[^|;]*?\bTimeGenerated\b\s*(?:[<>]=?|==|!?between\b)/i

export function filtersTime(query: string): boolean {
  return comparison.test(query.replace(silent, (text) => (text.startsWith('/') ? '' : '""')))
}
