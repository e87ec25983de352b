// Times and spans as people read them.

/** `2026-05-01 10:00:00`, UTC. */
export const timeText = (iso: string): string => iso.slice(0, 19).replace('T', ' ')

/** `4 min ago`; from a minute ahead on `in 4 min`. */
export function ageText(iso: string, now: number): string {
  const seconds = Math.round((now - Date.parse(iso)) / 1000)
  if (Math.abs(seconds) < 60) return seconds < 0 ? 'in a moment' : 'just now'
  const span = spanText(Math.abs(seconds))
  return seconds < 0 ? `in ${span}` : `${span} ago`
}

function spanText(seconds: number): string {
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`
}

/** Minutes as `5 min`, `2 h`, `1 d`. */
export function minutesText(minutes: number): string {
  if (minutes % 1440 === 0) return `${minutes / 1440} d`
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`
}
