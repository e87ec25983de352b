// parse_xml: https://learn.microsoft.com/kusto/query/parse-xml-function
//
// A fold over the text's tokens with the stack of open elements: each a name and the members read so far. Attributes are
// members `@name`, texts `#text`; what comes several times is an array. Wrong nesting empties the stack, and the value is null.
import { quoteString } from '../sql/quote.ts'
import { asString } from '../sql/written.ts'
import { argument, type FunctionTable, fn } from './define.ts'
import { arrayText, bagText, dynamic } from './json.ts'

const maxLength = 1_048_576
const tag = '<(?:[^>"\']|"[^"]*"|\'[^\']*\')*>'
const tokens = (text: string): string =>
  `extractAll(${text}, ${quoteString(`(?s)<!--.*?-->|<!\\[CDATA\\[.*?\\]\\]>|<\\?.*?\\?>|${tag}|[^<]+`)})`

const stackType = 'Array(Tuple(String, Array(Tuple(String, String))))'
const broken = `CAST([], ${quoteString(stackType)})`

/** The value of an element that has these members. */
function elementValue(members: string): string {
  const names = `arrayDistinct(arrayMap($m -> $m.1, ${members}))`
  const values = `arrayMap($m -> $m.2, arrayFilter($m -> $m.1 = $name, ${members}))`
  const grouped = `arrayMap($name -> ($name, if(length(${values}) = 1, ${values}[1], ${arrayText(values)})), ${names})`
  return `multiIf(empty(${members}), 'null', length(${members}) = 1 AND ${members}[1].1 = '#text', ${members}[1].2, ${bagText(grouped)})`
}

const top = '$s[-1]'
const below = 'arrayPopBack($s)'
/** The stack with one more member in its top element. */
const added = (name: string, value: string): string =>
  `arrayPushBack(${below}, (${top}.1, arrayPushBack(${top}.2, (${name}, ${value}))))`

const name = `regexpExtract($t, '^</?([^\\\\s/>]+)', 1)`
const attributes = `arrayMap($a -> (concat('@', $a[1]), toJSONString(decodeXMLComponent(substring($a[2], 2, length($a[2]) - 2)))), extractAllGroupsVertical($t, ${quoteString('([^\\s=<"\']+)\\s*=\\s*("[^"]*"|\'[^\']*\')')}))`
const parent = '$s[-2]'
const closed = `arrayPushBack(arrayPopBack(${below}), (${parent}.1, arrayPushBack(${parent}.2, (${top}.1, ${elementValue(`${top}.2`)}))))`
const plain = "trimBoth($t, ' \\t\\r\\n')"

const step = `multiIf(
  empty($s), $s,
  startsWith($t, '<![CDATA['), if(length($s) = 1, ${broken}, ${added("'#text'", 'toJSONString(substring($t, 10, length($t) - 12))')}),
  startsWith($t, '<!') OR startsWith($t, '<?'), $s,
  startsWith($t, '</'), if(length($s) > 1 AND ${top}.1 = ${name}, ${closed}, ${broken}),
  startsWith($t, '<'), multiIf(empty(${name}), ${broken}, endsWith($t, '/>'), ${added(name, elementValue(attributes))}, arrayPushBack($s, (${name}, ${attributes}))),
  ${plain} = '', $s,
  length($s) = 1, ${broken},
  ${added("'#text'", `toJSONString(decodeXMLComponent(${plain}))`)})`.replace(/\n\s*/g, ' ')

const parseXml = fn((call) => {
  const text = call.share(asString(argument(call, 0)).sql)
  const stack = call.share(
    `arrayFold(($s, $t) -> ${step}, if(length(${text}) > ${maxLength}, [], ${tokens(text)}), CAST([('', [])], ${quoteString(stackType)}))`,
  )
  const root = `${stack}[1].2`
  const whole = `replaceRegexpAll(${text}, ${quoteString(`(?s)<!--.*?-->|<!\\[CDATA\\[.*?\\]\\]>|<\\?.*?\\?>|${tag}|[^<]+`)}, '') = ''`
  return dynamic(`if(length(${stack}) = 1 AND length(${root}) = 1 AND ${whole}, ${bagText(root)}, NULL)`, true)
})

export const xml: FunctionTable = { parse_xml: parseXml }
