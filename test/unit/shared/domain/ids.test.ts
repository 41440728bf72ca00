import fc from 'fast-check'
import { expect, test } from 'vitest'
import { entityIdFrom, isEntityId } from '../../../../src/shared/domain/ids.ts'

test('twelve bytes are an id of 24 hexadecimal characters', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 12, maxLength: 12 }), (bytes) => {
      const id = entityIdFrom(bytes)
      expect(isEntityId(id)).toBe(true)
      expect(id).toBe(Buffer.from(bytes).toString('hex'))
    }),
  )
})

test.each(['', 'a'.repeat(23), 'a'.repeat(25), 'A'.repeat(24), `${'a'.repeat(24)}\n`, 'g'.repeat(24)])(
  '%j is no id',
  (text) => {
    expect(isEntityId(text)).toBe(false)
  },
)
