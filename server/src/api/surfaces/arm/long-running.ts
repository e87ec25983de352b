// Answers to what goes on after them. https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations
import type { ArmRequest } from './face.ts'

/** 202, with where to ask how it goes. */
export function accept(request: ArmRequest, operation: string): void {
  const address = (kind: string) => addressOf(request, kind, operation)
  request.answer(202, { 'azure-asyncoperation': address('operationStatuses'), location: address('operationResults') })
}

function addressOf({ base, path, query }: ArmRequest, kind: string, operation: string): string {
  const [subscription = ''] = /^\/subscriptions\/[^/]+/i.exec(path.id) ?? []
  const version = encodeURIComponent(query['api-version'] ?? '')
  return `${base}${subscription}/providers/Microsoft.OperationalInsights/locations/local/${kind}/${operation}?api-version=${version}`
}
