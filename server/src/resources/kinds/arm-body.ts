// The envelope that Azure's resources have in common: everything but id, name and type, which the path says.
import { type TSchema, Type } from 'typebox'

/** Unknown members are kept: clients of every age send others. */
export function armBody<P extends TSchema>(properties: P) {
  return Type.Object(
    {
      location: Type.Optional(Type.String()),
      kind: Type.Optional(Type.Union([Type.String(), Type.Null()])),
      tags: Type.Optional(Type.Union([Type.Record(Type.String(), Type.String()), Type.Null()])),
      identity: Type.Optional(Type.Unknown()),
      properties,
    },
    { additionalProperties: true },
  )
}
