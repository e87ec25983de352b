// convert_length and its kin: units by the names that Kusto gives them. https://learn.microsoft.com/kusto/query/convert-length-function
import { written } from '../sql/written.ts'
import { ArgumentError, as, constant, type FunctionEntry, type FunctionTable, fn, type WriteCall } from './define.ts'

/** What one of each unit is in the quantity's base unit; only units that are defined exactly. */
type Units = Readonly<Record<string, number>>

const angle: Units = {
  Radian: 1,
  Milliradian: 1e-3,
  Microradian: 1e-6,
  Degree: Math.PI / 180,
  Arcminute: Math.PI / 10_800,
  Arcsecond: Math.PI / 648_000,
  Gradian: Math.PI / 200,
  Revolution: 2 * Math.PI,
}

const length: Units = {
  Meter: 1,
  Kilometer: 1000,
  Hectometer: 100,
  Decameter: 10,
  Decimeter: 0.1,
  Centimeter: 0.01,
  Millimeter: 1e-3,
  Micrometer: 1e-6,
  Nanometer: 1e-9,
  Angstrom: 1e-10,
  Inch: 0.0254,
  Foot: 0.3048,
  Yard: 0.9144,
  Mile: 1609.344,
  NauticalMile: 1852,
  Fathom: 1.8288,
  Chain: 20.1168,
  Hand: 0.1016,
  Mil: 2.54e-5,
  Microinch: 2.54e-8,
  UsSurveyFoot: 1200 / 3937,
}

const mass: Units = {
  Kilogram: 1,
  Hectogram: 0.1,
  Decagram: 0.01,
  Gram: 1e-3,
  Decigram: 1e-4,
  Centigram: 1e-5,
  Milligram: 1e-6,
  Microgram: 1e-9,
  Nanogram: 1e-12,
  Tonne: 1000,
  Kilotonne: 1e6,
  Megatonne: 1e9,
  Pound: 0.45359237,
  Kilopound: 453.59237,
  Megapound: 453_592.37,
  Ounce: 0.028349523125,
  Stone: 6.35029318,
  Grain: 6.479891e-5,
  ShortTon: 907.18474,
  LongTon: 1016.0469088,
  ShortHundredweight: 45.359237,
  LongHundredweight: 50.80234544,
}

const perTime = (units: Units): Units =>
  Object.fromEntries(
    Object.entries(units).flatMap(([unit, size]) =>
      (
        [
          ['Second', 1],
          ['Minute', 60],
          ['Hour', 3600],
        ] as const
      ).map(([time, seconds]) => [`${unit}Per${time}`, size / seconds]),
    ),
  )

const speed: Units = {
  ...perTime({
    Meter: 1,
    Kilometer: 1000,
    Decimeter: 0.1,
    Centimeter: 0.01,
    Millimeter: 1e-3,
    Micrometer: 1e-6,
    Nanometer: 1e-9,
    Inch: 0.0254,
    Foot: 0.3048,
    Yard: 0.9144,
  }),
  MilePerHour: 0.44704,
  Knot: 1852 / 3600,
}

const energy: Units = {
  Joule: 1,
  Millijoule: 1e-3,
  Kilojoule: 1e3,
  Megajoule: 1e6,
  Gigajoule: 1e9,
  WattHour: 3600,
  KilowattHour: 3.6e6,
  MegawattHour: 3.6e9,
  GigawattHour: 3.6e12,
  ElectronVolt: 1.602176634e-19,
  Erg: 1e-7,
}

const force: Units = {
  Newton: 1,
  Micronewton: 1e-6,
  Millinewton: 1e-3,
  Decanewton: 10,
  Kilonewton: 1e3,
  Meganewton: 1e6,
  Dyn: 1e-5,
  KilogramForce: 9.80665,
  TonneForce: 9806.65,
  PoundForce: 4.4482216152605,
  Poundal: 0.138254954376,
}

const volume: Units = {
  CubicMeter: 1,
  CubicKilometer: 1e9,
  CubicDecimeter: 1e-3,
  CubicCentimeter: 1e-6,
  CubicMillimeter: 1e-9,
  Liter: 1e-3,
  Kiloliter: 1,
  Hectoliter: 0.1,
  Deciliter: 1e-4,
  Centiliter: 1e-5,
  Milliliter: 1e-6,
  Microliter: 1e-9,
  CubicInch: 1.6387064e-5,
  CubicFoot: 0.028316846592,
  CubicYard: 0.764554857984,
  UsGallon: 0.003785411784,
  ImperialGallon: 0.00454609,
  UsQuart: 0.000946352946,
  UsPint: 0.000473176473,
}

function unitOf(call: WriteCall, index: number, units: Units): number {
  const name = constant(call, index)
  const size = typeof name === 'string' && Object.hasOwn(units, name) ? units[name] : undefined
  if (size === undefined)
    throw new ArgumentError(`'${call.fn}' needs the literal name of a unit it knows: ${Object.keys(units).join(', ')}`)
  return size
}

const convert = (units: Units): FunctionEntry =>
  fn((call) => {
    const value = as('real', 0)(call)
    const [from, to] = [unitOf(call, 1, units), unitOf(call, 2, units)]
    return written('real', `(${value.sql} * toFloat64(${from}) / toFloat64(${to}))`, value.nullable)
  })

/** Degrees are [zero in kelvin, size in kelvin]. */
const degrees = {
  Kelvin: [0, 1],
  DegreeCelsius: [273.15, 1],
  DegreeFahrenheit: [459.67 / 1.8, 1 / 1.8],
  DegreeRankine: [0, 1 / 1.8],
} as const

const temperature = fn((call) => {
  const value = as('real', 0)(call)
  const [from, to] = [1, 2].map((i) => {
    const name = constant(call, i)
    const found = Object.entries(degrees).find(([unit]) => unit === name)?.[1]
    if (!found)
      throw new ArgumentError(
        `'${call.fn}' needs the literal name of a unit it knows: ${Object.keys(degrees).join(', ')}`,
      )
    return found
  }) as [readonly [number, number], readonly [number, number]]
  const shift = from[0] - to[0]
  return written(
    'real',
    `((${value.sql} * toFloat64(${from[1]}) + toFloat64(${shift})) / toFloat64(${to[1]}))`,
    value.nullable,
  )
})

export const conversionUnits: FunctionTable = {
  convert_angle: convert(angle),
  convert_energy: convert(energy),
  convert_force: convert(force),
  convert_length: convert(length),
  convert_mass: convert(mass),
  convert_speed: convert(speed),
  convert_temperature: temperature,
  convert_volume: convert(volume),
}
