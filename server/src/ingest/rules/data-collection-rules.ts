// The data collection rules there are: checked when they are put, resolved when rows come. Opened by main.ts.
import type { Ids } from '../../core/ids.ts'
import { type DataCollectionRuleBody, dataCollectionRuleKind } from '../../resources/kinds/data-collection-rule.ts'
import type { PutOptions, Resource, Resources } from '../../resources/resource.ts'
import { type DataCollectionRule, type RuleParts, resolveRule } from './rule.ts'

export interface DataCollectionRules {
  /** Throws InvalidResource: a transformation that does not compile, a table that is not there, … */
  put(id: string, body: DataCollectionRuleBody, options: PutOptions): Promise<Resource<DataCollectionRuleBody>>
  /** The rule that data is sent to. Throws InvalidResource for one whose table or workspace has gone since. */
  find(immutableId: string): Promise<DataCollectionRule | undefined>
}

export interface DataCollectionRulesParts extends Required<RuleParts> {
  readonly resources: Resources
  readonly ids: Ids
}

export function openDataCollectionRules(parts: DataCollectionRulesParts): DataCollectionRules {
  const { resources, ids } = parts
  /** Ids of rules by their immutable ids. A hint: rules come and go past this component too. */
  const known = new Map<string, string>()
  const stored = async (immutableId: string): Promise<Resource<DataCollectionRuleBody> | undefined> => {
    const id = known.get(immutableId)
    const hinted = id === undefined ? undefined : await resources.get(dataCollectionRuleKind, id)
    if (hinted?.body.properties.immutableId === immutableId) return hinted
    const all = await resources.list(dataCollectionRuleKind)
    known.clear()
    for (const { id, body } of all) known.set(body.properties.immutableId ?? '', id)
    return all.find(({ body }) => body.properties.immutableId === immutableId)
  }
  return {
    async put(id, body, options) {
      const before = await resources.get(dataCollectionRuleKind, id)
      const immutableId = before?.body.properties.immutableId ?? `dcr-${ids.guid().replaceAll('-', '')}`
      const named = { ...body, properties: { ...body.properties, immutableId } }
      resolveRule(id, named, parts)
      return resources.put(dataCollectionRuleKind, id, named, options)
    },
    async find(immutableId) {
      const found = await stored(immutableId.toLowerCase())
      return found && resolveRule(found.id, found.body, { workspaces: parts.workspaces, tables: parts.tables })
    },
  }
}
