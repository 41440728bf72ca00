import { expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import { callerOfTokenHash, createSession, hashToken } from '../../../src/workspace/sessions/tokens.ts'
import { openDatabase } from '../../../src/workspace/store/open-database.ts'
import { insertUser } from '../../../src/workspace/store/people.ts'
import { Connection, defaultConnectionLimits } from '../../../src/workspace/stream/connection.ts'
import { Hub } from '../../../src/workspace/stream/hub.ts'
import { Presence } from '../../../src/workspace/stream/presence.ts'

const megabyte = 1024 * 1024

it('streams of which each is within its bounds take no more than a bound together: those furthest behind are cut', () => {
  using database = openDatabase(':memory:')
  const person = { email: 'mia@example.com', name: 'Mia', role: 'standard', status: 'enabled' } as const
  const mia = insertUser(database, { ...person, password_hash: null, created_at: 1 })
  const hub = new Hub(database, new Presence(), 10 * megabyte)
  const cut: number[] = []
  const streams = [7, 1, 6, 2, 5].map((megabytes) => {
    const caller = callerOfTokenHash(database, hashToken(createSession(database, mia, undefined, 1)))
    if (caller === undefined) throw new Error('no session')
    const socket = {
      OPEN: 1,
      readyState: 1,
      bufferedAmount: megabytes * megabyte,
      send: () => {},
    } as unknown as WebSocket
    const connection = new Connection(socket, caller, defaultConnectionLimits)
    connection.cut = () => cut.push(megabytes)
    hub.add(connection)
    return connection
  })
  hub.publish([{ entity: 'user', id: mia.id }])
  hub.flush()
  expect(cut).toEqual([7, 6])
  for (const stream of streams) stream.closed()
})
