// Separated values: quotes doubled inside quotes, line ends inside quotes. As CSV files have them, and Kusto's ingestion.
// https://www.rfc-editor.org/rfc/rfc4180

/** Cells of each record, a header among them. Throws for a quote that nobody closes. */
export async function* csvRecords(texts: AsyncIterable<string>, separator = ','): AsyncGenerator<readonly string[]> {
  let cells: string[] = []
  let cell = ''
  let state: 'plain' | 'quoted' | 'quote' = 'plain'
  let isFirst = true
  for await (const chunk of texts) {
    const text = isFirst ? chunk.replace(/^\ufeff/, '') : chunk
    isFirst = false
    for (const letter of text) {
      if (state === 'quoted') {
        if (letter === '"') state = 'quote'
        else cell += letter
      } else if (letter === '"' && (state === 'quote' || cell === '')) {
        if (state === 'quote') cell += '"'
        state = 'quoted'
      } else if (letter === separator) {
        cells.push(cell)
        cell = ''
        state = 'plain'
      } else if (letter === '\n') {
        cells.push(cell.endsWith('\r') ? cell.slice(0, -1) : cell)
        if (cells.length > 1 || cells[0] !== '') yield cells
        cells = []
        cell = ''
        state = 'plain'
      } else {
        cell += letter
        state = 'plain'
      }
    }
  }
  if (state === 'quoted') throw new Error('the text ends inside quotes')
  if (cell !== '' || cells.length > 0) yield [...cells, cell]
}
