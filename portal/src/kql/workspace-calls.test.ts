import { expect, test } from 'vitest'
import { calledWorkspaces } from './workspace-calls.ts'

test('workspaces that a query calls', () => {
  const query = `union workspace("hub").T, workspace( 'cluster' ).T, workspace("hub").U, myworkspace("no"), workspace("`
  expect(calledWorkspaces(query)).toEqual(['cluster', 'hub'])
})
