import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { TransferOutcome } from '../../../src/engine/index.ts'
import { createHostIdentity } from '../../../src/platform/certificate.ts'
import { newTicket } from '../../helpers/engine-pair.ts'
import { EngineProcess } from '../../helpers/engine-process/index.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { readTree, setFolderTimes, writeRandomFile } from '../../helpers/tree.ts'

const mebibyte = 1024 * 1024
const fileBytes = 200 * mebibyte
const laneCount = 2
/** So slow that what is left after the last kill takes its time: progress is told now and then only. */
const limitBytesPerSecond = 100 * mebibyte
const maxAgainBytes = 16 * mebibyte * laneCount

test.each([
  { victim: 'receiver', kills: 4 },
  { victim: 'sender', kills: 3 },
] as const)(
  'killed at any moment, the $victim goes on inside the file',
  { timeout: 90_000 },
  async ({ victim, kills }) => {
    const folder = tempFolder()
    const [source, target] = [join(folder, 'source'), join(folder, 'target')]
    for (const path of [source, target, join(folder, 'a'), join(folder, 'b')]) mkdirSync(path)
    writeRandomFile(source, { path: 'large.mov', sizeBytes: fileBytes })
    for (let index = 0; index < 50; index += 1) writeRandomFile(source, { path: `s/${index}`, sizeBytes: 1000 + index })
    setFolderTimes(source)
    const [a, b] = await Promise.all([createHostIdentity('a'), createHostIdentity('b')])

    let againBytes = 0
    let verifiedBefore = 0
    let done: TransferOutcome | undefined
    for (let round = 0; !done; round += 1) {
      await using receiver = await EngineProcess.start({
        identity: b,
        stateFolder: join(folder, 'b'),
        listen: { host: '127.0.0.1', port: 0 },
      })
      await using sender = await EngineProcess.start({ identity: a, stateFolder: join(folder, 'a') })
      sender.setLimit(limitBytesPerSecond)
      const shared = { transferId: randomBytes(12).toString('hex'), epoch: round, ticket: newTicket(), laneCount }
      const killAt = (fileBytes * (round + 1)) / (kills + 1)
      const reached = receiver.until((progress) => progress.bytesVerified >= killAt).then(() => true as const)
      const receiving = receiver.run({
        ...shared,
        role: 'receive',
        peerKeyHash: a.keyHash,
        acceptsIncoming: true,
        resumeKey: 'workspace/job',
        onConflict: 'replace',
        items: [{ itemId: '0', root: target, path: 'source', placement: 'as' }],
      })
      const sending = sender.run(
        {
          ...shared,
          role: 'send',
          peerKeyHash: b.keyHash,
          acceptsIncoming: false,
          items: [{ itemId: '0', root: source, path: '' }],
        },
        receiver.listening,
      )
      for (const outcome of [receiving, sending]) outcome.catch(() => undefined)
      const ended = await (round < kills ? Promise.race([receiving, reached]) : receiving)
      if (ended !== true) {
        expect(ended).toMatchObject({ status: 'done' })
        againBytes += ended.progress.bytesReceived
        done = ended
        expect(await sending).toMatchObject({ status: 'done' })
        continue
      }
      await (victim === 'receiver' ? receiver : sender).kill()
      const survivor = await (victim === 'receiver' ? sending : receiving)
      expect(survivor).toMatchObject({ status: 'ended', error: { code: 'PEER_LOST' } })
      const seen = victim === 'receiver' ? receiver.latestProgress : survivor.progress
      againBytes += seen?.bytesReceived ?? 0
      expect(seen?.bytesVerified).toBeGreaterThanOrEqual(verifiedBefore)
      verifiedBefore = seen?.bytesVerified ?? 0
    }
    const totalBytes = done.progress.bytesTotal
    console.log(`${victim}: ${kills} kills, ${((againBytes - totalBytes) / mebibyte).toFixed(1)} MiB sent again`)
    expect(againBytes - totalBytes).toBeLessThanOrEqual(kills * maxAgainBytes)
    expect(readTree(join(target, 'source'))).toEqual(readTree(source))
  },
)
