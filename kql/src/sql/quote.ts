// The only place where names and values become SQL text. Tested with hostile values through the engine.

/** A ClickHouse identifier. */
export function quoteName(name: string): string {
  return `\`${name.replace(/[\\`]/g, '\\$&').replace(/\0/g, '\\0')}\``
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\0': '\\0',
}

const escaped = (sign: string): string => escapes[sign] ?? `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`

/** A ClickHouse string literal. Lone surrogates, which UTF-8 cannot carry, become U+FFFD. */
export function quoteString(value: string): string {
  return `'${value.toWellFormed().replace(/[\\']|\p{Cc}/gu, (sign) => (sign < '\x80' ? escaped(sign) : sign))}'`
}
