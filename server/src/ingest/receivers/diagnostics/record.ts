// A diagnostic record as the services write it: where its common parts are, whatever their spelling.
// https://learn.microsoft.com/azure/azure-monitor/platform/resource-logs-schema
import { parseExact } from '../../json/exact.ts'
import { isFields, type JsonFields } from '../../json/records.ts'
import type { Json } from '../../types.ts'

export interface DiagnosticRecord {
  readonly fields: JsonFields
  /** Also when it came as JSON text; undefined when it is no object. */
  readonly properties: JsonFields | undefined
  readonly category: string
  readonly resourceId: string | undefined
  readonly time: string | undefined
  /** The member that the time was taken from. */
  readonly timeName: string | undefined
}

export function diagnosticRecord(fields: JsonFields): DiagnosticRecord {
  const timeName = timeNames.find((name) => typeof fields[name] === 'string' && fields[name] !== '')
  return {
    fields,
    properties: propertiesOf(fields.properties),
    category: categoryOf(fields.category ?? fields.Category),
    resourceId: textOf(fields.resourceId ?? fields.ResourceId ?? fields.resourceid) || undefined,
    time: timeName === undefined ? undefined : (fields[timeName] as string),
    timeName,
  }
}

const timeNames = ['time', 'timeStamp', 'Time', 'timestamp', 'TimeGenerated', 'eventTimestamp'] as const

/** The activity log's REST API has texts in two languages. */
function categoryOf(value: Json | undefined): string {
  return textOf(isFields(value) ? value.value : value)
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

function propertiesOf(value: Json | undefined): JsonFields | undefined {
  if (isFields(value)) return value
  if (typeof value !== 'string' || !value.trimStart().startsWith('{')) return undefined
  const parsed = parseOr(value) ?? parseOr(doubleQuoted(value))
  return isFields(parsed) ? parsed : undefined
}

function parseOr(text: string): Json | undefined {
  try {
    return parseExact(text)
  } catch {
    return undefined
  }
}

/** JSON whose texts stand in single quotes, as sign-in logs have it, in double ones. */
function doubleQuoted(text: string): string {
  return text.replace(/'((?:[^'\\]|\\.)*)'|"(?:[^"\\]|\\.)*"/g, (token, inner: string | undefined) =>
    inner === undefined ? token : `"${inner.replace(/\\'/g, "'").replace(/(?<!\\)"/g, '\\"')}"`,
  )
}
