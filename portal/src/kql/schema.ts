// A workspace's schema in the shape that Kusto's language worker takes.
import type { Database, EngineSchema, InputParameter, Function as KustoFunction } from '@kusto/monaco-kusto'
import type { SchemaFunction, WorkspaceSchema } from '../api/types.ts'

export interface NamedSchema {
  /** As queries write it: `workspace("name")`. */
  readonly name: string
  readonly schema: WorkspaceSchema
}

/**
 * The first workspace is the one that queries are addressed to, the others they may call by name. `generation` must grow
 * with every call: the worker keeps what it knows of a database until a higher one comes.
 */
export function editorSchema(workspaces: readonly NamedSchema[], generation: number): EngineSchema {
  const databases = workspaces.map((workspace) => databaseOf(workspace, generation))
  return { clusterType: 'Engine', cluster: { connectionString: 'conshelf', databases }, database: databases[0] }
}

function databaseOf({ name, schema }: NamedSchema, generation: number): Database {
  return {
    name,
    tables: schema.tables.map((table) => ({
      name: table.name,
      columns: table.columns.map((column) => ({
        name: column.name,
        type: column.type,
        ...(column.doc ? { docstring: column.doc } : {}),
      })),
    })),
    functions: schema.functions.map(functionOf),
    entityGroups: [],
    majorVersion: generation,
    minorVersion: 0,
  }
}

function functionOf({ name, parameters, body }: SchemaFunction): KustoFunction {
  return { name, body: `{ ${body} }`, inputParameters: inputParameters(parameters) }
}

/** `n:long = 5, T:(a:string, b:int)`: https://learn.microsoft.com/kusto/query/schema-entities/stored-functions */
export function inputParameters(text: string): readonly InputParameter[] {
  return splitTop(text).map((part) => {
    const colon = part.indexOf(':')
    const name = part.slice(0, colon).trim()
    const type = part.slice(colon + 1).trim()
    return type.startsWith('(') ? tabular(name, type) : scalar(name, type)
  })
}

function tabular(name: string, type: string): InputParameter {
  const columns = type.slice(1, type.lastIndexOf(')')).trim()
  return { name, columns: columns === '*' ? [] : splitTop(columns).map((part) => scalar(...pair(part))) }
}

function scalar(name: string, declared: string): InputParameter {
  const [type = '', ...defaults] = declared.split('=')
  const cslType = type.trim()
  const cslDefaultValue = defaults.join('=').trim()
  return { name, type: cslType, cslType, ...(cslDefaultValue ? { cslDefaultValue } : {}) }
}

function pair(part: string): [string, string] {
  const [name = '', type = ''] = part.split(':')
  return [name.trim(), type.trim()]
}

/** Parts at commas that stand in no parentheses and no quotes. */
function splitTop(text: string): readonly string[] {
  const parts = text.match(/(?:"(?:\\.|[^"])*"|'(?:\\.|[^'])*'|\((?:[^()]|\([^()]*\))*\)|[^,])+/g) ?? []
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}
