import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodeFromReceiver, decodeFromSender, encodeControl } from '../../../../src/engine/protocol/codec.ts'
import { frameHeaderBytes } from '../../../../src/engine/protocol/limits.ts'
import type { ControlMessage } from '../../../../src/engine/protocol/messages.ts'
import type { NameSurvey, NamesSurveyed } from '../../../../src/engine/protocol/name-messages.ts'

const survey: NameSurvey = {
  type: 'nameSurvey',
  item: 7,
  policy: 'map',
  traits: {
    rules: 'windows',
    foldsCase: true,
    foldsUnicode: false,
    unit: 'utf16',
    longestName: 255,
    longestPath: 32_000,
  },
}
const surveyed: NamesSurveyed = {
  type: 'namesSurveyed',
  item: 7,
  mapped: 2,
  refused: 1,
  names: [{ path: 'a:b', error: { code: 'NAME_MAPPED', params: { path: 'a:b', name: 'x' } } }],
}

const hex = (message: ControlMessage): string => encodeControl(message).toString('hex')
const payload = (message: ControlMessage): Buffer => encodeControl(message).subarray(frameHeaderBytes)

it('have these bytes', () => {
  expect(hex(survey)).toBe('0000000e27000000070001010100ff00007d00')
  expect(hex({ ...surveyed, mapped: 0, refused: 0, names: [] })).toBe(
    `000000181b${'00000007'}${'0'.repeat(16)}${'0'.repeat(16)}00000000`,
  )
  expect(hex({ type: 'itemBegin', item: 1, itemId: 'i', kind: 'folder', name: 'n', longestName: 765 })).toBe(
    '0000000d100000000100016901' + '00016e' + '02fd',
  )
})

it('come back as they went', () => {
  expect(decodeFromReceiver(0x27, payload(survey))).toEqual(survey)
  expect(decodeFromSender(0x1b, payload(surveyed))).toEqual(surveyed)
  const begin = { type: 'itemBegin', item: 1, itemId: 'i', kind: 'folder', name: 'n' } as const
  expect(decodeFromSender(0x10, payload(begin))).toEqual(begin)
  expect(decodeFromSender(0x10, payload({ ...begin, longestName: 765 }))).toEqual({ ...begin, longestName: 765 })
})

it('are refused as PROTOCOL_ERROR when they are anything else, and never more', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      for (const decode of [() => decodeFromReceiver(0x27, bytes), () => decodeFromSender(0x1b, bytes)]) {
        try {
          decode()
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: 'PROTOCOL_ERROR' })
        }
      }
    }),
  )
  const many = Buffer.concat([payload(surveyed).subarray(0, 20), Buffer.from([0, 1, 0, 0])])
  expect(() => decodeFromSender(0x1b, many)).toThrow(expect.objectContaining({ code: 'PROTOCOL_ERROR' }))
})
