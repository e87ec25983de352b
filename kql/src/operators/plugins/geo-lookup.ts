// geo_polygon_lookup, geo_line_lookup: rows whose point lies in a polygon of a table, or close to a line.
// https://learn.microsoft.com/kusto/query/geo-polygon-lookup-plugin
import { type Kind, shapesOf } from '../../geo/lookup.ts'
import { is } from '../../kusto/syntax.ts'
import type { Row } from '../../model.ts'
import { convert, unsupported } from '../../plan/expressions.ts'
import { longLit, nullOf } from '../../plan/literals.ts'
import type { ColumnId, Definition, Expr, NamedColumn, Rel, Union } from '../../plan/nodes.ts'
import { type SharedUse, shareRelation } from '../../plan/shared.ts'
import { argumentAt, columnAt, constantAt, type Plugin, type PluginCall } from './define.ts'

const column = (c: NamedColumn): Expr => ({ kind: 'col', id: c.id, type: c.type })

/** A column of the lookup table, which an argument names. */
function keyOf(columns: readonly NamedColumn[], p: PluginCall, index: number, name: string): NamedColumn {
  const node = argumentAt(p, index, name)
  const wanted = is(node, 'NameReference') ? node.SimpleName : undefined
  return (
    columns.find((c) => c.name === wanted) ??
    unsupported(node ?? p.call, 'an argument that is not a column of the lookup table')
  )
}

/** Rows of one side of the union that goes through the process: number, longitude, latitude, shape. */
function side(use: SharedUse, cells: readonly Expr[], p: PluginCall): { readonly rel: Rel; readonly ids: ColumnId[] } {
  const columns = cells.map((expr): Definition => ({ id: p.ctx.newColumn('cell', expr.type), expr }))
  return { rel: { kind: 'extend', input: use.relation.rel, columns }, ids: [use.ordinal, ...columns.map((c) => c.id)] }
}

/** Points have a shape of null; of both, pairs of row numbers come out. */
function pairsOf(kind: Kind, radius: number | undefined): (rows: readonly Row[]) => readonly Row[] {
  return (rows) => {
    const shapes = rows.filter((r) => r[1] === 1)
    const find = shapesOf(
      shapes.map((r) => r[4] ?? null),
      kind,
      radius,
    )
    return rows
      .filter((r) => r[1] === 0 && typeof r[2] === 'number' && typeof r[3] === 'number')
      .flatMap((r) => find([Number(r[2]), Number(r[3])]).map((i): Row => [r[0] ?? null, shapes[i]?.[0] ?? null]))
  }
}

const equal = (left: ColumnId, right: ColumnId) => ({
  left: { kind: 'col', id: left, type: 'long' } as const,
  right: { kind: 'col', id: right, type: 'long' } as const,
})

const geoLookup =
  (kind: Kind): Plugin =>
  (p) => {
    const name = `geo_${kind}_lookup`
    const keyName = kind === 'line' ? 'LookupLineKey' : 'LookupPolygonKey'
    const table = p.ctx.relation(argumentAt(p, 0, 'LookupTable')!, p.env)
    const placeOf = (of: readonly NamedColumn[], c: NamedColumn): number => of.findIndex((o) => o.id === c.id)
    const key = placeOf(table.columns, keyOf(table.columns, p, 1, keyName))
    const longitude = placeOf(p.input.columns, columnAt(p, 2, 'SourceLongitude'))
    const latitude = placeOf(p.input.columns, columnAt(p, 3, 'SourceLatitude'))
    const given = constantAt(p, 4, 'radius')
    const radius = given === undefined || given === null ? undefined : Number(given)
    const unmatched = constantAt(p, 5, 'return_unmatched') === true
    const returnsKey = p.bound.length === p.input.columns.length + table.columns.length

    const [useRows, useTable] = [shareRelation(name, p.input, p.ctx), shareRelation(name, table, p.ctx)]
    const [points, shapes] = [useRows(), useTable()]
    const at = (use: SharedUse, i: number): Expr => column(use.relation.columns[i]!)
    const left = side(
      points,
      [longLit(0), convert(at(points, longitude), 'real'), convert(at(points, latitude), 'real'), nullOf('dynamic')],
      p,
    )
    const right = side(shapes, [longLit(1), nullOf('real'), nullOf('real'), convert(at(shapes, key), 'dynamic')], p)
    const types = ['long', 'long', 'real', 'real', 'dynamic'] as const
    const union: Union = {
      kind: 'union',
      inputs: [left.rel, right.rel],
      columns: types.map((type, i) => ({ id: p.ctx.newColumn('cell', type), from: [left.ids[i], right.ids[i]] })),
    }
    const [pointRow, shapeRow] = [p.ctx.newColumn('point', 'long', false), p.ctx.newColumn('shape', 'long', false)]
    const pairs: Rel = {
      kind: 'local',
      operator: name,
      input: union,
      inputs: union.columns.map((c) => c.id),
      columns: [pointRow, shapeRow],
      ordinal: p.ctx.newColumn('ordinal', 'long', false),
      run: pairsOf(kind, radius),
    }
    const [rows, found] = [useRows(), useTable()]
    const matched: Rel = {
      kind: 'join',
      join: 'inner',
      left: pairs,
      right: found.relation.rel,
      on: [equal(shapeRow, found.ordinal)],
    }
    const rel: Rel = {
      kind: 'join',
      join: unmatched ? 'left' : 'inner',
      left: rows.relation.rel,
      right: matched,
      on: [equal(rows.ordinal, pointRow)],
    }
    const added = found.relation.columns.filter((_c, i) => returnsKey || i !== key)
    return {
      rel,
      columns: [...rows.relation.columns, ...added].map((c, i) => ({ ...c, name: p.bound[i]?.name ?? c.name })),
    }
  }

export const geoPolygonLookup = geoLookup('polygon')
export const geoLineLookup = geoLookup('line')
