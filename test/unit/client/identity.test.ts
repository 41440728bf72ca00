import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openIdentity } from '../../../src/client/identity.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

const secret = randomBytes(32).toString('base64')

it('keeps its key when a keyring appears, and stores it encrypted from then on', async () => {
  const folder = tempFolder()
  const plain = await openIdentity(folder, 'studio-3', undefined)
  const text = () => readFileSync(join(folder, 'identity.pem'), 'utf8')
  expect(text()).toContain('BEGIN PRIVATE KEY')
  expect(await openIdentity(folder, 'studio-3', secret)).toEqual(plain)
  expect(text()).not.toContain('BEGIN PRIVATE KEY')
  expect(await openIdentity(folder, 'studio-3', secret)).toEqual(plain)
})

it('never makes a new key in place of one that it cannot open', async () => {
  const folder = tempFolder()
  const { keyHash } = await openIdentity(folder, 'studio-3', secret)
  await expect(openIdentity(folder, 'studio-3', undefined)).rejects.toMatchObject({ code: 'KEYRING_DENIED' })
  const other = randomBytes(32).toString('base64')
  await expect(openIdentity(folder, 'studio-3', other)).rejects.toMatchObject({ code: 'KEYRING_DENIED' })
  expect((await openIdentity(folder, 'studio-3', secret)).keyHash).toBe(keyHash)
})
