// mappings/security-events/<format>.yaml: where the values of a security event format (CEF, LEEF) go.
import { type Static, Type } from 'typebox'
import type { ContentKind } from '../document.ts'

const column = Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' })

const schema = Type.Object(
  {
    table: column,
    header: Type.Array(Type.Union([column, Type.Null()]), {
      description: 'Columns of the fields of the header, in their order behind the version; null: it has none.',
    }),
    extension: Type.Record(Type.String(), Type.Union([column, Type.Array(column)]), {
      description: 'Key of the extension -> its column, or several that all get the value.',
    }),
    rest: Type.String({ description: 'Column of what no other column takes, as `key=value;key=value`.' }),
    time: Type.Array(Type.String(), {
      description: 'Keys that tell the time of an event whose syslog header does not.',
    }),
  },
  { additionalProperties: false, title: 'Columns of a security event format' },
)

export type SecurityEventsItem = Static<typeof schema>

export const securityEventsKind: ContentKind<typeof schema> = {
  kind: 'security-events',
  schema,
  check: () => [],
}
