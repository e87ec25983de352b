// The queries that content packs ship, by topic, with a search box.
import { Input, makeStyles, Spinner, tokens } from '@fluentui/react-components'
import { SearchRegular } from '@fluentui/react-icons'
import { useState } from 'react'
import type { ExampleQuery } from '../../api/types.ts'
import { byTopic, useExampleQueries } from './example-queries.ts'

const useStyles = makeStyles({
  search: { margin: '8px 10px' },
  list: { flex: 1, minHeight: 0, overflow: 'auto', padding: '0 6px 12px' },
  topic: {
    margin: '10px 6px 4px',
    fontSize: '11px',
    lineHeight: '16px',
    fontWeight: tokens.fontWeightSemibold,
    letterSpacing: '0.04em',
    textTransform: 'uppercase',
    color: tokens.colorNeutralForeground3,
  },
  query: {
    display: 'block',
    width: '100%',
    padding: '5px 8px',
    border: 0,
    borderRadius: tokens.borderRadiusMedium,
    background: 'none',
    textAlign: 'left',
    font: 'inherit',
    cursor: 'pointer',
    color: tokens.colorNeutralForeground1,
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  title: { display: 'block', fontSize: '13px', lineHeight: '18px' },
  text: { display: 'block', fontSize: '11.5px', lineHeight: '15px', color: tokens.colorNeutralForeground3 },
  none: { padding: '12px', color: tokens.colorNeutralForeground3, fontSize: '13px' },
})

export function QueriesPanel({ onExample }: { readonly onExample: (example: ExampleQuery) => void }) {
  const styles = useStyles()
  const [search, setSearch] = useState('')
  const wanted = search.trim().toLowerCase()
  const { data, isPending, error } = useExampleQueries()
  const matches = ({ topic, title, description, query }: ExampleQuery) =>
    [topic, title, description, query].some((text) => text.toLowerCase().includes(wanted))
  const topics = byTopic((data ?? []).filter(matches))
  return (
    <>
      <Input
        className={styles.search}
        size="small"
        contentBefore={<SearchRegular />}
        placeholder="Find a query"
        aria-label="Find a query"
        value={search}
        onChange={(_, { value }) => setSearch(value)}
      />
      <div className={styles.list}>
        {isPending && <Spinner size="tiny" label="Reading the queries" />}
        {error && <div className={styles.none}>{error.message}</div>}
        {topics.map(([topic, queries]) => (
          <section key={topic} aria-label={topic}>
            <h2 className={styles.topic}>{topic}</h2>
            {queries.map((example) => (
              <button
                key={example.id}
                type="button"
                className={styles.query}
                data-example={example.id}
                title={example.query}
                onClick={() => onExample(example)}
              >
                <span className={styles.title}>{example.title}</span>
                <span className={styles.text}>{example.description}</span>
              </button>
            ))}
          </section>
        ))}
        {data && topics.length === 0 && <div className={styles.none}>No query matches.</div>}
      </div>
    </>
  )
}
