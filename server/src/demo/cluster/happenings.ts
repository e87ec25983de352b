// The steps in the lives of pods, in order of time. The audit log, events, registry pulls and node logs tell of the same steps.
import { minute, second } from '../time.ts'
import { type ContainerRun, type Pod, type PodContainer, podPhase } from './pods.ts'

export interface Happening {
  readonly at: number
  readonly kind: 'created' | 'bound' | 'pulled' | 'started' | 'ready' | 'exited' | 'back-off' | 'killing' | 'deleted'
  readonly pod: Pod
  readonly container?: PodContainer
  readonly run?: ContainerRun
}

export function happeningsOf(pod: Pod): readonly Happening[] {
  const steps: Happening[] = [
    { kind: 'created', at: pod.createdAt, pod },
    { kind: 'bound', at: pod.createdAt + 60, pod },
    { kind: 'ready', at: pod.readyAt, pod },
  ]
  for (const container of pod.containers) {
    for (const [index, run] of container.runs.entries()) steps.push(...stepsOfRun(pod, container, run, index))
  }
  if (Number.isFinite(pod.deletedAt)) {
    steps.push({ kind: 'killing', at: pod.deletedAt - 31 * second, pod }, { kind: 'deleted', at: pod.deletedAt, pod })
  }
  return steps
}

function stepsOfRun(pod: Pod, container: PodContainer, run: ContainerRun, index: number): readonly Happening[] {
  const steps: Happening[] = [
    { kind: 'pulled', at: run.startedAt - 400, pod, container, run },
    { kind: 'started', at: run.startedAt, pod, container, run },
  ]
  if (run.reason === 'Completed' && podPhase(pod, run.endedAt) !== 'Succeeded') return steps
  if (!Number.isFinite(run.endedAt)) return steps
  steps.push({ kind: 'exited', at: run.endedAt, pod, container, run })
  const next = container.runs[index + 1]
  if (next === undefined || run.reason === 'Completed') return steps
  // While a container waits for its next start the kubelet says so about once a minute.
  for (let at = run.endedAt + second; at < next.startedAt - 5 * second; at += minute) {
    steps.push({ kind: 'back-off', at, pod, container, run })
  }
  return steps
}
