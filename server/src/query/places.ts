// Places of addresses, out of a database in MaxMind's format that the operator supplies. https://maxmind.github.io/MaxMind-DB
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import type { Place } from '@conshelf/kql'
import { type CityResponse, Reader } from 'mmdb-lib'

export type Places = (address: string) => Place | undefined

/** Reads the whole file, as every lookup may need any part of it. Throws what reading it throws. */
export function openPlaces(path: string): Places {
  const reader = new Reader<CityResponse>(readFileSync(path))
  return (address) => {
    const found = isIP(address) === 0 ? null : reader.get(address)
    return found ? placeOf(found) : undefined
  }
}

function placeOf({ country, subdivisions, city, location }: CityResponse): Place {
  const state = subdivisions?.[0]
  return {
    ...(country ? { country: country.names.en } : {}),
    ...(state ? { state: state.names.en } : {}),
    ...(city ? { city: city.names.en } : {}),
    ...(location ? { latitude: location.latitude, longitude: location.longitude } : {}),
  }
}
