// The life of alerts: old states and what a run found -> new states and what is to be done. Pure.
// https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-overview#stateful-alerts
import type { Outcome, Series } from './evaluate.ts'
import { hour, type LogAlertRule, minute } from './rule.ts'

/** Of one series of a rule, between two runs. Times in milliseconds. */
export interface SeriesState extends Series {
  /** Name of the alert that is open; absent in a stateless rule. */
  readonly alert?: string
  /** Runs since the condition was last met. */
  readonly unmet: number
  readonly lastMet: number
  /** Actions rest until then. */
  readonly mutedUntil?: number
}

export type SeriesStates = Readonly<Record<string, SeriesState>>

export type Transition =
  | { readonly do: 'fire'; readonly alert: string; readonly outcome: Outcome; readonly isMuted: boolean }
  | { readonly do: 'resolve'; readonly alert: string; readonly series: Series }

/** Why some series that breach have no alert. */
export type Exceeded = 'Dimension limit exceeded' | 'Active alerts limit exceeded'

export interface Step {
  readonly states: SeriesStates
  readonly transitions: readonly Transition[]
  readonly exceeded?: Exceeded
}

export const alertLimits = { firedPerRun: 300, open: 5000, statelessPerRun: 6000 } as const

type Policy = Pick<LogAlertRule, 'stateful' | 'frequency' | 'mute'>

/** `nameOf`: the name of the alert that a series fires in this run. */
export function step(
  policy: Policy,
  states: SeriesStates,
  outcomes: readonly Outcome[],
  at: number,
  nameOf: (key: string) => string,
): Step {
  return policy.stateful
    ? stateful(policy, states, outcomes, at, nameOf)
    : stateless(policy, states, outcomes, at, nameOf)
}

function stateful(
  policy: Policy,
  states: SeriesStates,
  outcomes: readonly Outcome[],
  at: number,
  nameOf: (key: string) => string,
): Step {
  const next: Record<string, SeriesState> = {}
  const transitions: Transition[] = []
  const met = new Map(outcomes.filter(({ isMet }) => isMet).map((outcome) => [outcome.key, outcome]))
  for (const [key, state] of Object.entries(states)) {
    if (state.alert === undefined) continue
    if (met.delete(key)) next[key] = { ...state, unmet: 0, lastMet: at }
    else if (isResolved(policy.frequency, state.unmet + 1, at - state.lastMet))
      transitions.push({ do: 'resolve', alert: state.alert, series: seriesOf(state) })
    else next[key] = { ...state, unmet: state.unmet + 1 }
  }
  const room = Math.max(0, alertLimits.open - Object.keys(next).length)
  const fired = [...met.values()].slice(0, Math.min(alertLimits.firedPerRun, room))
  for (const outcome of fired) {
    const alert = nameOf(outcome.key)
    next[outcome.key] = { ...seriesOf(outcome), alert, unmet: 0, lastMet: at }
    transitions.push({ do: 'fire', alert, outcome, isMuted: false })
  }
  if (fired.length === met.size) return { states: next, transitions }
  const exceeded = fired.length === room ? 'Active alerts limit exceeded' : 'Dimension limit exceeded'
  return { states: next, transitions, exceeded }
}

/** `unmet` runs in succession, this one among them, and how long ago it was met. */
export function isResolved(frequency: number, unmet: number, millis: number): boolean {
  if (frequency < 5 * minute) return millis >= 10 * minute
  if (frequency <= 15 * minute) return unmet >= 3
  return unmet >= (frequency <= 11 * hour ? 2 : 1)
}

function stateless(
  { mute = 0 }: Policy,
  states: SeriesStates,
  outcomes: readonly Outcome[],
  at: number,
  nameOf: (key: string) => string,
): Step {
  const muted = Object.entries(states).filter(([, { mutedUntil = 0 }]) => mutedUntil > at)
  const next: Record<string, SeriesState> = Object.fromEntries(muted)
  const met = outcomes.filter(({ isMet }) => isMet)
  const transitions: Transition[] = met.slice(0, alertLimits.statelessPerRun).map((outcome) => {
    const isMuted = Object.hasOwn(next, outcome.key)
    if (!isMuted && mute > 0) next[outcome.key] = { ...seriesOf(outcome), unmet: 0, lastMet: at, mutedUntil: at + mute }
    return { do: 'fire', alert: nameOf(outcome.key), outcome, isMuted }
  })
  const isOver = met.length > alertLimits.statelessPerRun
  return { states: next, transitions, ...(isOver ? { exceeded: 'Dimension limit exceeded' } : {}) }
}

const seriesOf = ({ dimensions, target }: Series): Series => ({
  dimensions,
  ...(target === undefined ? {} : { target }),
})
