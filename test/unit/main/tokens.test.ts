import { describe, expect, it } from 'vitest'
import { checkedSubPath, TokenRegistry } from '../../../src/main/tokens/token-registry.ts'

describe('token registry', () => {
  it('opens a path by its token, for the purpose it was made for only', () => {
    const registry = new TokenRegistry()
    const token = registry.add({ path: '/data/plates', kind: 'folder', purpose: 'send' })
    expect(registry.resolve(token, 'send').path).toBe('/data/plates')
    expect(() => registry.resolve(token, 'delivery')).toThrow('TOKEN_UNKNOWN')
    expect(() => registry.resolve('/data/plates', 'send')).toThrow('TOKEN_UNKNOWN')
  })

  it('keeps one token for the same path and purpose, and makes random ones', () => {
    const registry = new TokenRegistry()
    const entry = { path: '/data', kind: 'folder', purpose: 'send' } as const
    expect(registry.add(entry)).toBe(registry.add(entry))
    expect(registry.add({ ...entry, purpose: 'delivery' })).not.toBe(registry.add(entry))
    expect(new TokenRegistry().add(entry)).not.toBe(registry.add(entry))
  })

  it('forgets everything when the page starts anew', () => {
    const registry = new TokenRegistry()
    const token = registry.add({ path: '/data', kind: 'folder', purpose: 'send' })
    registry.clear()
    expect(() => registry.resolve(token, 'send')).toThrow('TOKEN_UNKNOWN')
  })

  it('resolves a location below its root', () => {
    const registry = new TokenRegistry()
    const token = registry.add({ path: '/data', kind: 'folder', purpose: 'delivery' })
    expect(registry.resolveLocation({ token, subPath: 'Lisa/Episode 3' })).toEqual({
      rootPath: '/data',
      subPath: 'Lisa/Episode 3',
    })
  })
})

describe('typed sub path', () => {
  it.each([
    ['', ''],
    ['.', ''],
    ['Lisa', 'Lisa'],
    ['Lisa//conform/', 'Lisa/conform'],
    ['Lisa\\conform', 'Lisa/conform'],
    ['a..b/...', 'a..b/...'],
  ])('%j is %j', (typed, expected) => {
    expect(checkedSubPath(typed)).toBe(expected)
  })

  it.each(['..', '../x', 'a/../b', 'a/..', '/etc', '\\\\server\\share', 'C:\\Windows', 'c:x', 'a\0b', 'a\\..\\b'])(
    '%j is refused',
    (typed) => {
      expect(() => checkedSubPath(typed)).toThrow('PATH_INVALID')
    },
  )
})
