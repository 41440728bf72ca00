import { expect, it } from 'vitest'
import { adminCommands } from '../../../src/workspace/admin/admin-commands.ts'
import { hashPassword, verifyPassword } from '../../../src/workspace/sessions/passwords.ts'
import { createSession } from '../../../src/workspace/sessions/tokens.ts'
import type { Effects } from '../../../src/workspace/store/effects.ts'
import { insertUser, userByEmail } from '../../../src/workspace/store/people.ts'
import { Store } from '../../../src/workspace/store/store.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

const email = 'mia@example.com'

async function storeWith(status: 'enabled' | 'disabled' | 'invited') {
  const told: Effects[] = []
  const store = Store.open(`${tempFolder()}/workspace.db`, (effects) => told.push(effects))
  const oldHash = await hashPassword('an older one')
  await store.write(({ database, nowMs }) => {
    const user = insertUser(database, {
      email,
      name: 'Mia',
      role: 'standard',
      status,
      password_hash: status === 'invited' ? null : oldHash,
      created_at: nowMs,
    })
    createSession(database, user, undefined, nowMs)
  })
  const sessions = () => store.read((database) => database.all('SELECT id FROM sessions')).length
  const hash = () => store.read((database) => userByEmail(database, email))?.password_hash
  const set = (password: string, of = email) =>
    adminCommands.setPassword({ store } as Parameters<typeof adminCommands.setPassword>[0], { email: of, password })
  return { store, told, sessions, hash, set }
}

it('sets another password and ends every session', async () => {
  const { store, told, sessions, hash, set } = await storeWith('enabled')
  const { id } = await set('a newer one')
  expect(await verifyPassword('a newer one', hash())).toBe(true)
  expect(await verifyPassword('an older one', hash())).toBe(false)
  expect(sessions()).toBe(0)
  expect(told.at(-1)?.endedUsers).toEqual(new Set([id]))
  store.close()
})

it.each([
  ['of nobody', 'enabled', 'sam@example.com', 'a newer one', { code: 'NOT_FOUND' }],
  ['that is weak', 'enabled', email, 'short', { code: 'PASSWORD_WEAK' }],
  ['of who has not joined yet', 'invited', email, 'a newer one', { params: { problem: 'invite-instead' } }],
  ['of who was put away', 'disabled', email, 'a newer one', { params: { problem: 'invite-instead' } }],
] as const)('refuses one %s, and leaves everything as it is', async (_what, status, of, password, error) => {
  const { store, sessions, hash, set } = await storeWith(status)
  const before = hash()
  await expect(set(password, of)).rejects.toMatchObject(error)
  expect(hash()).toBe(before)
  expect(sessions()).toBe(1)
  store.close()
})
