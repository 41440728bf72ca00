import { expect, it } from 'vitest'
import type { User } from '../../../../src/shared/domain/entities.ts'
import type { UserId } from '../../../../src/shared/domain/ids.ts'
import { queried } from '../../../../src/workspace/queries/people-query.ts'
import { cpuMs } from '../../shared/cpu-time.ts'

const userRecord = ({ id, email, name }: User) => ({ id, code: email, name })

const users = Array.from(
  { length: 10_000 },
  (_, index): User => ({
    id: index.toString(16).padStart(24, '0') as UserId,
    email: `person${index}@${'studio'.repeat(30)}.example.com`,
    name: `Person ${index}`,
    role: 'standard',
    status: 'enabled',
    online: false,
  }),
)

it('finds among thousands', () => {
  const found = queried(users, 'User', 'code="person77@*" or name matches "9999$"', userRecord)
  expect(found.map(({ name }) => name)).toEqual(['Person 77', 'Person 9999'])
})

it('a query that takes seconds is refused in a moment', () => {
  const text = 'code matches "(.?){320}z"'
  const refused = expect.objectContaining({ code: 'LIMIT_EXCEEDED' })
  expect(cpuMs(() => expect(() => queried(users, 'User', text, userRecord)).toThrow(refused))).toBeLessThan(1500)
})
