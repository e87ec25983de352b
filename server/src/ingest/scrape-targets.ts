// What is scraped: a port that several sources fill, and the one that reads the setting `scrape`.

export interface ScrapeTarget {
  /** Without user and password. */
  readonly url: string
  /** A header's value, where the target wants one. */
  readonly authorization?: string
  /** Labels of its series. */
  readonly job: string
  readonly instance: string
  readonly intervalMillis: number
  /** Name or GUID; absent: the only workspace there is. */
  readonly workspace?: string
}

/** Where targets come from. Asked every second; a target that is no longer there has its series ended. */
export interface TargetSource {
  targets(): readonly ScrapeTarget[]
}

const defaultSeconds = 60

/**
 * `http://node:9100/metrics#job=node&interval=30&workspace=cluster`, several separated by blanks. What follows `#` is ours
 * and not sent. Throws Error that says what is wrong.
 */
export function parseTargets(text: string): readonly ScrapeTarget[] {
  return text.split(/\s+/).filter(Boolean).map(parseTarget)
}

const known: ReadonlySet<string> = new Set(['job', 'instance', 'interval', 'workspace'])

function parseTarget(text: string): ScrapeTarget {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) throw new Error(`'${text}' is no http or https URL`)
  const options = new URLSearchParams(url.hash.slice(1))
  for (const name of options.keys())
    if (!known.has(name)) throw new Error(`'${name}' of '${text}' is none of ${[...known].join(', ')}`)
  const seconds = Number(options.get('interval') ?? defaultSeconds)
  if (!(seconds >= 1 && seconds <= 86_400)) throw new Error(`'interval' of '${text}' must be 1 to 86400 seconds`)
  url.hash = ''
  const authorization = basicOf(url)
  url.username = ''
  url.password = ''
  if (url.pathname === '/') url.pathname = '/metrics'
  const workspace = options.get('workspace')
  return {
    url: url.href,
    job: options.get('job') ?? 'static',
    instance: options.get('instance') ?? `${url.hostname}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`,
    intervalMillis: seconds * 1000,
    ...(authorization !== undefined && { authorization }),
    ...(workspace !== null && { workspace }),
  }
}

/** https://www.rfc-editor.org/rfc/rfc7617 */
function basicOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return `Basic ${Buffer.from(text).toString('base64')}`
}
