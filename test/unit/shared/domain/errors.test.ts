import { describe, expect, test } from 'vitest'
import { errorTable, isAbort, isErrorCode, TernError } from '../../../../src/shared/domain/errors.ts'
import { referenceCodes } from '../../../../src/shared/domain/reason.ts'

describe('TernError', () => {
  test('crosses a wire as code and parameters, never with a stack or a cause', () => {
    const error = new TernError('DISK_FULL', { path: 'a', neededBytes: 5 }, { cause: new Error('secret') })
    const wire = JSON.stringify(error.toEnvelope())
    expect(JSON.parse(wire)).toEqual({ code: 'DISK_FULL', params: { path: 'a', neededBytes: 5 } })
    const back = TernError.fromEnvelope(JSON.parse(wire))
    expect(back).toMatchObject({ code: 'DISK_FULL', params: error.params, retry: 'when-changed' })
  })

  test('an envelope with a code of another version is INTERNAL', () => {
    expect(TernError.fromEnvelope({ code: 'FROM_THE_FUTURE' as 'INTERNAL' }).code).toBe('INTERNAL')
  })

  test('anything thrown becomes one, and its cause stays for the log', () => {
    const known = new TernError('STALLED')
    expect(TernError.from(known)).toBe(known)
    const cause = new Error('boom')
    expect(TernError.from(cause)).toMatchObject({ code: 'INTERNAL', cause })
  })

  test('its message names code and parameters', () => {
    expect(new TernError('STALLED').message).toBe('STALLED')
    expect(new TernError('NOT_FOUND', { entity: 'job', id: 'x' }).message).toBe('NOT_FOUND entity=job id=x')
  })
})

test('aborting is no failure', () => {
  const controller = new AbortController()
  controller.abort()
  expect(isAbort(controller.signal.reason)).toBe(true)
  expect(isAbort(new TernError('STALLED'))).toBe(false)
  expect(isAbort('AbortError')).toBe(false)
})

test('codes are told from everything else', () => {
  expect(isErrorCode('STALLED')).toBe(true)
  for (const other of ['toString', '__proto__', '', 5, null]) expect(isErrorCode(other)).toBe(false)
})

test('the reference’s own codes have its form', () => {
  const codes = Object.values(referenceCodes)
  expect(codes.filter((code) => !/^[EW]#J\d{3}$/.test(code))).toEqual([])
  expect(Object.keys(referenceCodes).filter((code) => /^[A-Z_]+$/.test(code) && !(code in errorTable))).toEqual([])
})
