// One demo world: the environment, the point where its history begins and everything that happens in it. Sources ask it questions
// about an instant or a slot; the answers depend on the seed and the beginning alone.
import { type Happening, happeningsOf } from './cluster/happenings.ts'
import type { Pod } from './cluster/pods.ts'
import { play, startSimulation } from './cluster/simulate.ts'
import { type Environment, environmentOf, type Node } from './environment.ts'
import { hour, minute, type Slot, second } from './time.ts'
import { cycleMillis, endOf, type Incident, type IncidentKind, type IncidentOf, script } from './timeline.ts'

export interface World {
  readonly environment: Environment
  /** Where the history and the script begin. */
  readonly epoch: number
  /** Incidents of a kind that begin in the slot. */
  beginning<K extends IncidentKind>(kind: K, slot: Slot): readonly IncidentOf<K>[]
  /** Incidents of a kind that are under way at some moment of the slot. */
  during<K extends IncidentKind>(kind: K, slot: Slot): readonly IncidentOf<K>[]
  /** The last incident of a kind that began by then. */
  latest<K extends IncidentKind>(kind: K, time: number): IncidentOf<K> | undefined
  pods(time: number): readonly Pod[]
  /** Pods of one workload that exist at the time, oldest first. */
  podsOf(workload: string, time: number): readonly Pod[]
  happenings(slot: Slot): readonly Happening[]
  isReady(node: Node, time: number): boolean
  asksForReboot(node: Node, time: number): boolean
  bootedAt(node: Node, time: number): number
}

export function worldOf(seed: number, epoch: number): World {
  const environment = environmentOf(seed)
  const history = historyOf(environment, epoch)
  const reboots = (node: Node, time: number): readonly IncidentOf<'reboot'>[] =>
    history
      .until(time)
      .filter((incident) => incident.kind === 'reboot')
      .filter((incident) => environment.nodes[incident.node] === node)
  return {
    environment,
    epoch,
    ...incidentQuestions(history),
    ...podQuestions(history),
    isReady: (node, time) =>
      !reboots(node, time).some(({ downAt, upAt }) => downAt + 40 * second <= time && time < upAt + 5 * second),
    asksForReboot: (node, time) =>
      reboots(node, time).some(({ flaggedAt, downAt }) => flaggedAt <= time && time < downAt),
    bootedAt: (node, time) => reboots(node, time).findLast(({ upAt }) => upAt <= time)?.upAt ?? epoch - 11 * 24 * hour,
  }
}

type History = ReturnType<typeof historyOf>

/** Grows script by script as later times are asked for. */
function historyOf(environment: Environment, epoch: number) {
  const simulation = startSimulation(environment, epoch)
  const incidents: Incident[] = []
  let steps: readonly Happening[] | undefined
  let played = 0
  const extend = (time: number): void => {
    // Incidents are planned ahead (a reboot is announced hours before), so the script runs ahead too.
    while (epoch + played * cycleMillis <= time + 12 * hour) {
      for (const incident of script(environment, epoch, played)) {
        incidents.push(incident)
        play(simulation, incident)
      }
      played++
      steps = undefined
    }
  }
  return {
    until(time: number): readonly Incident[] {
      extend(time)
      return incidents
    },
    pods(time: number): ReadonlyMap<string, readonly Pod[]> {
      extend(time)
      return simulation.pods
    },
    steps(time: number): readonly Happening[] {
      extend(time)
      steps ??= [...simulation.pods.values()]
        .flat()
        .flatMap(happeningsOf)
        .sort((one, other) => one.at - other.at)
      return steps
    },
  }
}

function incidentQuestions(history: History): Pick<World, 'beginning' | 'during' | 'latest'> {
  const ofKind = <K extends IncidentKind>(kind: K, time: number): readonly IncidentOf<K>[] =>
    history.until(time).filter((incident): incident is IncidentOf<K> => incident.kind === kind)
  return {
    beginning: (kind, slot) => ofKind(kind, slot.end).filter(({ at }) => slot.start <= at && at < slot.end),
    during: (kind, slot) =>
      ofKind(kind, slot.end).filter((incident) => incident.at < slot.end && slot.start < endOf(incident)),
    latest: (kind, time) => ofKind(kind, time).findLast(({ at }) => at <= time),
  }
}

function podQuestions(history: History): Pick<World, 'pods' | 'podsOf' | 'happenings'> {
  const exists = (pod: Pod, time: number): boolean => pod.createdAt <= time && time < pod.deletedAt
  return {
    pods: (time) => [...history.pods(time).values()].flatMap((pods) => pods.filter((pod) => exists(pod, time))),
    podsOf: (workload, time) => (history.pods(time).get(workload) ?? []).filter((pod) => exists(pod, time)),
    happenings: (slot) => {
      const steps = history.steps(slot.end + minute)
      const found: Happening[] = []
      for (let i = firstAt(steps, slot.start); i < steps.length && steps[i]!.at < slot.end; i++) found.push(steps[i]!)
      return found
    },
  }
}

/** Index of the first step at or after the time. */
function firstAt(steps: readonly Happening[], time: number): number {
  let low = 0
  let high = steps.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (steps[middle]!.at < time) low = middle + 1
    else high = middle
  }
  return low
}
