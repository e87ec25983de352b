// Lines of the Kubernetes control plane -> level and message, as AKSControlPlane has them.
// https://learn.microsoft.com/azure/azure-monitor/reference/tables/akscontrolplane

export interface LogLine {
  readonly level: string
  readonly message: string
}

/** `I0112 17:47:13.736867       1 main.go:128] text` */
const klogShape = /^([IWEF])\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ [^\]\n]*\] ?/

const klogLevels: Readonly<Record<string, string>> = { I: 'INFO', W: 'WARNING', E: 'ERROR', F: 'FATAL' }
const wordLevels: Readonly<Record<string, string>> = { WARN: 'WARNING', ERR: 'ERROR', DPANIC: 'FATAL', PANIC: 'FATAL' }

/** The level is empty when the line tells none; JSON lines stay whole. */
export function readLogLine(text: string): LogLine {
  const line = text.replace(/\r?\n$/, '')
  const klog = klogShape.exec(line)
  if (klog) return { level: klogLevels[klog[1] as string] ?? '', message: line.slice(klog[0].length) }
  const word = line.startsWith('{') ? /"level"\s*:\s*"([A-Za-z]+)"/.exec(line)?.[1]?.toUpperCase() : undefined
  return { level: word === undefined ? '' : (wordLevels[word] ?? word), message: line }
}
