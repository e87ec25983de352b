// Distances on the sphere, geohashes and H3 cells. https://learn.microsoft.com/kusto/query/geo-distance-2points-function
//
// Kusto's sphere has a radius of 6 371 010 m. Points outside of longitude ±180 and latitude ±90 are none: null, or no text.
import { geohashAt } from '../geo/cells.ts'
import { asString, written } from '../sql/written.ts'
import {
  ArgumentError,
  argument,
  as,
  constant,
  type FunctionEntry,
  type FunctionTable,
  fn,
  type WriteCall,
} from './define.ts'
import { arrayText, dynamic } from './json.ts'
import { numberAt, onSpheroid, positionAt } from './local/geo-arguments.ts'

const radius = 6_371_010

const real = (call: WriteCall, i: number): string => call.share(as('real', i)(call).sql)
const radians = (degrees: string): string => `(${degrees} * (pi() / 180.))`
const isPoint = (lng: string, lat: string): string => `ifNull(abs(${lng}) <= 180 AND abs(${lat}) <= 90, false)`

/** Angle between two points as seen from the centre: the haversine formula. */
function angle(lng1: string, lat1: string, lng2: string, lat2: string): string {
  const half = (a: string, b: string): string => `pow(sin((${radians(b)} - ${radians(a)}) / 2), 2)`
  return `(2 * asin(sqrt(${half(lat1, lat2)} + cos(${radians(lat1)}) * cos(${radians(lat2)}) * ${half(lng1, lng2)})))`
}

const points = (call: WriteCall): { readonly p: readonly [string, string, string, string]; readonly valid: string } => {
  const p = [0, 1, 2, 3].map((i) => real(call, i)) as [string, string, string, string]
  return { p, valid: call.share(`(${isPoint(p[0], p[1])} AND ${isPoint(p[2], p[3])})`) }
}

const distance = fn((call) => {
  if (call.args.length > 4 && constant(call, 4) !== false) throw new ArgumentError(`'${call.fn}': ${onSpheroid}`)
  const { p, valid } = points(call)
  return written('real', `if(${valid}, ${angle(...p)} * ${radius}, NULL)`, true)
})

/** Clockwise from north, from 0 to below 2π; between a point and itself or its antipode there is none. */
const azimuth = fn((call) => {
  const { p, valid } = points(call)
  const [lngA, latA, lngB, latB] = p
  const same = `(${latA} = ${latB} AND (${lngA} = ${lngB} OR abs(${lngA} - ${lngB}) = 360 OR abs(${latA}) = 90))`
  const opposite = `(${latA} = -${latB} AND (abs(${lngA} - ${lngB}) = 180 OR abs(${latA}) = 90))`
  const [lng1, lat1, lng2, lat2] = p.map((d) => call.share(radians(d))) as [string, string, string, string]
  const east = `sin(${lng2} - ${lng1}) * cos(${lat2})`
  const north = `cos(${lat1}) * sin(${lat2}) - sin(${lat1}) * cos(${lat2}) * cos(${lng2} - ${lng1})`
  const angleFromNorth = call.share(`atan2(${east}, ${north})`)
  return written(
    'real',
    `if(${valid} AND NOT ${same} AND NOT ${opposite}, if(${angleFromNorth} < 0, ${angleFromNorth} + 2 * pi(), ${angleFromNorth}), NULL)`,
    true,
  )
})

const inCircle = fn((call) => {
  const { p, valid } = points(call)
  const size = real(call, 4)
  return written(
    'bool',
    `if(${valid} AND ifNull(${size} >= 0, false), ${angle(...p)} * ${radius} <= ${size}, NULL)`,
    true,
  )
})

/** GeoJSON of a point and of a polygon's corners, (longitude, latitude) each. */
const pointText = (lng: string, lat: string): string =>
  `concat('{"type":"Point","coordinates":[', toString(${lng}), ',', toString(${lat}), ']}')`
const polygonText = (corners: string): string =>
  `concat('{"type":"Polygon","coordinates":[', ${arrayText(`arrayMap($c -> concat('[', toString($c.1), ',', toString($c.2), ']'), ${corners})`)}, ']}')`

/** The most letters that the engine gives; longer hashes, and those whose length a row decides, are made in this process. */
const engineAccuracy = 12

const geohashInEngine = fn((call) => {
  const [lng, lat] = [real(call, 0), real(call, 1)]
  const accuracy = call.args.length > 2 ? call.share(as('long', 2)(call).sql) : '5'
  const valid = `(${isPoint(lng, lat)} AND ifNull(${accuracy} BETWEEN 1 AND 18, false))`
  const hash = `geohashEncode(ifNull(${lng}, 0), ifNull(${lat}, 0), toUInt8(least(greatest(ifNull(${accuracy}, 1), 1), ${engineAccuracy})))`
  return written('string', `if(${valid}, ${hash}, '')`, false)
})

const toGeohash: FunctionEntry = {
  ...geohashInEngine,
  local: {
    parameters: ['real', 'real', 'long'],
    when: ([, , accuracy]) =>
      accuracy !== undefined && (accuracy.kind !== 'lit' || Number(accuracy.value ?? 0) > engineAccuracy),
    run: (cells) => {
      const [position, accuracy] = [positionAt(cells, 0), numberAt(cells, 2, 5, [1, 18])]
      return position && accuracy !== undefined ? geohashAt(position, accuracy) : null
    },
  },
}

/** Bits of a geohash's letters, which alternate between longitude and latitude. */
function geohashBox(call: WriteCall): { readonly valid: string; readonly box: string } {
  const hash = call.share(`lower(${asString(argument(call, 0)).sql})`)
  const valid = call.share(`match(${hash}, '^[0-9bcdefghjkmnpqrstuvwxyz]{1,18}$')`)
  const letters = `extractAll(${hash}, '.')`
  const bits = call.share(
    `arrayFlatten(arrayMap($l -> arrayMap($i -> bitTest(toUInt8(position('0123456789bcdefghjkmnpqrstuvwxyz', $l) - 1), 4 - $i), range(5)), ${letters}))`,
  )
  const axis = (first: number, low: number, high: number): string => {
    const own = `arrayFilter(($b, $i) -> $i % 2 = ${first}, ${bits}, arrayEnumerate(${bits}))`
    return `arrayFold(($s, $b) -> if($b = 1, (($s.1 + $s.2) / 2, $s.2), ($s.1, ($s.1 + $s.2) / 2)), ${own}, (toFloat64(${low}), toFloat64(${high})))`
  }
  return { valid, box: call.share(`(${axis(1, -180, 180)}, ${axis(0, -90, 90)})`) }
}

const geohashCenter = fn((call) => {
  const { valid, box } = geohashBox(call)
  return dynamic(
    `if(${valid}, ${pointText(`(${box}.1.1 + ${box}.1.2) / 2`, `(${box}.2.1 + ${box}.2.2) / 2`)}, NULL)`,
    true,
  )
})

const geohashPolygon = fn((call) => {
  const { valid, box } = geohashBox(call)
  const [west, east, south, north] = [`${box}.1.1`, `${box}.1.2`, `${box}.2.1`, `${box}.2.2`]
  return dynamic(
    `if(${valid}, ${polygonText(`[(${west}, ${south}), (${east}, ${south}), (${east}, ${north}), (${west}, ${north}), (${west}, ${south})]`)}, NULL)`,
    true,
  )
})

const toH3 = fn((call) => {
  const [lng, lat] = [real(call, 0), real(call, 1)]
  const level = call.args.length > 2 ? call.share(as('long', 2)(call).sql) : '6'
  const valid = `(${isPoint(lng, lat)} AND ifNull(${level} BETWEEN 0 AND 15, false))`
  // The engine computes calls over constants even where their condition does not hold, and geoToH3 throws for no number.
  const safe = (degrees: string) => `if(ifNull(isFinite(${degrees}), false), ifNull(${degrees}, 0), 0)`
  const cell = `geoToH3(${safe(lat)}, ${safe(lng)}, toUInt8(least(greatest(ifNull(${level}, 0), 0), 15)))`
  return written('string', `if(${valid}, h3ToString(${cell}), '')`, false)
})

/** A cell's number, with one that is valid in the place of what is no cell. */
function h3Cell(call: WriteCall): { readonly valid: string; readonly cell: string } {
  const text = call.share(asString(argument(call, 0)).sql)
  const number = call.share(
    `reinterpretAsUInt64(reverse(unhex(if(match(${text}, '^[0-9a-fA-F]{15,16}$'), leftPad(${text}, 16, '0'), '0000000000000000'))))`,
  )
  const valid = call.share(`(h3IsValid(${number}) = 1)`)
  return { valid, cell: call.share(`if(${valid}, ${number}, toUInt64(577199624117288959))`) }
}

const overH3 = (
  write: (cell: string, call: WriteCall) => { readonly sql: string; readonly valid?: string },
): FunctionEntry =>
  fn((call) => {
    const { valid, cell } = h3Cell(call)
    const made = write(cell, call)
    const holds = made.valid ? `${valid} AND ${made.valid}` : valid
    return written(
      call.type,
      `if(${holds}, ${made.sql}, ${call.type === 'string' ? "''" : 'NULL'})`,
      call.type !== 'string',
    )
  })

const level = (cell: string): string => `toInt64(h3GetResolution(${cell}))`
/** The wanted level within bounds, and whether it was. */
function wantedLevel(
  call: WriteCall,
  absent: string,
  low: string,
  high: string,
): { readonly at: string; readonly valid: string } {
  const wanted = call.share(call.args.length > 1 ? `ifNull(${as('long', 1)(call).sql}, -1)` : absent)
  return { at: `toUInt8(greatest(least(${wanted}, ${high}), ${low}))`, valid: `(${wanted} BETWEEN ${low} AND ${high})` }
}

const cellTexts = (cells: string): string => `toJSONString(arrayMap($c -> h3ToString($c), ${cells}))`

export const geo: FunctionTable = {
  geo_distance_2points: distance,
  geo_azimuth: azimuth,
  geo_point_in_circle: inCircle,
  geo_point_to_geohash: toGeohash,
  geo_geohash_to_central_point: geohashCenter,
  geo_geohash_to_polygon: geohashPolygon,
  geo_point_to_h3cell: toH3,
  geo_h3cell_level: overH3((cell) => ({ sql: `toInt32(h3GetResolution(${cell}))` })),
  geo_h3cell_parent: overH3((cell, call) => {
    const wanted = wantedLevel(call, `(${level(cell)} - 1)`, 'toInt64(0)', level(cell))
    return { sql: `h3ToString(h3ToParent(${cell}, ${wanted.at}))`, valid: wanted.valid }
  }),
  geo_h3cell_children: overH3((cell, call) => {
    const wanted = wantedLevel(call, `(${level(cell)} + 1)`, level(cell), `least(${level(cell)} + 5, 15)`)
    return { sql: cellTexts(`h3ToChildren(${cell}, ${wanted.at})`), valid: wanted.valid }
  }),
  geo_h3cell_to_central_point: overH3((cell) => ({ sql: pointText(`h3ToGeo(${cell}).2`, `h3ToGeo(${cell}).1`) })),
  geo_h3cell_to_polygon: overH3((cell) => {
    const corners = `arrayMap($c -> ($c.2, $c.1), h3ToGeoBoundary(${cell}))`
    return { sql: polygonText(`arrayPushBack(${corners}, ${corners}[1])`) }
  }),
}
