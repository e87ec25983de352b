// Elasticsearch's bulk API: lines of actions and documents. Documents of containers in ECS's shape go to ContainerLogV2, all
// others to a custom table named after the index. Parameter: `index` (of the path).
// https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk
// https://www.elastic.co/docs/reference/ecs
import { parseExact } from '../json/exact.ts'
import { isFields, type JsonFields } from '../json/records.ts'
import { type Decoded, MalformedBody, type Receiver } from '../types.ts'
import { linesOf } from './lines.ts'
import { shippedRow } from './shipper/route.ts'
import { takeTime } from './shipper/time.ts'

export type BulkAction = 'index' | 'create' | 'update' | 'delete'

/** One item of a request, in its order; record `n` that the receiver yields is item `n`. */
export interface BulkItem {
  readonly action: BulkAction
  readonly index: string
  readonly id: string | undefined
  /** Why the document is no row, by Elasticsearch's name for it. */
  readonly fault?: 'illegal_argument_exception' | 'document_parsing_exception'
}

export function elasticBulk(onItem: (item: BulkItem) => void = () => {}): Receiver {
  return {
    name: 'elastic-bulk',
    async *decode(body, head) {
      const reader = new BulkReader(head.parameters.index, onItem)
      for await (const lines of linesOf(body)) yield lines.flatMap((line) => reader.line(line))
      reader.end()
    },
  }
}

class BulkReader {
  readonly #defaultIndex: string | undefined
  readonly #onItem: (item: BulkItem) => void
  #item: BulkItem | undefined
  #line = 0

  constructor(defaultIndex: string | undefined, onItem: (item: BulkItem) => void) {
    this.#defaultIndex = defaultIndex
    this.#onItem = onItem
  }

  line(text: string): Decoded[] {
    this.#line++
    const item = this.#item
    if (item === undefined) return text.trim() === '' ? [] : this.#begin(text)
    this.#item = undefined
    return [this.#document(item, text)]
  }

  end(): void {
    if (this.#line === 0) throw new MalformedBody('request body is required')
    if (this.#item) throw new MalformedBody('The bulk request must be terminated by a newline [\\n]')
  }

  #begin(text: string): Decoded[] {
    const item = this.#action(text)
    if (item.action !== 'delete') {
      this.#item = item
      return []
    }
    return [this.#refused(item, writesOnly, text)]
  }

  #document(item: BulkItem, text: string): Decoded {
    if (item.action === 'update') return this.#refused(item, writesOnly, text)
    const fields = documentOf(text)
    if (typeof fields === 'string') {
      this.#onItem({ ...item, fault: 'document_parsing_exception' })
      return { rejected: `failed to parse: ${fields}`, raw: text }
    }
    this.#onItem(item)
    return shippedRow({ tag: item.index, ...takeTime(fields, ['@timestamp', 'timestamp']), raw: text })
  }

  #refused(item: BulkItem, reason: string, raw: string): Decoded {
    this.#onItem({ ...item, fault: 'illegal_argument_exception' })
    return { rejected: reason, raw }
  }

  #action(text: string): BulkItem {
    const entry = documentOf(text)
    const [name, target, ...others] = typeof entry === 'string' ? [] : Object.entries(entry).flat()
    if (typeof name !== 'string' || !isFields(target as JsonFields) || others.length > 0) {
      throw new MalformedBody(`Malformed action/metadata line [${this.#line}], expected START_OBJECT`)
    }
    if (!isAction(name)) {
      throw new MalformedBody(
        `Malformed action/metadata line [${this.#line}], expected field [create], [delete], [index] or [update] but found [${name}]`,
      )
    }
    const { _index: index = this.#defaultIndex, _id: id } = target as JsonFields
    if (typeof index !== 'string' || index === '') {
      throw new MalformedBody('Validation Failed: 1: index is missing;')
    }
    return { action: name, index, id: typeof id === 'string' && id !== '' ? id : undefined }
  }
}

const writesOnly = 'only write ops with an op_type of create are allowed in data streams'

function isAction(name: string): name is BulkAction {
  return name === 'index' || name === 'create' || name === 'update' || name === 'delete'
}

/** Or why it is none. */
function documentOf(text: string): JsonFields | string {
  try {
    const value = parseExact(text)
    return isFields(value) ? value : 'a document must be an object'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
