import { mkdirSync, readdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { TransferKey } from '../../../src/shared/contract/view.ts'
import { logSentence } from '../../../src/shared/words/index.ts'
import { Studio } from '../../helpers/client/studio.ts'
import type { TestHost } from '../../helpers/client/test-host.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

const oldSeconds = 1_000_000

/** Three of the frames 1 to 5, one outside of them, and what else lies about in such a folder; its path. */
function makeFrames(folder = tempFolder()): string {
  mkdirSync(join(folder, 'shot.0004.exr'), { recursive: true })
  for (const frame of ['0001', '0003', '0005', '0007']) writeFileSync(join(folder, `shot.${frame}.exr`), frame)
  for (const name of ['shot.1.exr', 'shot.0001.exr.bak', 'notes.txt']) writeFileSync(join(folder, name), 'no frame')
  utimesSync(folder, oldSeconds, oldSeconds)
  return folder
}

const frames = ['shot.0001.exr', 'shot.0003.exr', 'shot.0005.exr']

async function submit(host: TestHost, studio: Studio, specification: Record<string, unknown>): Promise<TransferKey> {
  const { keys } = await host.call('submit', {
    items: [],
    target: { kind: 'share', workspaceId: studio.workspaceId, code: 'projects', path: '' },
    onConflict: 'replace',
    startPaused: false,
    deliverFrom: 'source',
    specification: JSON.stringify(specification),
  })
  return keys[0] as TransferKey
}

async function warningsOf(host: TestHost, key: TransferKey): Promise<readonly string[]> {
  const { rows } = await host.call('transferLog', { key })
  const warnings = rows.filter(({ level }) => level === 'warning').toReversed()
  return warnings.map((entry) => logSentence(entry, { nowMs: 0 }))
}

/** A job from this person's own machine, which they allow once on its card. */
async function upload(mia: TestHost, studio: Studio, specification: Record<string, unknown>): Promise<TransferKey> {
  const key = await submit(mia, studio, specification)
  await mia.untilRow((row) => row.key === key && row.waitsOnYou === 'consent')
  const { consent } = await mia.call('incomingDetails', { key })
  expect(consent?.exists).toBe(true)
  await mia.call('consentDecide', { key, decision: 'once', ...(consent && { asked: consent.asked }) })
  return key
}

async function open(): Promise<{ studio: Studio; mia: TestHost }> {
  const studio = await Studio.open()
  return { studio, mia: await studio.admin() }
}

describe('a job whose source is a file sequence', () => {
  it('uploads exactly its members, and warns of each that is missing', async () => {
    const folder = makeFrames()
    const { studio, mia } = await open()
    const plates = join(studio.projects, 'plates')
    mkdirSync(plates)
    const key = await upload(mia, studio, {
      source: join(folder, 'shot.%04d.exr[1-5]'),
      destination: 'share=projects/plates',
    })
    const row = await mia.untilStatus(key, 'done')
    expect(row).toMatchObject({ fileCount: 3, bytesTotal: 12, result: { filesDone: 3, filesFailed: 0 } })
    expect(readdirSync(plates)).toEqual(frames)
    // The folder itself is not of this job.
    expect(statSync(plates).mtimeMs).toBeGreaterThan(oldSeconds * 1000)
    expect(await warningsOf(mia, key)).toEqual([
      'shot.0002.exr is not there and is left out',
      'shot.0004.exr is not there and is left out',
    ])
  })

  it.each([
    ['a share', () => 'share=projects/plates'],
    ["a site's own path", (studio: Studio) => `site=hq:${join(studio.projects, 'plates')}`],
  ])('goes from %s to a person: all that exist, without a range', async (_from, folderOf) => {
    const { studio, mia } = await open()
    const lisa = await studio.person('Lisa')
    makeFrames(join(studio.projects, 'plates'))
    const key = await submit(mia, studio, {
      source: `${folderOf(studio)}/shot.####.exr`,
      destination: 'lisa@example.com:',
    })
    await lisa.untilRow((row) => row.key === key && row.waitsOnYou === 'location')
    const details = await lisa.call('incomingDetails', { key })
    expect(details.entries.map(({ path, taskId }) => [path, taskId])).toEqual(
      [...frames, 'shot.0007.exr'].map((name) => [name, details.tasks[0]?.id]),
    )
    const { rootPath, subPath } = details.location
    await lisa.call('incomingAccept', {
      key,
      revision: details.revision,
      location: { rootPath, subPath },
      exclude: [],
      remember: false,
    })
    await mia.untilStatus(key, 'done')
    expect(readdirSync(join(rootPath, subPath))).toEqual([...frames, 'shot.0007.exr'])
    expect(await warningsOf(mia, key)).toEqual([])
  })

  it('fails when no member is there, and a broken range says what is wrong with it', async () => {
    const folder = makeFrames()
    const { studio, mia } = await open()
    const none = await upload(mia, studio, {
      source: join(folder, 'shot.%04d.exr[100-999999999]'),
      destination: 'share=projects/',
    })
    expect((await mia.untilStatus(none, 'failed')).reason).toMatchObject({ params: { error: 'SOURCE_NOT_FOUND' } })
    const broken = await upload(mia, studio, {
      source: join(folder, 'shot.%04d.exr[5-1]'),
      destination: 'share=projects/',
    })
    expect((await mia.untilStatus(broken, 'failed')).reason).toMatchObject({
      params: { error: 'PATH_INVALID', problem: 'sequence-reversed' },
    })
    expect(readdirSync(studio.projects)).toEqual([])
  })

  it('goes on without it where the job says so', async () => {
    const folder = makeFrames()
    const { studio, mia } = await open()
    const key = await upload(mia, studio, {
      source: join(folder, 'shot.%04d.exr[100-200]'),
      destination: 'share=projects/',
      settings: { job_on_missing: 'ignore' },
    })
    await mia.untilStatus(key, 'done')
    expect(readdirSync(studio.projects)).toEqual([])
  })

  it('means the file that really has such a name', async () => {
    const folder = makeFrames()
    const name = 'shot.%04d.exr[1-5]'
    writeFileSync(join(folder, name), 'a name, not a pattern')
    const { studio, mia } = await open()
    const key = await upload(mia, studio, { source: join(folder, name), destination: 'share=projects/' })
    await mia.untilStatus(key, 'done')
    expect(readdirSync(studio.projects)).toEqual([name])
  })

  it('names a hundred missing members and counts the others', async () => {
    const folder = makeFrames()
    const { studio, mia } = await open()
    const key = await upload(mia, studio, {
      source: join(folder, 'shot.%04d.exr[1-999999999]'),
      destination: 'share=projects/',
      settings: { transfer_exclude: '*7.exr' },
    })
    await mia.untilStatus(key, 'done')
    expect(readdirSync(studio.projects)).toEqual(frames)
    const warnings = await warningsOf(mia, key)
    expect(warnings).toHaveLength(101)
    expect(warnings).toContain('999,999,895 more files of the sequence are not there')
    expect(warnings).not.toContain('shot.0007.exr is not there and is left out')
  })

  it('follows no link to a member', async () => {
    const folder = makeFrames()
    symlinkSync(join(folder, 'notes.txt'), join(folder, 'shot.0002.exr'))
    const { studio, mia } = await open()
    const key = await upload(mia, studio, {
      source: join(folder, 'shot.%04d.exr[1-5]'),
      destination: 'share=projects/',
    })
    await mia.untilStatus(key, 'done')
    expect(readdirSync(studio.projects)).toEqual(frames)
  })
})
