// The functions that a workspace keeps: saved searches with an alias, which queries call by it.
// https://learn.microsoft.com/azure/azure-monitor/logs/functions
import type { FunctionSchema } from '@conshelf/kql'
import { type SavedSearchBody, savedSearchId, savedSearchKind } from '../resources/kinds/saved-search.ts'
import { InvalidResource, type PutOptions, type Resource, type Resources } from '../resources/resource.ts'
import type { FunctionChange, StoredFunction, Workspace } from './types.ts'

type SavedSearch = Resource<SavedSearchBody>

export class WorkspaceFunctions {
  readonly #resources: Resources
  readonly #workspace: Workspace
  readonly #onChange: () => void
  /** By alias. */
  #functions: ReadonlyMap<string, StoredFunction>

  constructor(resources: Resources, workspace: Workspace, found: readonly SavedSearch[], onChange: () => void) {
    this.#resources = resources
    this.#workspace = workspace
    this.#onChange = onChange
    this.#functions = functionsAmong(found)
  }

  get(name: string): StoredFunction | undefined {
    return this.#functions.get(name)
  }

  list(): readonly StoredFunction[] {
    return [...this.#functions.values()]
  }

  /** See Functions.save. */
  async save({ name, parameters, body, folder, docString, by }: FunctionChange): Promise<StoredFunction> {
    const id = this.get(name)?.id ?? savedSearchId(this.#workspace.resourceId, name)
    const before = (await this.#resources.get(savedSearchKind, id))?.body
    const properties = {
      ...before?.properties,
      category: folder ?? before?.properties.category ?? 'Functions',
      displayName: docString ?? before?.properties.displayName ?? name,
      query: body,
      functionAlias: name,
      functionParameters: parameters,
      version: 2,
    }
    await this.put(id, { ...before, properties }, { by })
    const saved = this.get(name)
    if (!saved) throw new Error(`the function ${name} is not there after it was saved`)
    return saved
  }

  /** See Functions.put. */
  async put(id: string, body: SavedSearchBody, options: PutOptions): Promise<SavedSearch> {
    checkAlias(body)
    const other = this.get(body.properties?.functionAlias ?? '')
    if (other && other.id.toLowerCase() !== id.toLowerCase())
      throw invalid('functionAlias', `the alias '${other.name}' belongs to another saved search`)
    const stored = await this.#resources.put(savedSearchKind, id, body, options)
    await this.reload()
    return stored
  }

  /** False: there was none. */
  async remove(name: string): Promise<boolean> {
    const found = this.get(name)
    if (!found) return false
    await this.#resources.delete(found.id)
    await this.reload()
    return true
  }

  /** After a change of the resources. */
  async reload(): Promise<void> {
    this.#functions = functionsAmong(await this.#resources.list(savedSearchKind, this.#workspace.resourceId))
    this.#onChange()
  }
}

function functionsAmong(found: readonly SavedSearch[]): ReadonlyMap<string, StoredFunction> {
  const functions = found.flatMap(({ id, body: { properties } }): StoredFunction[] => {
    const { functionAlias: name, functionParameters, query, category, displayName } = properties
    if (!name) return []
    const shown = { folder: category ?? '', docString: displayName === name ? '' : (displayName ?? '') }
    return [{ id, name, parameters: functionParameters ?? '', body: query, ...shown }]
  })
  return new Map(functions.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map((each) => [each.name, each]))
}

const functionName = /^[A-Za-z_]\w{0,127}$/

/** The body has not been compared with its schema yet. */
function checkAlias(body: SavedSearchBody): void {
  const name = body.properties?.functionAlias
  if (typeof name === 'string' && name !== '' && !functionName.test(name))
    throw invalid('functionAlias', `'${name}' is no name of a function: a letter, then letters, digits and _`)
}

/** The functions that calling this one would call, itself if it is recursive. */
export function calledBy(body: string, find: (name: string) => FunctionSchema | undefined): ReadonlySet<string> {
  const called = new Set<string>()
  const visit = (text: string): void => {
    for (const name of new Set(text.match(/[A-Za-z_]\w*/g))) {
      const found = called.has(name) ? undefined : find(name)
      if (!found) continue
      called.add(name)
      visit(found.body)
    }
  }
  visit(body)
  return called
}

const invalid = (property: string, reason: string) =>
  new InvalidResource('saved search', `/properties/${property}`, reason)
