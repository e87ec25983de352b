// Shapes that several routes of this surface share, as JSON Schema.
import Type from 'typebox'

export const columnSchema = Type.Object({
  name: Type.String(),
  type: Type.String(),
  doc: Type.Optional(Type.String()),
})

export const workspaceSchema = Type.Object({ id: Type.String(), name: Type.String(), resourceId: Type.String() })

export const diagnosticSchema = Type.Object({
  code: Type.String(),
  severity: Type.String(),
  start: Type.Integer({ description: 'offset in UTF-16 units' }),
  length: Type.Integer(),
  line: Type.Integer({ description: 'from 1' }),
  pos: Type.Integer({ description: 'from 1' }),
  message: Type.String(),
  hint: Type.Optional(Type.String()),
})

export const tags = ['portal']
