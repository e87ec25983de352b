// Functions of the deployment, and of ids of resources. https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource
import type { Json, Scope } from '../scope.ts'
import { type TemplateFunction, textAt, WrongArgument } from './function.ts'

/** `/providers/Microsoft.X/a/1/b/2` of the type `Microsoft.X/a/b` and the names 1 and 2. */
export function idBelow(scope: string, type: string, names: readonly string[]): string {
  const [namespace, ...types] = type.split('/')
  if (types.length !== names.length)
    throw new WrongArgument(`the type '${type}' needs ${types.length} names, not ${names.length}`)
  const pairs = types.map((each, at) => `/${each}/${names[at]}`).join('')
  return `${scope === '/' ? '' : scope}/providers/${namespace}${pairs}`
}

const texts = (args: readonly Json[]): readonly string[] => args.map((_, at) => textAt(args, at))

/** `[subscription], [group], type, names…`: the type is the first with a slash. */
function resourceId(args: readonly Json[], { scope }: Scope): string {
  const all = texts(args)
  const at = all.findIndex((text) => text.includes('/'))
  if (at === -1 || at > 2) throw new WrongArgument('the type of the resource is missing')
  const [, ownSubscription, ownGroup] = /^\/subscriptions\/([^/]+)(?:\/resourceGroups\/([^/]+))?/i.exec(scope) ?? []
  const subscription = at === 2 ? all[0] : ownSubscription
  const group = at === 2 ? all[1] : at === 1 ? all[0] : ownGroup
  if (subscription === undefined) return idBelow('', all[at] as string, all.slice(at + 1))
  const container = `/subscriptions/${subscription}${group === undefined ? '' : `/resourceGroups/${group}`}`
  return idBelow(container, all[at] as string, all.slice(at + 1))
}

function subscriptionResourceId(args: readonly Json[], { scope }: Scope): string {
  const all = texts(args)
  const at = all.findIndex((text) => text.includes('/'))
  const own = at === 1 ? `/subscriptions/${all[0]}` : (/^\/subscriptions\/[^/]+/i.exec(scope)?.[0] ?? '')
  return idBelow(own, all[at] ?? '', all.slice(at + 1))
}

function subscription(_: readonly Json[], { scope, tenantId }: Scope): Json {
  const id = /^\/subscriptions\/([^/]+)/i.exec(scope)
  if (!id) throw new WrongArgument('the deployment is above subscriptions')
  return { id: id[0], subscriptionId: id[1] ?? '', tenantId, displayName: id[1] ?? '' }
}

function resourceGroup(_: readonly Json[], { scope, location }: Scope): Json {
  const name = /\/resourceGroups\/([^/]+)$/i.exec(scope)?.[1]
  if (name === undefined) throw new WrongArgument('the deployment is not one of a resource group')
  const type = 'Microsoft.Resources/resourceGroups'
  return { id: scope, name, type, location, tags: {}, properties: { provisioningState: 'Succeeded' } }
}

export const resourceFunctions: Readonly<Record<string, TemplateFunction>> = {
  resourceId,
  subscriptionResourceId,
  tenantResourceId: (args) => idBelow('', textAt(args, 0), texts(args).slice(1)),
  extensionResourceId: (args) => idBelow(textAt(args, 0), textAt(args, 1), texts(args).slice(2)),
  managementGroupResourceId: (args, { scope }) => {
    const all = texts(args)
    const isNamed = !(all[0] ?? '').includes('/')
    const own = isNamed ? `/providers/Microsoft.Management/managementGroups/${all[0]}` : scope
    return idBelow(own, all[isNamed ? 1 : 0] ?? '', all.slice(isNamed ? 2 : 1))
  },
  subscription,
  resourceGroup,
  tenant: (_, { tenantId }) => ({ tenantId }),
  deployment: (_, { deployment, location }) => ({ name: deployment, location, properties: {} }),
  environment: () => ({ name: 'AzureCloud', resourceManager: 'https://management.azure.com/' }),
  utcNow: (args, { now }) => {
    if (args.length > 0) throw new WrongArgument('formats of times are not known; call it without an argument')
    return now.replace(/[-:]|\.\d+/g, '')
  },
}
