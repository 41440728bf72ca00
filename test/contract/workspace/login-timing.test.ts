import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { type TestClient, TestWorkspace } from './support.ts'

/** What scrypt was asked for: length of the salt, of the key, and its cost. */
const derivations = vi.hoisted(() => [] as unknown[])

vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>()
  const scrypt = (password: string, salt: Buffer, keyBytes: number, options: object, done: () => void) => {
    derivations.push([salt.length, keyBytes, options])
    crypto.scrypt(password, salt, keyBytes, options, done)
  }
  return { ...crypto, scrypt }
})

const plenty = { burst: 10_000, perSecond: 10_000 }
let workspace: TestWorkspace
let stranger: TestClient

beforeAll(async () => {
  workspace = await TestWorkspace.start({ rateLimits: { anonymous: plenty, failures: plenty } })
  const john = await workspace.john()
  await workspace.person('mia@example.com', 'Mia', 'standard', john)
  const sam = await workspace.person('sam@example.com', 'Sam', 'standard', john)
  await john.call('user/update', { id: sam.user.id, status: 'disabled' })
  await john.call('user/create', { email: 'lisa@example.com' })
  stranger = workspace.client()
})
afterAll(() => workspace[Symbol.asyncDispose]())
beforeEach(() => {
  derivations.length = 0
})

const refused = async (email: string, password: string) => {
  const startMs = performance.now()
  const answer = await stranger.login(email, password).catch((error: { code: string; params: unknown }) => error)
  expect(answer).toMatchObject({ code: 'BAD_CREDENTIALS', params: {} })
  return performance.now() - startMs
}

it.each([
  ['a person, by a wrong password', 'mia@example.com', 'wrong'],
  ['nobody', 'nobody@example.com', 'wrong'],
  ['no address at all', "' OR 1=1 --", 'wrong'],
  ['somebody who was invited only', 'lisa@example.com', 'wrong'],
  ['somebody who is disabled, by the right password', 'sam@example.com', 'tern tern 123'],
])('refusing %s takes the same work', async (_who, email, password) => {
  await refused(email, password)
  expect(derivations).toEqual([[16, 32, expect.objectContaining({ N: 2 ** 15, r: 8, p: 1 })]])
})

it('and about the same time', async () => {
  const times: Record<string, number[]> = { 'mia@example.com': [], 'nobody@example.com': [] }
  // In turns, so that whatever else the machine does falls on both.
  for (let round = 0; round < 9; round += 1) {
    for (const [email, all] of Object.entries(times)) all.push(await refused(email, 'wrong'))
  }
  const [known = 0, unknown = 0] = Object.values(times).map((all) => all.sort((a, b) => a - b)[4] ?? 0)
  expect(known / unknown).toBeGreaterThan(1 / 3)
  expect(known / unknown).toBeLessThan(3)
})
