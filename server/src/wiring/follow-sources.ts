// Sources as the configuration names them, started; a wrong one is a fault of the configuration. Used by main.ts.
import { type Config, ConfigError } from '../config.ts'
import { type RunningSources, type SourcesParts, startSources } from '../ingest/sources/sources.ts'

export function followSources(
  { sources = [], sourceSecrets: secrets = {} }: Config,
  parts: Omit<SourcesParts, 'sources' | 'secrets'>,
): RunningSources {
  try {
    return startSources({ ...parts, sources, secrets })
  } catch (error) {
    throw new ConfigError(`CONSHELF_SOURCES: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}
