// The order in which Kusto lists cells. Its documentation shows lists in the order of a hash set of texts (FNV-1a over their bytes,
// buckets that grow from 8 to 64, 512 and then by doubling, one list of all items through the buckets), and so do ours.

const fnvOffset = 14695981039346656037n
const fnvPrime = 1099511628211n

/** The low 32 bits of FNV-1a are those of the whole product; buckets need no more. */
function bucketHash(text: string): number {
  let hash = fnvOffset
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * fnvPrime)
  return Number(hash & 0xffffffffn)
}

/** A doubly linked list by places, 0 being both its ends. */
interface Chain {
  readonly next: number[]
  readonly previous: number[]
}

function insertBefore(chain: Chain, place: number, item: number): void {
  const before = chain.previous[place] as number
  chain.next[before] = item
  chain.previous[item] = before
  chain.next[item] = place
  chain.previous[place] = item
}

function remove(chain: Chain, item: number): void {
  const [before, after] = [chain.previous[item] as number, chain.next[item] as number]
  chain.next[before] = after
  chain.previous[after] = before
}

/** Distinct texts in the order of such a set that got them in the given order. */
export function hashOrder(texts: Iterable<string>): string[] {
  const items = [...new Set(texts)]
  const hashes = items.map(bucketHash)
  const chain: Chain = { next: [0], previous: [0] }
  let mask = 7
  let buckets = new Map<number, number>()
  const bucketOf = (item: number): number => ((hashes[item - 1] as number) & mask) >>> 0
  const grow = (): void => {
    mask = mask < 511 ? (mask + 1) * 8 - 1 : (mask + 1) * 2 - 1
    buckets = new Map()
    for (let item = chain.next[0] as number; item !== 0; ) {
      const following = chain.next[item] as number
      const first = buckets.get(bucketOf(item))
      if (first !== undefined) {
        remove(chain, item)
        insertBefore(chain, first, item)
      }
      buckets.set(bucketOf(item), item)
      item = following
    }
  }
  items.forEach((_text, i) => {
    if (i > mask) grow()
    insertBefore(chain, buckets.get(bucketOf(i + 1)) ?? 0, i + 1)
    buckets.set(bucketOf(i + 1), i + 1)
  })
  const ordered: string[] = []
  for (let item = chain.next[0] as number; item !== 0; item = chain.next[item] as number)
    ordered.push(items[item - 1] as string)
  return ordered
}
