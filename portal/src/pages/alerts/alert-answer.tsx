// What people say to an alert: a state, and why.
import { Button, Input, makeStyles, Text, tokens } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type Alert, answerAlert, type UserResponse } from '../../api/alerts.ts'

const useStyles = makeStyles({
  answer: { display: 'grid', gap: '8px' },
  title: { margin: 0, fontSize: '14px', fontWeight: tokens.fontWeightSemibold },
  states: { display: 'flex', gap: '6px' },
})

const states: readonly UserResponse[] = ['New', 'Acknowledged', 'Closed']

export function AlertAnswer({ alert }: { readonly alert: Alert }) {
  const styles = useStyles()
  const [comment, setComment] = useState('')
  const client = useQueryClient()
  const { mutate, isPending, error } = useMutation({
    mutationFn: (state: UserResponse) => answerAlert(alert.id, state, comment),
    onSuccess: async () => {
      setComment('')
      await Promise.all([
        client.invalidateQueries({ queryKey: ['alerts'] }),
        client.invalidateQueries({ queryKey: ['alert-history', alert.id] }),
      ])
    },
  })
  const present = alert.properties.essentials.alertState
  return (
    <section className={styles.answer} aria-label="User response">
      <h3 className={styles.title}>User response: {present}</h3>
      <Input
        size="small"
        placeholder="Comment, kept in the history"
        aria-label="Comment"
        value={comment}
        onChange={(_, { value }) => setComment(value)}
      />
      <div className={styles.states}>
        {states
          .filter((state) => state !== present)
          .map((state) => (
            <Button key={state} size="small" disabled={isPending} onClick={() => mutate(state)}>
              {state === 'New' ? 'Set to new' : state === 'Closed' ? 'Close' : 'Acknowledge'}
            </Button>
          ))}
      </div>
      {error && <Text role="alert">{error.message}</Text>}
    </section>
  )
}
