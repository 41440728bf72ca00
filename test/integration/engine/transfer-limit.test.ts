import { performance } from 'node:perf_hooks'
import { expect, test } from 'vitest'
import { createEnginePair, requestsOf } from '../../helpers/engine-pair.ts'
import { writeRandomFile } from '../../helpers/tree.ts'

const mebibyte = 1024 * 1024

test('a limit of one transfer holds for it alone, from its first byte until it is lifted', async () => {
  await using pair = await createEnginePair()
  writeRandomFile(pair.source, { path: 'a.mov', sizeBytes: 32 * mebibyte })
  const { send, receive } = requestsOf(pair)
  let limitedMs: number | undefined
  const receiving = pair.receiver.start(receive, {
    onProgress: ({ bytesReceived }) => {
      if (limitedMs !== undefined || bytesReceived < mebibyte) return
      limitedMs = performance.now() - startedAtMs
      sending.setLimit(undefined)
    },
  })
  const startedAtMs = performance.now()
  const sending = pair.sender.start(send)
  sending.setLimit(4 * mebibyte)
  const [sent, received] = await Promise.all([sending.outcome, receiving.outcome])
  expect([sent.status, received.status]).toEqual(['done', 'done'])
  // A quarter of a second for the first mebibyte, less what a burst lets through.
  expect(limitedMs).toBeGreaterThan(200)
  // At the limit it would have taken eight seconds.
  expect(performance.now() - startedAtMs).toBeLessThan(6000)
})
