// Vector's http sink with the codec json, as arrays or one record a line. https://vector.dev/docs/reference/configuration/sinks/http/
import { shipperJson } from './shipper/json.ts'

export const vector = shipperJson({
  name: 'vector',
  timeFields: ['timestamp', '@timestamp'],
  defaultTag: 'Vector',
})
