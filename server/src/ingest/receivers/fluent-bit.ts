// Fluent Bit's HTTP output in its formats json, json_lines and json_stream, with dates of every json_date_format.
// https://docs.fluentbit.io/manual/data-pipeline/outputs/http
import { shipperJson } from './shipper/json.ts'

export const fluentBit = shipperJson({
  name: 'fluent-bit',
  timeFields: ['date', 'timestamp', '@timestamp'],
  defaultTag: 'FluentBit',
})
