// Asks for a bearer token, where the server wants one.
import { Button, Field, Input, makeStyles, Title3, tokens } from '@fluentui/react-components'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { storedToken, storeToken } from '../api/token.ts'
import { Mark } from './mark.tsx'

const useStyles = makeStyles({
  place: { gridRow: '1 / -1', display: 'grid', placeItems: 'center', backgroundColor: tokens.colorNeutralBackground3 },
  card: {
    display: 'grid',
    gap: '16px',
    width: '360px',
    padding: '32px',
    borderRadius: tokens.borderRadiusLarge,
    backgroundColor: tokens.colorNeutralBackground1,
    boxShadow: tokens.shadow16,
  },
  head: { display: 'flex', alignItems: 'center', gap: '12px' },
})

export function SignIn() {
  const styles = useStyles()
  const client = useQueryClient()
  const [token, setToken] = useState('')
  const [refused, setRefused] = useState(storedToken() !== undefined)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    storeToken(token.trim())
    await client.refetchQueries({ queryKey: ['about'] })
    // Accepted, this form is gone by now.
    setRefused(true)
  }
  return (
    <main className={styles.place}>
      <form className={styles.card} onSubmit={(event) => void submit(event)}>
        <div className={styles.head}>
          <Mark size={36} />
          <Title3>Conshelf</Title3>
        </div>
        <Field
          label="Access token"
          hint="The server's CONSHELF_TOKEN, an API token or one of the identity provider. It is kept until this browser tab closes."
          {...(refused
            ? { validationState: 'error', validationMessage: 'The server does not accept this token.' }
            : {})}
        >
          <Input
            type="password"
            autoComplete="current-password"
            value={token}
            onChange={(_, { value }) => setToken(value)}
          />
        </Field>
        <Button type="submit" appearance="primary" disabled={token.trim() === ''}>
          Sign in
        </Button>
      </form>
    </main>
  )
}
