import { describe, expect, it, vi } from 'vitest'
import type { CredentialStore } from '../../../src/main/keychain/credential-store.ts'
import { Keyring, type KeyringState } from '../../../src/main/keychain/keyring.ts'
import { keyringFailure } from '../../../src/main/keychain/keyring-failure.ts'
import {
  forgetSession,
  hostKey,
  hostKeySecret,
  keepSession,
  knownSessions,
  sessionAccount,
} from '../../../src/main/keychain/secrets.ts'
import { silentLogger } from '../../../src/platform/logger.ts'
import type { WorkspaceId } from '../../../src/shared/domain/ids.ts'

const workspaceId = 'a'.repeat(24) as WorkspaceId

function storeOf(secrets: Map<string, string>, gate: Promise<void> = Promise.resolve()): CredentialStore {
  return {
    findCredentials: async () => {
      await gate
      return [...secrets].map(([account, password]) => ({ account, password }))
    },
    setPassword: async (_service, account, password) => void secrets.set(account, password),
    deletePassword: async (_service, account) => secrets.delete(account),
  }
}

function open(load: () => Promise<CredentialStore>) {
  const states: KeyringState[] = []
  const keyring = new Keyring({
    service: 'Tern',
    load,
    firstSecret: hostKey,
    onState: (state) => states.push(state),
    logger: silentLogger,
  })
  return { keyring, states }
}

describe('keyring', () => {
  it('reads what it holds and keeps what is set', async () => {
    const secrets = new Map([[sessionAccount(workspaceId, 'me@example.com'), 'token-1']])
    const { keyring, states } = open(async () => storeOf(secrets))
    await keyring.open()
    expect(states).toEqual(['available'])
    expect(knownSessions(keyring)).toEqual([{ workspaceId, email: 'me@example.com', sessionToken: 'token-1' }])
    await keepSession(keyring, { workspaceId, email: 'me@example.com', sessionToken: 'token-2' })
    expect(secrets.get(`${workspaceId}/me@example.com`)).toBe('token-2')
    // Another profile of this desktop, signed in as somebody else: its session stays.
    await keepSession(keyring, { workspaceId, email: 'lisa@example.com', sessionToken: 'hers' })
    await forgetSession(keyring, workspaceId, 'me@example.com')
    expect([...secrets.keys()]).toEqual(['host-key', `${workspaceId}/lisa@example.com`])
    expect(knownSessions(keyring)).toEqual([{ workspaceId, email: 'lisa@example.com', sessionToken: 'hers' }])
  })

  it('is absent without a bus: memory only, and no secret for the host key', async () => {
    const { keyring, states } = open(async () => {
      throw new Error('Could not connect: No such file or directory')
    })
    await keyring.open()
    expect(states).toEqual(['absent'])
    await keepSession(keyring, { workspaceId, email: 'me@example.com', sessionToken: 'token' })
    expect(knownSessions(keyring)).toHaveLength(1)
    expect(hostKeySecret(keyring)).toBeUndefined()
  })

  it('waits for a person without a limit, and writes what came up meanwhile once it opens', async () => {
    vi.useFakeTimers()
    try {
      const secrets = new Map([['host-key', 'old']])
      let unlock = () => {}
      const gate = new Promise<void>((resolve) => {
        unlock = resolve
      })
      const { keyring, states } = open(async () => storeOf(secrets, gate))
      const opening = keyring.open()
      await vi.advanceTimersByTimeAsync(1500)
      expect(states).toEqual(['waiting-for-unlock'])
      await keyring.settled
      await keepSession(keyring, { workspaceId, email: 'me@example.com', sessionToken: 'token' })
      expect(secrets.size).toBe(1)
      await vi.advanceTimersByTimeAsync(3_600_000)
      unlock()
      await opening
      await keyring.available
      await vi.waitFor(() => expect(secrets.size).toBe(2))
      expect(states).toEqual(['waiting-for-unlock', 'available'])
      expect(keyring.get('host-key')).toBe('old')
    } finally {
      vi.useRealTimers()
    }
  })

  it('is denied when a person refuses, and can be tried again', async () => {
    const secrets = new Map<string, string>()
    let isRefused = true
    const { keyring, states } = open(async () => ({
      ...storeOf(secrets),
      findCredentials: async () => {
        if (isRefused) throw new Error('The prompt was dismissed')
        return []
      },
    }))
    await keyring.open()
    isRefused = false
    await keyring.open()
    expect(states).toEqual(['denied', 'available'])
  })

  it('makes one secret for the host key and keeps it', async () => {
    const secrets = new Map<string, string>()
    const { keyring } = open(async () => storeOf(secrets))
    await keyring.open()
    const made = hostKeySecret(keyring)
    expect(Buffer.from(made ?? '', 'base64')).toHaveLength(32)
    expect(hostKeySecret(keyring)).toBe(made)
    expect(secrets.get('host-key')).toBe(made)
  })

  it('is not open before it has taken a secret: one that holds nothing lets everybody look', async () => {
    vi.useFakeTimers()
    try {
      let refuse: (reason: Error) => void = () => {}
      const { keyring, states } = open(async () => ({
        ...storeOf(new Map()),
        setPassword: () =>
          new Promise<void>((_resolve, reject) => {
            refuse = reject
          }),
      }))
      const opening = keyring.open()
      await vi.advanceTimersByTimeAsync(1500)
      expect(states).toEqual(['waiting-for-unlock'])
      expect(keyring.isPending).toBe(true)
      expect(hostKeySecret(keyring)).toBeUndefined()
      refuse(new Error('Cannot create an item in a locked collection'))
      await opening
      expect(states).toEqual(['waiting-for-unlock', 'denied'])
      expect(keyring.isPending).toBe(false)
      expect(hostKeySecret(keyring)).toBeUndefined()
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('what a keyring says', () => {
  it.each([
    ['Could not connect: No such file or directory', 'KEYRING_ABSENT'],
    ['Unknown or unsupported transport "disabled" for address "disabled:"', 'KEYRING_ABSENT'],
    ['The name org.freedesktop.secrets was not provided by any .service files', 'KEYRING_ABSENT'],
    ['libsecret-1.so.0: cannot open shared object file: No such file or directory', 'KEYRING_ABSENT'],
    ['Failed to load keytar native addon, checked […]', 'KEYRING_ABSENT'],
    ['Cannot create an item in a locked collection', 'KEYRING_DENIED'],
    ['The prompt was dismissed', 'KEYRING_DENIED'],
  ])('%s: %s', (message, code) => {
    expect(keyringFailure(new Error(message)).code).toBe(code)
  })
})
