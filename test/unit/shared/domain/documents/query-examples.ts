export interface QueryExample {
  readonly section: string
  readonly printed: string
  /** The names of the sample jobs or tasks that it finds. */
  readonly finds: readonly string[]
}

/** Each query of the transfers document, in its order; the job specification has none. */
export const queryExamples: readonly QueryExample[] = [
  { section: 'Query', printed: 'Transfer', finds: ['README.txt', 'x and y.png', 'TRAILER'] },
  { section: 'Job queries: by name', printed: 'Transfer WHERE name="x and y.png"', finds: ['x and y.png'] },
  { section: 'Job queries: by user', printed: 'Transfer WHERE user=user@example.com', finds: ['x and y.png'] },
  { section: 'Job queries: by destination', printed: 'Transfer WHERE destination=stockholm', finds: ['TRAILER'] },
  { section: 'Job queries: downloads', printed: 'Transfer WHERE source=hq', finds: ['README.txt', 'TRAILER'] },
  { section: 'Finished transfers', printed: 'Transfer WHERE status=aborted', finds: ['README.txt'] },
  { section: 'Finished transfers: archived', printed: 'Transfer WHERE status=done', finds: ['TRAILER'] },
  { section: 'Query tasks', printed: 'Task', finds: ['0', '1'] },
  { section: 'Query tasks: by status', printed: 'Task WHERE status=onhold', finds: ['1'] },
  {
    section: 'Modifying tasks',
    printed: 'Transfer where id=5a7325f8b7ef72f5f9d74bf4',
    finds: ['x and y.png'],
  },
]
