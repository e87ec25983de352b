// The engine's error texts -> EngineError: the kind, and one line that helps. Used by chdb.ts.
import { EngineError, type EngineErrorKind } from '../engine.ts'

/** Names as ClickHouse prints them at the end of its messages. All others are `rejected`. */
const kinds: Readonly<Record<string, EngineErrorKind>> = {
  TIMEOUT_EXCEEDED: 'timeout',
  TOO_SLOW: 'timeout',
  MEMORY_LIMIT_EXCEEDED: 'memory',
  CANNOT_ALLOCATE_MEMORY: 'memory',
  TOO_DEEP_RECURSION: 'complexity',
  TOO_DEEP_AST: 'complexity',
  TOO_BIG_AST: 'complexity',
  QUERY_WAS_CANCELLED: 'cancelled',
  QUERY_WAS_CANCELLED_BY_CLIENT: 'cancelled',
  FUNCTION_THROW_IF_VALUE_IS_NON_ZERO: 'assertion',
  ABORTED: 'closed',
}

/** The engine crashed in another thread and will do nothing more. */
export function isCrash(error: EngineError): boolean {
  return error.message.includes('shutting down due to a fatal error')
}

const longest = 400

/** Which statement failed is the caller's to say; this says why. */
export function engineError(cause: unknown): EngineError {
  if (cause instanceof EngineError) return cause
  const text = cause instanceof Error ? cause.message : String(cause)
  const name = /\(([A-Z][A-Z0-9_]+)\)\s*$/.exec(text)?.[1]
  const isTooLong = /Query tree is too big|Max query size exceeded/.test(text)
  const kind = isTooLong ? 'complexity' : kinds[name ?? '']
  return new EngineError(kind ?? 'rejected', oneLine(text, kind === 'assertion' ? undefined : name), { cause })
}

/** Drops the wrapping, the code (its name says the same) and where in the pipeline it happened. */
function oneLine(text: string, name: string | undefined): string {
  const core = text
    .replace(/^(\w+Error: |\w+ failed: |Code: \d+\. |DB::\w+: )+/, '')
    .replace(/\s*\([A-Z][A-Z0-9_]+\)\s*$/, '')
    .replace(/: [Ww]hile executing [\s\S]*$/, '')
    .replace(/[:]? [Ii]n scope [\s\S]*$/, '')
    .replace(/\. Expected one of: [\s\S]*$/, '')
    .replace(/\.? ?Stack trace:[\s\S]*$/, '')
    .replace(/\s+/g, ' ')
    .trim()
  const short = core.length > longest ? `${core.slice(0, longest)}…` : core
  return name ? `${short} (${name})` : short
}
