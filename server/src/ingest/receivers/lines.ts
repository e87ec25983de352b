// A body as lines of text: what receivers of line formats start from.

/** Lines without their ends, in batches; bytes that are no UTF-8 become U+FFFD. */
export async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder('utf-8')
  let rest: string[] = []
  for await (const chunk of body) {
    const lines = decoder.decode(chunk, { stream: true }).split('\n')
    // A line that spans many chunks is joined once.
    if (lines.length === 1) {
      rest.push(lines[0] ?? '')
      continue
    }
    lines[0] = [...rest, lines[0]].join('')
    rest = [lines.pop() ?? '']
    yield lines.map(withoutReturn)
  }
  const last = [...rest, decoder.decode()].join('')
  if (last !== '') yield [withoutReturn(last)]
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}
