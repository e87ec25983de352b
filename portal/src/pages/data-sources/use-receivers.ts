// The counters of a workspace's receivers, asked for again and again; from two of them follows how much came in the last minute.
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { type ReceiversAnswer, receiverCounters } from '../../api/receivers.ts'
import { now } from '../../clock.ts'

interface Sample {
  readonly at: number
  readonly accepted: ReadonlyMap<string, number>
}

export interface Receivers {
  readonly answer: ReceiversAnswer | undefined
  readonly error: Error | null
  /** Records a minute; undefined until two samples are there. */
  readonly rateOf: (names: readonly string[]) => number | undefined
}

const askedMillis = 5_000
const keptMillis = 60_000

/** Undefined: no workspace is chosen yet. */
export function useReceivers(workspace: string | undefined): Receivers {
  const { data, error, dataUpdatedAt } = useQuery({
    queryKey: ['receivers', workspace],
    queryFn: ({ signal }) => receiverCounters(workspace ?? '', signal),
    enabled: workspace !== undefined,
    refetchInterval: askedMillis,
  })
  const [samples, setSamples] = useState<readonly Sample[]>([])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another workspace has other counters
  useEffect(() => setSamples([]), [workspace])
  useEffect(() => {
    if (!data || dataUpdatedAt === 0) return
    const sample = { at: now(), accepted: new Map(data.receivers.map(({ name, accepted }) => [name, accepted])) }
    setSamples((before) => [...before.filter(({ at }) => sample.at - at <= keptMillis), sample])
  }, [data, dataUpdatedAt])
  return { answer: data, error, rateOf: (names) => rate(samples, names) }
}

function rate(samples: readonly Sample[], names: readonly string[]): number | undefined {
  const [first, last] = [samples[0], samples.at(-1)]
  if (!first || !last || first === last) return undefined
  const sum = ({ accepted }: Sample) => names.reduce((total, name) => total + (accepted.get(name) ?? 0), 0)
  return (Math.max(0, sum(last) - sum(first)) * 60_000) / (last.at - first.at)
}
