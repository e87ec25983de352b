// What the API asks of this folder. Opened by wiring/lifecycle.ts.

import type { Tables, Workspaces } from '../catalog/types.ts'
import type { DeletionBody } from '../resources/kinds/deletion.ts'
import { deletionKind } from '../resources/kinds/deletion.ts'
import type { RestoredLogs, SearchResults } from '../resources/kinds/table.ts'
import type { Resources } from '../resources/resource.ts'
import type { Deletions } from './deletions.ts'
import type { DataExports } from './exports/data-exports.ts'
import type { SearchJobs } from './search-jobs.ts'
import type { SummaryRules } from './summaries/summary-rules.ts'

export interface Lifecycle {
  readonly deletions: Deletions
  readonly searchJobs: SearchJobs
  readonly summaryRules: SummaryRules
  readonly dataExports: DataExports
  readonly operations: Operations
}

/** Something that goes on behind an answer 202, or went on. */
export interface Operation {
  readonly id: string
  readonly status: 'InProgress' | 'Succeeded' | 'Failed' | 'Canceled'
  /** Milliseconds since 1970. */
  readonly startedAt?: number
  readonly endedAt?: number
  readonly message?: string
}

export interface Operations {
  find(id: string): Promise<Operation | undefined>
}

export interface OperationParts {
  readonly workspaces: Pick<Workspaces, 'list'>
  readonly tables: Pick<Tables, 'names' | 'definition'>
  readonly resources: Pick<Resources, 'list'>
}

export function openOperations({ workspaces, tables, resources }: OperationParts): Operations {
  return {
    async find(id) {
      for (const workspace of workspaces.list()) {
        for (const { id: path, body } of await resources.list(deletionKind, workspace.resourceId))
          if (path.toLowerCase().endsWith(`/${id.toLowerCase()}`)) return ofDeletion(id, body)
        for (const name of tables.names(workspace).filter((each) => /_(SRCH|RST)$/.test(each))) {
          const { searchResults, restoredLogs } = tables.definition(workspace, name) ?? {}
          const found = ofTable(id, searchResults ?? restoredLogs)
          if (found) return found
        }
      }
      return undefined
    },
  }
}

const states = { pending: 'InProgress', completed: 'Succeeded', failed: 'Failed' } as const

function ofDeletion(id: string, { state, startedAt, endedAt, message }: DeletionBody): Operation {
  const known = { ...(endedAt === undefined ? {} : { endedAt }), ...(message === undefined ? {} : { message }) }
  return { id, status: states[state], startedAt, ...known }
}

function ofTable(id: string, job: SearchResults | RestoredLogs | undefined): Operation | undefined {
  if (job?.azureAsyncOperationId.toLowerCase() !== id.toLowerCase()) return undefined
  if (!('state' in job)) return { id, status: 'Succeeded' }
  const { state, startedAt, endedAt, message } = job
  const known = { ...(endedAt === undefined ? {} : { endedAt }), ...(message === undefined ? {} : { message }) }
  return { id, status: state, startedAt, ...known }
}
