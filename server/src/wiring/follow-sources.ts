// Sources as the configuration names them, started; a wrong one is a fault of the configuration. Used by main.ts.
import { type Config, ConfigError } from '../config.ts'
import { type SourcesParts, startSources } from '../ingest/sources/sources.ts'

/** Answers how they are stopped. */
export function followSources(
  { sources = [], sourceSecrets: secrets = {} }: Config,
  parts: Omit<SourcesParts, 'sources' | 'secrets'>,
): () => Promise<void> {
  try {
    return startSources({ ...parts, sources, secrets }).close
  } catch (error) {
    throw new ConfigError(`CONSHELF_SOURCES: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}
