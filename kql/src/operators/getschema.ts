// getschema. https://learn.microsoft.com/kusto/query/getschema-operator
import type { ScalarType } from '../model.ts'
import type { NamedColumn } from '../plan/nodes.ts'
import { operator } from './define.ts'

const netTypes: Readonly<Record<ScalarType, string>> = {
  bool: 'System.SByte',
  int: 'System.Int32',
  long: 'System.Int64',
  real: 'System.Double',
  decimal: 'System.Data.SqlTypes.SqlDecimal',
  string: 'System.String',
  datetime: 'System.DateTime',
  timespan: 'System.TimeSpan',
  guid: 'System.Guid',
  dynamic: 'System.Object',
}

export const getschema = operator('GetSchemaOperator', (_node, input, _env, ctx) => {
  const columns: NamedColumn[] = [
    { name: 'ColumnName', type: 'string', id: ctx.newColumn('ColumnName', 'string') },
    { name: 'ColumnOrdinal', type: 'long', id: ctx.newColumn('ColumnOrdinal', 'long') },
    { name: 'DataType', type: 'string', id: ctx.newColumn('DataType', 'string') },
    { name: 'ColumnType', type: 'string', id: ctx.newColumn('ColumnType', 'string') },
  ]
  const rows = input.columns.map((c, i) => [c.name, BigInt(i), netTypes[c.type], c.type])
  const ordinal = ctx.newColumn('ordinal', 'long', false)
  return { rel: { kind: 'values', columns: columns.map((c) => c.id), rows, ordinal }, columns }
})
