import { expect, test } from 'vitest'
import { bottlenecks } from '../../../../src/shared/domain/bottleneck.ts'
import type { PresentedPlace } from '../../../../src/shared/domain/presentation.ts'
import { bottleneckSentence } from '../../../../src/shared/words/bottleneck-sentence.ts'

const here: PresentedPlace = { kind: 'here', name: 'here' }
const hq: PresentedPlace = { kind: 'site', name: 'hq' }

test.each([
  { bottleneck: 'limit', limitBytesPerSecond: 20_000_000, sent: 'Limited to 20 MB/s', came: 'Limited to 20 MB/s' },
  { bottleneck: 'limit', sent: 'Held by a speed limit', came: 'Held by a speed limit' },
  { bottleneck: 'source-disk', sent: 'Limited by this computer’s disk', came: 'Limited by the disk at hq' },
  { bottleneck: 'target-disk', sent: 'Limited by the disk at hq', came: 'Limited by this computer’s disk' },
  { bottleneck: 'sender-cpu', sent: 'Limited by this computer’s processor', came: 'Limited by the processor at hq' },
  { bottleneck: 'receiver-cpu', sent: 'Limited by the processor at hq', came: 'Limited by this computer’s processor' },
  { bottleneck: 'network', sent: 'Limited by the network', came: 'Limited by the network' },
  { bottleneck: 'receiver', sent: 'Waiting for hq', came: 'Waiting for this computer' },
] as const)('$bottleneck is named for who sends and for who receives', ({ sent, came, ...found }) => {
  expect(bottleneckSentence(found, { from: here, to: hq })).toBe(sent)
  expect(bottleneckSentence(found, { from: hq, to: here }).toLowerCase()).toBe(came.toLowerCase())
})

test('each one has words', () => {
  for (const bottleneck of bottlenecks) {
    expect(bottleneckSentence({ bottleneck }, { from: hq, to: hq })).toMatch(/^(Limited|Held|Waiting) /)
  }
})
