// https://learn.microsoft.com/rest/api/loganalytics/tables
import type { Column, ScalarType } from '@conshelf/kql'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { standardColumns, type TableDefinition, type TablePlanName, type Workspace } from '../../../../catalog/types.ts'
import { ServerError } from '../../../../core/errors.ts'
import { columnTypeOf, columnTypes } from '../../../../resources/column-types.ts'
import { InvalidResource } from '../../../../resources/resource.ts'
import type { ArmDocument, ArmFace, ArmRequest } from '../face.ts'

const type = 'Microsoft.OperationalInsights/workspaces/tables'

const open = { additionalProperties: true }
const bodySchema = Type.Object(
  {
    properties: Type.Object(
      {
        plan: Type.Optional(Type.String()),
        retentionInDays: Type.Optional(Type.Integer()),
        totalRetentionInDays: Type.Optional(Type.Integer()),
        schema: Type.Optional(
          Type.Object(
            {
              name: Type.Optional(Type.String()),
              columns: Type.Optional(Type.Array(Type.Object({ name: Type.String(), type: Type.String() }, open))),
            },
            open,
          ),
        ),
      },
      open,
    ),
  },
  open,
)
const body = Compile(bodySchema)

const shownTypes: Readonly<Partial<Record<ScalarType, string>>> = { bool: 'boolean', datetime: 'dateTime' }

const planNames: Readonly<Record<TablePlanName, string>> = {
  analytics: 'Analytics',
  basic: 'Basic',
  auxiliary: 'Auxiliary',
}

/** The workspace that the path's table belongs to. Throws armParentNotFound. */
function workspaceOf({ parts, path }: ArmRequest): Workspace {
  const found = parts.workspaces.find(path.scope)
  if (!found) throw new ServerError('armParentNotFound', { resource: path.scope })
  return found
}

function documentOf(workspace: Workspace, { name, columns, plan, layout }: TableDefinition): ArmDocument {
  const isCustom = name.endsWith('_CL')
  const standard = new Set(standardColumns.map((column) => column.name))
  const shown = columns.filter((column) => !column.hidden && !(isCustom && standard.has(column.name)))
  const days = layout.retentionDays
  return {
    id: `${workspace.resourceId}/tables/${name}`,
    name,
    type,
    properties: {
      plan: planNames[plan],
      retentionInDays: days,
      totalRetentionInDays: days,
      archiveRetentionInDays: 0,
      provisioningState: 'Succeeded',
      schema: {
        name,
        displayName: name,
        tableType: isCustom ? 'CustomLog' : 'Microsoft',
        tableSubType: isCustom ? 'DataCollectionRuleBased' : 'Any',
        columns: isCustom ? shown.map(columnOf) : [],
        standardColumns: (isCustom ? standardColumns : shown).map(columnOf),
        solutions: ['LogManagement'],
        categories: [],
        labels: [],
      },
    },
  }
}

const columnOf = ({ name, type: own, doc }: Column) => ({
  name,
  type: shownTypes[own] ?? own,
  ...(doc === undefined ? {} : { description: doc }),
  isDefaultDisplay: !name.startsWith('_'),
  isHidden: false,
})

export const tables: ArmFace = {
  type,
  createdStatus: 200,
  get: async (request) => {
    const workspace = workspaceOf(request)
    const name = nameOf(request, workspace)
    const found = request.parts.tables.definition(workspace, name)
    return found && documentOf(workspace, found)
  },
  list: async (request) => {
    const workspace = workspaceOf(request)
    const { tables } = request.parts
    const all = tables.names(workspace).map((name) => tables.definition(workspace, name))
    return all.flatMap((definition) => (definition ? [documentOf(workspace, definition)] : []))
  },
  put: async (request, given) => {
    const workspace = workspaceOf(request)
    const { parts, options } = request
    const name = nameOf(request, workspace)
    const isNew = !parts.tables.definition(workspace, name)
    const definition = await parts.tables.declare(workspace, { name, by: options.by, ...changeOf(given) })
    return { document: documentOf(workspace, definition), isNew }
  },
}

/** The name as the workspace spells it. */
function nameOf({ parts, path }: ArmRequest, workspace: Workspace): string {
  if (parts.tables.definition(workspace, path.name)) return path.name
  return parts.tables.names(workspace).find((name) => name.toLowerCase() === path.name.toLowerCase()) ?? path.name
}

function changeOf(given: unknown) {
  if (!body.Check(given)) {
    const fault = body.Errors(given)[0]
    throw new InvalidResource('table', fault?.instancePath ?? '', fault?.message ?? 'does not fit its schema')
  }
  const { plan, retentionInDays, schema } = (given as Static<typeof bodySchema>).properties
  return {
    ...(plan === undefined ? {} : { plan: planOf(plan) }),
    ...(retentionInDays === undefined || retentionInDays === -1 ? {} : { retentionDays: retentionInDays }),
    ...(schema?.columns ? { columns: schema.columns.map(columnGiven) } : {}),
  }
}

function planOf(text: string): TablePlanName {
  const found = Object.entries(planNames).find(([, shown]) => shown.toLowerCase() === text.toLowerCase())
  if (found) return found[0] as TablePlanName
  throw new InvalidResource('table', '/properties/plan', `'${text}' is none of ${Object.values(planNames).join(', ')}`)
}

function columnGiven({ name, type: own }: { readonly name: string; readonly type: string }, at: number): Column {
  const known = columnTypeOf(own, columnTypes)
  if (known) return { name, type: known }
  const path = `/properties/schema/columns/${at}/type`
  throw new InvalidResource('table', path, `'${own}' is none of ${Object.keys(columnTypes).join(', ')}`)
}
