// Memory of a running server, its engine's process included.
import { execFileSync } from 'node:child_process'

/** Resident memory of a process and its children. */
export function memoryOf(pid: number): number {
  const lines = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,rss=']).toString().trim().split('\n')
  const all = lines.map((line) => line.trim().split(/\s+/).map(Number) as [number, number, number])
  const own = (parent: number): number =>
    all.filter(([, ppid]) => ppid === parent).reduce((sum, [child, , rss]) => sum + rss + own(child), 0)
  const self = all.find(([id]) => id === pid)?.[2] ?? 0
  return Math.round((self + own(pid)) / 1024)
}
