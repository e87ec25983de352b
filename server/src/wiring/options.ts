// Files that settings name, opened; a wrong one is a fault of the configuration. Used by main.ts.
import { type Config, ConfigError } from '../config.ts'
import { type ExternalFiles, externalFiles } from '../query/external-files.ts'
import { openPlaces, type Places } from '../query/places.ts'

export function placesOf({ geoip }: Config): { readonly places?: Places } {
  if (geoip === undefined) return {}
  try {
    return { places: openPlaces(geoip) }
  } catch (error) {
    throw new ConfigError(`CONSHELF_GEOIP: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}

export function externalFilesOf({ externalData }: Config): { readonly externalFiles?: ExternalFiles } {
  if (externalData === undefined) return {}
  try {
    return { externalFiles: externalFiles(externalData) }
  } catch (error) {
    throw new ConfigError(`CONSHELF_EXTERNALDATA: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}
