// What an automation rule must have. https://learn.microsoft.com/rest/api/securityinsights/automation-rules
import { parseInstant } from '../../core/time-range.ts'
import { severities } from '../../resources/kinds/sentinel/parts.ts'
import { fieldsOf, type Properties } from '../rules/fields.ts'

const f = fieldsOf('automation rule')

/** Throws InvalidResource. */
export function checkAutomationRule(properties: Properties): void {
  f.needed('displayName', f.text(properties, 'displayName', 500))
  const order = f.needed('order', properties.order)
  if (typeof order !== 'number' || !Number.isInteger(order) || order < 1 || order > 1000)
    f.fail('order', 'must be a whole number from 1 to 1,000')
  const logic = f.needed('triggeringLogic', f.object(properties, 'triggeringLogic'))
  f.needed('triggeringLogic/isEnabled', f.flag(logic, 'triggeringLogic/isEnabled'))
  f.needed('triggeringLogic/triggersOn', f.oneOf(logic, 'triggeringLogic/triggersOn', ['Incidents', 'Alerts']))
  f.needed('triggeringLogic/triggersWhen', f.oneOf(logic, 'triggeringLogic/triggersWhen', ['Created', 'Updated']))
  const expiry = f.text(logic, 'triggeringLogic/expirationTimeUtc')
  if (expiry && parseInstant(expiry) === undefined)
    f.fail('triggeringLogic/expirationTimeUtc', `'${expiry}' is no time`)
  const conditions = f.list(logic, 'triggeringLogic/conditions', 50)
  const conditionTypes = ['Property', 'PropertyArrayChanged', 'PropertyArray', 'PropertyChanged', 'Boolean']
  conditions.forEach((condition, at) => {
    const path = `triggeringLogic/conditions/${at}/conditionType`
    f.needed(path, f.oneOf(condition as Properties, path, conditionTypes))
  })
  const actions = f.list(properties, 'actions', 20)
  if (actions.length === 0) f.fail('actions', 'must have at least one entry')
  for (const [at, action] of actions.entries()) checkAction(action as Properties, `actions/${at}`)
}

function checkAction(action: Properties, path: string): void {
  const types = ['ModifyProperties', 'RunPlaybook', 'AddIncidentTask']
  const type = f.needed(`${path}/actionType`, f.oneOf(action, `${path}/actionType`, types))
  const order = action.order
  if (typeof order !== 'number' || !Number.isInteger(order)) f.fail(`${path}/order`, 'must be a whole number')
  const configuration = f.object(action, `${path}/actionConfiguration`) ?? {}
  const at = (name: string) => `${path}/actionConfiguration/${name}`
  if (type === 'RunPlaybook') f.needed(at('logicAppResourceId'), f.text(configuration, at('logicAppResourceId')))
  if (type === 'AddIncidentTask') f.needed(at('title'), f.text(configuration, at('title')))
  if (type !== 'ModifyProperties') return
  f.oneOf(configuration, at('severity'), severities)
  const status = f.oneOf(configuration, at('status'), ['New', 'Active', 'Closed'])
  if (status === 'Closed') f.needed(at('classification'), f.text(configuration, at('classification')))
  f.list(configuration, at('labels'))
}
