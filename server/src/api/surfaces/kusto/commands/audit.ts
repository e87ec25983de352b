// Commands that change tables and functions are in the activity log, as the same changes through Azure Resource Manager are.
import type { Workspace } from '../../../../catalog/types.ts'
import { savedSearchId } from '../../../../resources/kinds/saved-search.ts'
import { tableId } from '../../../../resources/kinds/table.ts'
import { callerOf } from '../../../audit.ts'
import { kustoErrorOf } from '../errors.ts'
import { type Command, type CommandCall, type CommandResult, word, workspaceOf } from './command.ts'

/** Runs it; the activity log knows before this resolves or throws. */
export async function runAudited(command: Command, call: CommandCall): Promise<CommandResult> {
  const { writes } = command
  if (writes !== 'tables' && writes !== 'functions') return command.run(call)
  const target = targets[writes]
  const workspace = workspaceOf(call)
  const at = call.parts.clock.now()
  const before = target.shown(call, workspace)
  const resourceId = target.id(call, workspace)
  const record = (status: number, error?: { readonly code: string; readonly message: string }) => {
    const after = error ? undefined : target.shown(call, workspace)
    return call.parts.activity.record({
      resourceId,
      resourceType: target.type,
      verb: command.pattern.startsWith('.drop') ? 'delete' : 'write',
      ...callerOf(call.request),
      status,
      at,
      ...(error ? { error } : {}),
      ...(before ? { before } : {}),
      ...(after ? { after } : {}),
    })
  }
  try {
    const result = await command.run(call)
    await record(200)
    return result
  } catch (error) {
    const { entry, message } = kustoErrorOf(error)
    await record(entry.status, { code: entry.code, message })
    throw error
  }
}

interface Target {
  readonly type: string
  id(call: CommandCall, workspace: Workspace): string
  /** Undefined: there is none. */
  shown(call: CommandCall, workspace: Workspace): object | undefined
}

const targets: Readonly<Record<'tables' | 'functions', Target>> = {
  tables: {
    type: 'Microsoft.OperationalInsights/workspaces/tables',
    id: (call, { resourceId }) => tableId(resourceId, word(call, 'table')),
    shown: (call, workspace) => {
      const found = call.parts.tables.definition(workspace, word(call, 'table'))
      return found && { name: found.name, plan: found.plan, columns: found.columns.map(columnOf) }
    },
  },
  functions: {
    type: 'Microsoft.OperationalInsights/workspaces/savedSearches',
    id: (call, workspace) => {
      const name = word(call, 'function')
      const found = call.parts.tables.functions(workspace).get(name)
      return found?.id ?? savedSearchId(workspace.resourceId, name)
    },
    shown: (call, workspace) => {
      const found = call.parts.tables.functions(workspace).get(word(call, 'function'))
      if (!found) return undefined
      const { name, parameters, body, folder, docString } = found
      return { name, parameters, body, folder, docString }
    },
  },
}

const columnOf = ({ name, type }: { readonly name: string; readonly type: string }) => ({ name, type })
