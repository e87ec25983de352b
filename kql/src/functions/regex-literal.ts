// The longest text that every match of a regular expression must contain, where that is plain to see.
// Syntax: https://learn.microsoft.com/kusto/query/regex

const shortest = 3
/** One step: a group or class begins, an escape, a quantifier, or a sign of its own. */
const token = /\\.|\[|\(|\{\d*,?\d*\}|[\s\S]/gu
const literalEscape = /^\\[^a-zA-Z0-9]$/

/** Undefined: none of at least three signs, or the expression has parts that are not looked into (`|`, flags, `\\Q`). */
export function requiredLiteral(regex: string): string | undefined {
  if (/\(\?(?![:P<])|\\[QEpPxC]|\P{ASCII}/u.test(regex)) return undefined
  let best = ''
  let run = ''
  const ends = () => {
    if (run.length > best.length) best = run
    run = ''
  }
  for (let at = 0; at < regex.length; ) {
    token.lastIndex = at
    const [sign = ''] = token.exec(regex) ?? []
    at += sign.length
    if (sign === '|' || sign === ')') return undefined
    if (sign === '(' || sign === '[') {
      ends()
      const end = sign === '(' ? endOfGroup(regex, at) : endOfClass(regex, at)
      if (end === undefined) return undefined
      at = end
    } else if (sign === '*' || sign === '?' || (sign.length > 1 && sign.startsWith('{'))) {
      run = run.slice(0, -1)
      ends()
    } else if (literalEscape.test(sign)) run += sign.slice(1)
    else if (sign.startsWith('\\') || '.^$+'.includes(sign)) ends()
    else run += sign
  }
  ends()
  return best.length < shortest ? undefined : best
}

/** Position behind the class whose inside begins at `at`. */
function endOfClass(regex: string, at: number): number | undefined {
  const inside = /\^?\]?(?:\\[\s\S]|\[:\^?\w+:\]|[^\]\\])*\]/y
  inside.lastIndex = at
  return inside.test(regex) ? inside.lastIndex : undefined
}

function endOfGroup(regex: string, at: number): number | undefined {
  let position = at
  while (position < regex.length) {
    const sign = regex[position]
    position += sign === '\\' ? 2 : 1
    if (sign === ')') return position
    const end = sign === '(' ? endOfGroup(regex, position) : sign === '[' ? endOfClass(regex, position) : position
    if (end === undefined) return undefined
    position = end
  }
  return undefined
}
