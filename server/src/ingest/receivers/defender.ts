// What Defender for Cloud tells others: alerts, recommendations and regulatory compliance, as its continuous export puts them on event
// hubs, as its REST API and Resource Graph answer them, and alerts as the workspace's own ingestion gets them.
// https://learn.microsoft.com/azure/defender-for-cloud/continuous-export
// https://learn.microsoft.com/azure/defender-for-cloud/alerts-schemas
import { isFields, type JsonFields, readRecords } from '../json/records.ts'
import type { Decoded, Json, Receiver } from '../types.ts'
import type { DiagnosticContent } from './diagnostics/content.ts'
import { type DiagnosticRecord, diagnosticRecord } from './diagnostics/record.ts'
import { resourceSpecific } from './diagnostics/resource-specific.ts'

export function defender(content: DiagnosticContent): Receiver {
  const rowOf = (table: string) => resourceSpecific(table, content.columns(table) ?? [], content.fields(table))
  return {
    name: 'defender',
    async *decode(body) {
      const [alert, recommendation, compliance] = [
        rowOf('SecurityAlert'),
        rowOf('SecurityRecommendation'),
        rowOf('SecurityRegulatoryCompliance'),
      ]
      const decodeOne = (fields: JsonFields, text: string): Decoded => {
        const record = diagnosticRecord(fields)
        const { name, type, properties = {} } = record.fields
        const kind = typeof type === 'string' ? type.toLowerCase() : ''
        if (isAlert(record)) return alert(alertRecord(record), text)
        if (kind === 'microsoft.security/assessments') return recommendation(assessed(record, assessedId(record)), text)
        if (/\/regulatorycomplianceassessments?$/.test(kind))
          return compliance(assessed(withPlace(record), undefined), text)
        const what = kind === '' ? Object.keys(isFields(properties) ? properties : fields).slice(0, 5) : kind
        return {
          rejected: `neither an alert, a recommendation nor an assessment of compliance: ${what || name}`,
          raw: text,
        }
      }
      for await (const batch of readRecords(body, { member: 'value' })) {
        yield batch.map((record) =>
          'rejected' in record ? { rejected: record.rejected, raw: record.text } : decodeOne(record.value, record.text),
        )
      }
    },
  }
}

/** A member in the spelling of exports or of the REST API. */
function said({ fields, properties }: DiagnosticRecord, name: string): Json | undefined {
  return fields[name] ?? properties?.[name] ?? properties?.[name[0]?.toLowerCase() + name.slice(1)]
}

const isAlert = (record: DiagnosticRecord): boolean =>
  said(record, 'AlertType') !== undefined || said(record, 'AlertDisplayName') !== undefined

const text = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

function placed(record: DiagnosticRecord, resourceId: string | undefined, time: string | undefined): DiagnosticRecord {
  return { ...record, resourceId, time }
}

function alertRecord(record: DiagnosticRecord): DiagnosticRecord {
  const times = ['TimeGenerated', 'TimeGeneratedUtc', 'EndTimeUtc'].map((name) => text(said(record, name)))
  return placed(
    record,
    alertedResource(record),
    times.find((time) => time !== undefined),
  )
}

/** Of the identifiers that of a resource; alerts of one workspace name it in `ResourceId`. */
function alertedResource(record: DiagnosticRecord): string | undefined {
  const identifiers = said(record, 'ResourceIdentifiers')
  const list: readonly Json[] = Array.isArray(identifiers) ? identifiers : []
  for (const one of list) {
    const id = isFields(one) ? text(one.AzureResourceId ?? one.azureResourceId) : undefined
    if (id !== undefined) return id
  }
  return text(said(record, 'ResourceId'))
}

function assessedId({ properties }: DiagnosticRecord): string | undefined {
  const details = properties?.resourceDetails
  return isFields(details) ? text(details.Id ?? details.id) : undefined
}

/** The time of the export; the REST API's answers have none. */
const assessed = (record: DiagnosticRecord, id: string | undefined): DiagnosticRecord =>
  placed(record, id, text(record.fields.TimeGenerated ?? record.fields.timeGenerated))

const place =
  /^\/subscriptions\/([^/]+)\/.*\/regulatoryComplianceStandards\/([^/]+)\/regulatoryComplianceControls\/([^/]+)\//i

/** What the id of an assessment of compliance says. */
function withPlace(record: DiagnosticRecord): DiagnosticRecord {
  const [, RegulatoryComplianceSubscriptionId, ComplianceStandard, ComplianceControl] =
    place.exec(text(record.fields.id) ?? '') ?? []
  if (ComplianceControl === undefined) return record
  const said = { RegulatoryComplianceSubscriptionId, ComplianceStandard, ComplianceControl } as JsonFields
  return { ...record, fields: { ...record.fields, ...said } }
}
