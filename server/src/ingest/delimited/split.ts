// Text of separated values, cut into records as it comes: quotes may hold separators and line ends, two of them are one.
// https://www.rfc-editor.org/rfc/rfc4180
export interface DelimitedRecord {
  readonly fields: readonly string[]
  /** The record as it came. */
  readonly text: string
  /** The text ended inside quotes. */
  readonly open?: true
}

const quote = 34
const newline = 10
const carriageReturn = 13

export class DelimitedSplitter {
  readonly #separator: number
  #rest = ''
  /** Where the next character to look at stands in the rest, and whether it stands in quotes. */
  #at = 0
  #quoted = false

  constructor(separator: string) {
    this.#separator = separator.charCodeAt(0)
  }

  /** Whole records; blank lines are none. */
  push(text: string): readonly DelimitedRecord[] {
    this.#rest = this.#rest === '' ? text : this.#rest + text
    const records: DelimitedRecord[] = []
    let begin = 0
    let at = this.#at
    for (; at < this.#rest.length; at++) {
      const code = this.#rest.charCodeAt(at)
      if (code === quote) this.#quoted = !this.#quoted
      else if (code === newline && !this.#quoted) {
        this.#take(this.#rest.slice(begin, at), records)
        begin = at + 1
      }
    }
    this.#rest = this.#rest.slice(begin)
    this.#at = at - begin
    return records
  }

  end(): readonly DelimitedRecord[] {
    const records: DelimitedRecord[] = []
    if (this.#quoted) records.push({ fields: [], text: this.#rest, open: true })
    else this.#take(this.#rest, records)
    this.#rest = ''
    return records
  }

  #take(line: string, records: DelimitedRecord[]): void {
    const text = line.charCodeAt(line.length - 1) === carriageReturn ? line.slice(0, -1) : line
    if (text !== '') records.push({ fields: this.#fieldsOf(text), text })
  }

  #fieldsOf(text: string): readonly string[] {
    const separator = String.fromCharCode(this.#separator)
    if (!text.includes('"')) return text.split(separator)
    const fields: string[] = []
    let begin = 0
    let quoted = false
    for (let at = 0; at <= text.length; at++) {
      const code = at === text.length ? this.#separator : text.charCodeAt(at)
      if (code === quote) quoted = !quoted
      else if (code === this.#separator && !quoted) {
        fields.push(unquoted(text.slice(begin, at)))
        begin = at + 1
      }
    }
    return fields
  }
}

function unquoted(field: string): string {
  const inner = /^\s*"([\s\S]*)"\s*$/.exec(field)?.[1]
  return inner === undefined ? field : inner.replaceAll('""', '"')
}
