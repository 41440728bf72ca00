import { describe, expect, test } from 'vitest'
import { enterAddress, knownServer } from '../../../src/renderer/features/workspaces/server-entry.ts'

const keyHash = '9f3c41e2'.repeat(8)
const empty = { address: '', fingerprint: '' }
const address = 'files.example.com:8443'

describe('which server somebody signs in to', () => {
  test.each([
    ['an invitation', `tern://join/${address}/${keyHash}/7KQ2xyz_-`],
    ['an invitation with blanks around it', ` tern://join/${address}/${keyHash}/7KQ2xyz/ \n`],
    ['the part of it that names the server', `${address}/${keyHash}`],
    ['in capitals', `${address}/${keyHash.toUpperCase()}`],
  ])('one line brings address and fingerprint: %s', (_what, text) => {
    expect(knownServer(enterAddress(empty, text))).toEqual({ address, keyHash })
  })

  test.each([
    ['as the server prints it', keyHash],
    ['with colons', keyHash.toUpperCase().replace(/..(?=.)/g, '$&:')],
    ['as openssl prints it', `SHA2-256(stdin)= ${keyHash}\n`],
  ])('a fingerprint %s', (_what, fingerprint) => {
    expect(knownServer({ address, fingerprint })).toEqual({ address, keyHash })
  })

  test.each([
    ['an address of a page', 'https://files.example.com:8443/', address],
    ['an IPv6 host', '[::1]:8443', '[::1]:8443'],
    ['a name without dots', ' nas:45190 ', 'nas:45190'],
  ])('%s', (_what, text, expected) => {
    expect(knownServer({ ...enterAddress(empty, text), fingerprint: keyHash })?.address).toBe(expected)
  })

  test.each([
    ['no port', 'files.example.com'],
    ['a port that is none', 'files.example.com:80000'],
    ['port 0', 'files.example.com:0'],
    ['a path', `${address}/more`],
    ['somebody before the host', 'lisa@files.example.com:8443'],
    ['an invitation that was cut off', `tern://join/${address}/9f3c41e2`],
  ])('is not told from %s', (_what, text) => {
    expect(knownServer({ ...enterAddress(empty, text), fingerprint: keyHash })).toBeUndefined()
  })

  test('is not told from half a fingerprint, and typing an address keeps the one that is there', () => {
    const entry = enterAddress({ address: '', fingerprint: keyHash.slice(1) }, address)
    expect(entry).toEqual({ address, fingerprint: keyHash.slice(1) })
    expect(knownServer(entry)).toBeUndefined()
  })
})
