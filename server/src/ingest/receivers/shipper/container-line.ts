// One line of a container's log file as the runtime writes it, when a shipper sent it unparsed.
// https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md
// https://docs.docker.com/engine/logging/drivers/json-file/

export interface ContainerLine {
  readonly text: string
  readonly stream?: string
  readonly time?: string
}

const criLine = /^(\d{4}-\d\d-\d\dT\S{8,32}) (stdout|stderr) [FP](?::\S+)? ([\s\S]*)$/

export function readContainerLine(whole: string): ContainerLine {
  const line = whole.replace(/\r?\n$/, '')
  const cri = criLine.exec(line)
  if (cri) return { time: cri[1] as string, stream: cri[2] as string, text: cri[3] as string }
  return (line.startsWith('{"log":') ? dockerLine(line) : undefined) ?? { text: line }
}

function dockerLine(line: string): ContainerLine | undefined {
  try {
    const { log, stream, time } = JSON.parse(line)
    if (typeof log !== 'string' || typeof stream !== 'string' || typeof time !== 'string') return undefined
    return { text: log.replace(/\r?\n$/, ''), stream, time }
  } catch {
    return undefined
  }
}
