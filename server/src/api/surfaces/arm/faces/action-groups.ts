// https://learn.microsoft.com/rest/api/monitor/action-groups
import { untoldLists, untoldReceivers } from '../../../../alerts/notifier.ts'
import { actionGroupKind } from '../../../../resources/kinds/action-group.ts'
import { storedFace } from '../face.ts'

const lists = ['webhookReceivers', ...untoldLists]
const none = Object.fromEntries(lists.map((name) => [name, []]))

export const actionGroups = storedFace('Microsoft.Insights/actionGroups', actionGroupKind, {
  put: async ({ parts, path, options, warn }, body) => {
    const stored = await parts.resources.put(actionGroupKind, path.id, body, options)
    for (const name of untoldLists)
      if ((stored.body.properties[name]?.length ?? 0) > 0)
        warn(`${name} are kept and told nothing: ${untoldReceivers[name]}`)
    return stored
  },
  properties: ({ body: { properties } }) => ({ ...none, ...properties, enabled: properties.enabled ?? true }),
})
