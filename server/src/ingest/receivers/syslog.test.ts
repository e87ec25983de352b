import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { openContent } from '../../content/content.ts'
import type { TableRow } from '../types.ts'
import { Framer } from './syslog/framing.ts'
import { leadingTime, wholeTime } from './syslog/times.ts'
import { syslog } from './syslog.ts'
import { decode, decodeRows } from './testing.ts'

// Times without a zone are of the server's.
process.env.TZ = 'UTC'

const now = Date.UTC(2026, 2, 1, 12)
const content = openContent()
const receiver = syslog(() => content, { now: () => now })
const origin = { peer: '192.0.2.7', collector: 'here' }

function rowOf(message: string | Buffer): TableRow {
  const row = receiver.row({ bytes: Buffer.from(message) }, origin)
  if ('rejected' in row) throw new Error(row.rejected)
  return row
}

/** HostName, ProcessName, ProcessID, SyslogMessage. */
function partsOf(message: string): readonly unknown[] {
  const { HostName, ProcessName, ProcessID, SyslogMessage } = rowOf(message).fields
  return [HostName === origin.peer ? null : HostName, ProcessName ?? null, ProcessID ?? null, SyslogMessage]
}

describe('RFC 5424', () => {
  test('all columns', () => {
    const row = rowOf('<165>1 2026-03-01T11:59:58.003+02:00 web-1 shop 8710 ID47 [a@1 k="v"] \ufeffUser "an" logged in')
    expect(row).toMatchObject({ table: 'Syslog', time: '2026-03-01T09:59:58.003Z' })
    expect(row.fields).toEqual({
      SourceSystem: 'Linux',
      Computer: 'web-1',
      CollectorHostName: 'here',
      EventTime: '2026-03-01T09:59:58.003Z',
      Facility: 'local4',
      HostName: 'web-1',
      SeverityLevel: 'notice',
      SyslogMessage: 'User "an" logged in',
      HostIP: '192.0.2.7',
      ProcessName: 'shop',
      ProcessID: 8710,
    })
  })

  const head = '<13>1 2026-03-01T10:00:00Z'
  test.each<[string, readonly unknown[]]>([
    [`${head} h app 1 - - two  spaces  stay\r\n\0`, ['h', 'app', 1, 'two  spaces  stay']],
    [`${head} h app 1 - -  rsyslog puts two spaces`, ['h', 'app', 1, 'rsyslog puts two spaces']],
    [`${head} - - - - -`, [null, null, null, '']],
    [`${head} h app main.1 - - m`, ['h', 'app', null, 'm']],
    [`${head} h app 99999999999 - - m`, ['h', 'app', null, 'm']],
    [`${head} h app 1 ID [x@1 a="q\\"]\\\\" b="]"][y@2] text`, ['h', 'app', 1, 'text']],
    [`${head} h app 1 ID [x@1 a="only data"]`, ['h', 'app', 1, '[x@1 a="only data"]']],
    [`${head} h app 1 - - [not structured data`, ['h', 'app', 1, '[not structured data']],
    [`${head} h app 1 - [broken a="b] text`, ['h', 'app', 1, '[broken a="b] text']],
    // What devices take for it.
    [`${head} core1 mgd[77]: UI_COMMIT: done`, ['core1', 'mgd', 77, 'UI_COMMIT: done']],
    [`${head} rpd[13]: EVENT <Up>`, [null, 'rpd', 13, 'EVENT <Up>']],
    ['<13>1 1772359200.5 ap-3 events type=x', ['ap-3', null, null, 'events type=x']],
  ])('%j', (message, parts) => expect(partsOf(message)).toEqual(parts))

  test('a message without a time gets the time of its arrival', () => {
    const { time, fields } = rowOf('<13>1 - h a - - - m')
    expect([time, fields.EventTime]).toEqual(['2026-03-01T12:00:00.000Z', '2026-03-01T12:00:00.000Z'])
  })
})

describe('RFC 3164 and what devices make of it', () => {
  test.each<[string, readonly unknown[]]>([
    ['<34>Feb 28 22:14:15 mymachine su: failed for lonvick', ['mymachine', 'su', null, 'failed for lonvick']],
    ['<34>Mar  1 02:14:15 10.0.0.1 sshd[4721]: Accepted key', ['10.0.0.1', 'sshd', 4721, 'Accepted key']],
    ['<34>Mar  1 02:14:15 h CRON[1]:  (root) CMD', ['h', 'CRON', 1, ' (root) CMD']],
    ['<34>Mar  1 02:14:15 kernel: no host', [null, 'kernel', null, 'no host']],
    ['<34>Mar  1 02:14:15 h words and no tag', ['h', null, null, 'words and no tag']],
    ['<34>Mar  1 02:14:15 h DEV_Alarm WARN: x', ['h', 'DEV_Alarm', null, 'WARN: x']],
    ['<34>2026-03-01T02:14:15.123456+01:00 h app: m', ['h', 'app', null, 'm']],
    ['<34>Mar 1 2026 02:14:15: %ASA-4-1: m', [null, '%ASA-4-1', null, '%ASA-4-1: m']],
    ['<34>2026-03-01T02:14:15Z fw : %ASA-4-1: m', ['fw', '%ASA-4-1', null, '%ASA-4-1: m']],
    ['<187>364: *Mar  1 02:14:15.814 CET: %LINK-3-UPDOWN: m', [null, '%LINK-3-UPDOWN', null, '%LINK-3-UPDOWN: m']],
    ['<187>17: cm-1: Mar 01 2026 04:03:01 PM.688 UTC : %X-2-Y: m', ['cm-1', '%X-2-Y', null, '%X-2-Y: m']],
    ['<190>: 2026 Mar 1 10:33:18 CET: %UCSM-6-AUDIT: m', [null, '%UCSM-6-AUDIT', null, '%UCSM-6-AUDIT: m']],
    ['<141>Mar  1 02:14:15 f5.x notice tmm1[12]: m', ['f5.x', 'tmm1', 12, 'm']],
    ['<86>apache2: only a tag', [null, 'apache2', null, 'only a tag']],
    ['<86> date=2026-03-01 type=traffic', [null, null, null, 'date=2026-03-01 type=traffic']],
    ['<86>{"a": 1}', [null, null, null, '{"a": 1}']],
    ['plain text', [null, null, null, 'plain text']],
    ['<999>Mar  1 02:14:15 h app: m', [null, null, null, '<999>Mar  1 02:14:15 h app: m']],
    ['<34>Mar 45 99:99:99 h app: m', ['h', 'app', null, 'm']],
    ['', [null, null, null, '']],
  ])('%j', (message, parts) => expect(partsOf(message)).toEqual(parts))

  test('without PRI a message is user.notice', () => {
    expect(rowOf('Mar  1 02:14:15 h app: m').fields).toMatchObject({
      Facility: 'user',
      SeverityLevel: 'notice',
      HostName: 'h',
      ProcessName: 'app',
    })
  })

  test('every facility and severity', () => {
    const names = Array.from({ length: 192 }, (_, pri) => rowOf(`<${pri}>m`).fields)
    expect(names.filter((_, pri) => pri % 8 === 0).map(({ Facility }) => Facility)).toEqual(
      'kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp audit alert clock local0 local1 local2 local3 local4 local5 local6 local7'.split(
        ' ',
      ),
    )
    expect(names.slice(0, 8).map(({ SeverityLevel }) => SeverityLevel)).toEqual(
      'emerg alert crit err warning notice info debug'.split(' '),
    )
  })

  test('bytes that are no UTF-8 are Latin-1', () => {
    expect(rowOf(Buffer.from('<13>h\xe4user \0 x', 'latin1')).fields.SyslogMessage).toBe('häuser \0 x')
    expect(rowOf('<13>häuser').fields.SyslogMessage).toBe('häuser')
  })
})

describe('times', () => {
  test.each([
    ['Feb 28 22:14:15 h', '2026-02-28T22:14:15.000Z'],
    ['Mar  2 02:14:15 h', '2026-03-02T02:14:15.000Z'],
    ['Mar  3 02:14:15 h', '2025-03-03T02:14:15.000Z'],
    ['Dec 31 23:59:59 h', '2025-12-31T23:59:59.000Z'],
    ['April 04 21:03:05 h', '2025-04-04T21:03:05.000Z'],
    ['Jan 27 14:13:39 2022 h', '2022-01-27T14:13:39.000Z'],
    ['Jan 27 14:13:39 CEST: x', '2026-01-27T12:13:39.000Z'],
    ['Jan 27 14:13:39 host: x', '2026-01-27T14:13:39.000Z'],
    ['2026-01-27T14:13Z h', '2026-01-27T14:13:00.000Z'],
    ['2026-01-27T14:13:39.1234567-03:30 h', '2026-01-27T17:43:39.1234567Z'],
    ['Feb 29 10:00:00 h', undefined],
    ['Feb 30 2026 10:00:00 h', undefined],
    ['Jan 27 14:13:39 CST: x', undefined],
  ])('%s', (text, time) => expect(leadingTime(text, now)?.time).toBe(time))

  test('around New Year', () => {
    expect(leadingTime('Dec 31 23:59:59 h', Date.UTC(2026, 0, 1, 0, 0, 5))?.time).toBe('2025-12-31T23:59:59.000Z')
    expect(leadingTime('Jan  1 00:00:05 h', Date.UTC(2025, 11, 31, 23, 59, 59))?.time).toBe('2026-01-01T00:00:05.000Z')
  })

  test.each([
    ['1772359200123', '2026-03-01T10:00:00.123Z'],
    ['Mar 01 2026 09:00:00.250 UTC', '2026-03-01T09:00:00.250Z'],
    ['Mar 01 2026 09:00:00 GMT+01:00', '2026-03-01T08:00:00.000Z'],
    ['2026-03-01T09:00:00Z', '2026-03-01T09:00:00.000Z'],
    ['soon', undefined],
    ['17', undefined],
  ])('whole: %s', (text, time) => expect(wholeTime(text, now)).toBe(time))
})

describe('CEF and LEEF', () => {
  test('header, escapes, labels, and the rest', () => {
    const row = rowOf(
      '<134>Mar  1 11:00:00 fw-1 CEF:0|Acme|Wall \\| Gate|1.0|100|worm \\\\ stopped|10|src=10.0.0.1 dst=2.1.2.2 spt=1232 ' +
        'request=http://x.example/?a\\=b&c\\=d msg=two words\\nand a line cs1Label=Rule cs1=allow all cn1Label=n cn1=5000000000 ' +
        'cfp1=1.5 cat=a;b in=7 start=1772359200123 externalId=ab12 color=red flexDate1=',
    )
    expect(row).toMatchObject({ table: 'CommonSecurityLog', time: '2026-03-01T11:00:00.000Z' })
    expect(row.fields).toEqual({
      DeviceVendor: 'Acme',
      DeviceProduct: 'Wall | Gate',
      DeviceVersion: '1.0',
      DeviceEventClassID: '100',
      Activity: 'worm \\ stopped',
      LogSeverity: '10',
      SourceIP: '10.0.0.1',
      DestinationIP: '2.1.2.2',
      SourcePort: 1232,
      RequestURL: 'http://x.example/?a=b&c=d',
      Message: 'two words\nand a line',
      DeviceCustomString1Label: 'Rule',
      DeviceCustomString1: 'allow all',
      DeviceCustomNumber1Label: 'n',
      FieldDeviceCustomNumber1: 5_000_000_000,
      DeviceCustomFloatingPoint1: 1.5,
      DeviceEventCategory: 'a;b',
      ReceivedBytes: 7,
      StartTime: '2026-03-01T10:00:00.123Z',
      ExtID: 'ab12',
      AdditionalExtensions: 'color=red',
      SourceSystem: 'Linux',
      Computer: 'fw-1',
      CollectorHostName: 'here',
    })
  })

  test('without a time in the header the event tells it; numbers that are none stay among the rest', () => {
    const row = rowOf('<134>CEF:1|A|B||1|n|Low|spt=many rt=Mar 01 2026 09:00:00 UTC')
    expect(row.time).toBe('2026-03-01T09:00:00.000Z')
    expect(row.fields).toMatchObject({
      AdditionalExtensions: 'spt=many',
      ReceiptTime: 'Mar 01 2026 09:00:00 UTC',
      Computer: origin.peer,
    })
  })

  test('a header that is not whole stays a message', () => {
    expect(rowOf('<134>Mar  1 11:00:00 fw-1 CEF:0|Acme|Wall')).toMatchObject({
      table: 'Syslog',
      fields: { SyslogMessage: 'CEF:0|Acme|Wall', HostName: 'fw-1' },
    })
  })

  test.each([
    ['LEEF:1.0|Acme|Gate|2|41|src=10.0.0.1\tusrName=Jo Doe\tsev=5\tx=a=b'],
    ['LEEF:2.0|Acme|Gate|2|41|^|src=10.0.0.1^usrName=Jo Doe^sev=5^x=a=b'],
    ['LEEF:2.0|Acme|Gate|2|41|x5E|src=10.0.0.1^usrName=Jo Doe^sev=5^x=a=b'],
    ['LEEF:2.0|Acme|Gate|2|41|src=10.0.0.1\tusrName=Jo Doe\tsev=5\tx=a=b'],
    ['LEEF:1.0|Acme|Gate|2|41|src=10.0.0.1 usrName=Jo Doe sev=5 x=a=b'],
  ])('%j', (event) => {
    const { table, fields } = rowOf(`<13>Mar  1 11:00:00 192.0.2.1 ${event}`)
    expect(table).toBe('CommonSecurityLog')
    expect(fields).toMatchObject({
      DeviceVendor: 'Acme',
      DeviceProduct: 'Gate',
      DeviceVersion: '2',
      DeviceEventClassID: '41',
      SourceIP: '10.0.0.1',
      SourceUserName: 'Jo Doe',
      LogSeverity: '5',
      AdditionalExtensions: 'x=a=b',
    })
  })

  test('every mapped column is one of the table', () => {
    const names = new Set(content.table('CommonSecurityLog')?.columns.map(({ name }) => name))
    for (const format of ['cef', 'leef']) {
      const file = new URL(
        `../../../../content/packs/azure-monitor/mappings/security-events/${format}.yaml`,
        import.meta.url,
      )
      const mapped = [...readFileSync(file, 'utf8').matchAll(/^ {2}\w+: (.*)$/gm)].flatMap(([, list = '']) =>
        list.replace(/[[\]]/g, '').split(', '),
      )
      expect(mapped.length).toBeGreaterThan(10)
      expect(mapped.filter((name) => !names.has(name))).toEqual([])
    }
  })
})

describe('framing', () => {
  const counted = (text: string) => `${Buffer.byteLength(text)} ${text}`
  const messages = ['<13>one', '<13>two\nlines ä', '<13>three', '2026 is no count', '<13>', '12 <']
  const stream = `${counted('<13>one')}${counted('<13>two\nlines ä')}<13>three\n\n2026 is no count\r\n${counted('<13>')}\n12 <\n`

  test.each([1, 2, 3, 7, 1000])('mixed, in pieces of %i bytes', (size) => {
    const framer = new Framer()
    const bytes = Buffer.from(stream)
    const found = []
    for (let at = 0; at < bytes.length; at += size) found.push(...framer.push(bytes.subarray(at, at + size)))
    found.push(...framer.end())
    const texts = found.map((one) => [one.bytes.toString().trimEnd(), one.fault])
    // `12 <` announces twelve bytes that never come.
    expect(texts.slice(0, 5)).toEqual(messages.slice(0, 5).map((text) => [text, undefined]))
    expect(texts[5]).toEqual(['<', 'the connection ended after 2 of the 12 bytes of the message'])
  })

  test('after a wrong count the next message is found', () => {
    const framer = new Framer()
    const found = framer.push(Buffer.from('9 <13>hello world\n<13>good\n')).map(({ bytes }) => bytes.toString())
    expect(found).toEqual(['<13>hello', ' world', '<13>good'])
    expect(new Framer().push(Buffer.from('99999999 <13>a\n<13>good\n'))).toHaveLength(2)
  })

  test('a message that is too long costs itself, and little memory', () => {
    const framer = new Framer({ messageBytes: 1000, keptBytes: 10 })
    const found = [...framer.push(Buffer.from(`<13>${'x'.repeat(600)}`)), ...framer.push(Buffer.from('y'.repeat(600)))]
    found.push(
      ...framer.push(Buffer.from('z\n<13>good\n')),
      ...framer.push(Buffer.from(`2000 <14>${'x'.repeat(1996)}<13>too\n`)),
    )
    expect(found.map(({ bytes, fault }) => [bytes.toString(), fault])).toEqual([
      ['<13>xxxxxx', 'the message has 1205 bytes, 1000 are taken'],
      ['<13>good', undefined],
      ['<14>xxxxxx', 'the message has 2000 bytes, 1000 are taken'],
      ['<13>too', undefined],
    ])
  })

  test('a line without its end is a message when the stream ends', async () => {
    expect(await decodeRows(receiver, '<13>a: 1\n<13>a: 2')).toHaveLength(2)
    expect(await decode(receiver, '20 <13>a: 1')).toMatchObject([{ rejected: expect.stringContaining('ended after') }])
  })
})

test('no message takes long, however it is made', () => {
  const fills = [
    'a',
    ' ',
    '\\',
    '"',
    '[',
    ']',
    ':',
    '|',
    '<',
    '1',
    'a= ',
    ' a',
    '[a b="',
    '[a b="x"]',
    ' b="x"',
    '-1-',
    'Jan 1 ',
    'a_',
    '.',
    'é',
  ]
  const modern = '<13>1 2026-03-01T10:00:00Z h a 1 - '
  const heads = ['', '<13>Mar  1 10:00:00 ', '<13>%A', modern, `${modern}[a`, `${modern}[a b="`]
  const events = [
    '<13>CEF:0|',
    '<13>CEF:0|a|b|c|d|e|f|',
    '<13>CEF:0|a|b|c|d|e|f|rt=',
    '<13>LEEF:1.0|a|b|c|d|',
    '<13>LEEF:2.0|a|b|c|d|^|',
  ]
  let slowest = 0
  for (const head of [...heads, ...events]) {
    for (const fill of fills) {
      const started = performance.now()
      rowOf(head + fill.repeat(100_000 / fill.length))
      slowest = Math.max(slowest, performance.now() - started)
    }
  }
  expect(slowest).toBeLessThan(1000)
})

const samples = new URL('../../../../../shared/samples/', import.meta.url)
describe.skipIf(!existsSync(samples))('published messages (skipped without ../shared)', () => {
  const linesOf = (name: string) => readFileSync(new URL(name, samples), 'utf8').trimEnd().split('\n')

  test.each(['syslog-rfc3164.txt', 'syslog-rfc5424.txt', 'syslog-vendor-variants.txt', 'cef.txt'])('%s', (name) => {
    for (const line of linesOf(name)) {
      const { table, fields } = rowOf(line)
      const priority = Number(/^<(\d+)>/.exec(line)?.[1])
      if (table === 'CommonSecurityLog') {
        expect(line).toMatch(/CEF:|LEEF:/)
        expect(fields.DeviceVendor).toBe(/(?:CEF|LEEF):[\d.]+\|([^|]*)/.exec(line)?.[1])
        continue
      }
      expect(line).not.toMatch(/ (?:CEF|LEEF):\d/)
      expect(rowOf(`<${priority}>x`).fields).toMatchObject({
        Facility: fields.Facility,
        SeverityLevel: fields.SeverityLevel,
      })
      // Nothing of a message is lost: it ends as the line ends, and what is before its text is header.
      const message = String(fields.SyslogMessage)
      expect(message).not.toBe('')
      expect(line.replaceAll('\ufeff', '')).toContain(message)
      for (const column of ['HostName', 'ProcessName', 'ProcessID']) {
        const value = fields[column]
        if (value !== undefined && value !== origin.peer) expect(line).toContain(String(value))
      }
    }
  })

  test('rows of Syslog come from the messages they would have been', () => {
    for (const line of linesOf('syslog.rows.jsonl')) {
      const row = JSON.parse(line)
      const pid = row.ProcessID === '' ? '' : `[${row.ProcessID}]`
      const { fields } = rowOf(`<86>Mar  1 10:00:00 ${row.HostName} ${row.ProcessName}${pid}: ${row.SyslogMessage}`)
      expect(fields).toMatchObject({
        Computer: row.Computer,
        HostName: row.HostName,
        ProcessName: row.ProcessName,
        SyslogMessage: row.SyslogMessage,
      })
      expect(String(fields.ProcessID ?? '')).toBe(row.ProcessID)
    }
  })
})
