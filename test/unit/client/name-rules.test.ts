import { expect, it } from 'vitest'
import { ItemRules } from '../../../src/client/dispatches/item-rules.ts'
import type { DispatchTask } from '../../../src/shared/contract/stream.ts'

it.each([
  [{}, {}, 'map', true],
  [{ transfer_names: 'refuse' }, {}, 'refuse', false],
  [{ transfer_names: 'refuse' }, { transfer_names: 'map' }, 'map', true],
])('a job with %j and a task with %j: %s, names are read back: %s', (settings, ofTask, names, restoresNames) => {
  const rules = new ItemRules({ settings })
  const task = { settings: ofTask } as unknown as DispatchTask
  expect(rules.ofReceiving(task)).toMatchObject({ names })
  expect(rules.ofSending(task)).toMatchObject({ restoresNames })
})
