import { describe, expect, it, vi } from 'vitest'
import { tryAgain } from '../../../src/main/processes/try-again.ts'
import { silentLogger } from '../../../src/platform/logger.ts'
import { TernError } from '../../../src/shared/domain/errors.ts'

describe('trying again', () => {
  it('goes on until it succeeds', async () => {
    let count = 0
    const attempt = async () => {
      count += 1
      if (count === 1) throw new Error('the port is taken')
      return count
    }
    const { signal } = new AbortController()
    expect(await tryAgain('it', attempt, { signal, logger: silentLogger })).toBe(2)
  })

  it('stops at once where nothing will change by itself', async () => {
    const attempt = vi.fn(async () => {
      throw new TernError('STORE_TOO_NEW')
    })
    const { signal } = new AbortController()
    await expect(tryAgain('it', attempt, { signal, logger: silentLogger })).rejects.toThrow('STORE_TOO_NEW')
    expect(attempt).toHaveBeenCalledTimes(1)
  })

  it('stops when it is aborted, with the last failure', async () => {
    const ending = new AbortController()
    const attempt = async () => {
      queueMicrotask(() => ending.abort())
      throw new Error('the port is taken')
    }
    await expect(tryAgain('it', attempt, { signal: ending.signal, logger: silentLogger })).rejects.toThrow('taken')
  })
})
