import { mkdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { TransferKey } from '../../../src/shared/contract/view.ts'
import { Studio } from '../../helpers/client/studio.ts'
import type { TestHost } from '../../helpers/client/test-host.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

/** A job that an administrator makes by the API for a machine that is not theirs. */
async function ask(studio: Studio, by: TestHost, of: TestHost, spec: Record<string, unknown>): Promise<TransferKey> {
  const { clientId } = of.workspace()
  const text = JSON.stringify(spec).replaceAll('THEIRS', `client=${clientId}`)
  const nothing = { kind: 'share' as const, workspaceId: studio.workspaceId, code: 'projects', path: '' }
  const { keys } = await by.call('submit', {
    items: [],
    target: nothing,
    onConflict: 'replace',
    startPaused: false,
    deliverFrom: 'source',
    specification: text,
  })
  return keys[0] as TransferKey
}

/** As the window does: what was seen is what is answered. */
async function allow(host: TestHost, key: TransferKey, decision: 'once' | 'always'): Promise<void> {
  const { consent } = await host.call('incomingDetails', { key })
  await host.call('consentDecide', { key, decision, ...(consent && { asked: consent.asked }) })
}

const untilAsked = (host: TestHost, key: TransferKey) =>
  host.untilRow((row) => row.key === key && row.waitsOnYou === 'consent')

function secretFile() {
  const folder = tempFolder()
  const path = join(folder, 'secret.txt')
  writeFileSync(path, 'nobody granted this')
  // Reading would move the access time past this one.
  utimesSync(path, 1_000_000, 1_700_000_000)
  return { folder, path }
}

function secretIn(folder: string): string {
  const path = join(folder, 'notes.txt')
  writeFileSync(path, 'notes')
  return path
}

describe('a job that asks this machine for a file nobody granted', () => {
  it('reads nothing, shows a card, and ends with a reason when refused', async () => {
    const studio = await Studio.open()
    const [mia, lisa] = [await studio.admin(), await studio.person('Lisa')]
    const { path } = secretFile()
    const key = await ask(studio, mia, lisa, { source: `THEIRS:${path}`, destination: 'share=projects/taken/' })
    const row = await untilAsked(lisa, key)
    expect(row.bytesTotal).toBe(0)
    const notice = await lisa.until(() => lisa.notices.find((one) => one.kind === 'consent'))
    expect(notice).toMatchObject({ path, mode: 'read', from: 'Mia' })
    expect(await lisa.call('incomingDetails', { key })).toMatchObject({
      kind: 'consent',
      from: { name: 'Mia' },
      consent: { path, mode: 'read', exists: true },
    })
    expect(mia.row(key).waitsOnYou).toBeUndefined()
    expect(statSync(path).atimeMs).toBe(1_000_000_000)
    await lisa.call('consentDecide', { key, decision: 'refuse', reason: 'private' })
    expect((await mia.untilStatus(key, 'aborted')).reason).toMatchObject({
      code: 'declined',
      params: { userName: 'Lisa', text: 'private' },
    })
  })

  it('lets that job through once', async () => {
    const studio = await Studio.open()
    const [mia, lisa] = [await studio.admin(), await studio.person('Lisa')]
    const { path } = secretFile()
    const spec = { source: `THEIRS:${path}`, destination: 'share=projects/taken/' }
    const key = await ask(studio, mia, lisa, spec)
    await untilAsked(lisa, key)
    await allow(lisa, key, 'once')
    await mia.untilStatus(key, 'done')
    expect(readFileSync(join(studio.projects, 'taken/secret.txt'), 'utf8')).toBe('nobody granted this')
    const again = await ask(studio, mia, lisa, { ...spec, destination: 'share=projects/again/' })
    await untilAsked(lisa, again)
  })

  it('lets every job of the workspace read that folder from then on, and no other', async () => {
    const studio = await Studio.open()
    const [mia, lisa] = [await studio.admin(), await studio.person('Lisa')]
    const { folder, path } = secretFile()
    const key = await ask(studio, mia, lisa, { source: `THEIRS:${path}`, destination: 'share=projects/taken/' })
    await untilAsked(lisa, key)
    await allow(lisa, key, 'always')
    await mia.untilStatus(key, 'done')
    writeFileSync(join(folder, 'second.txt'), '2')
    const source = `THEIRS:${join(folder, 'second.txt')}`
    const second = await ask(studio, mia, lisa, { source, destination: 'share=projects/taken/' })
    await mia.untilStatus(second, 'done')
    const outside = secretFile()
    symlinkSync(outside.path, join(folder, 'link.txt'))
    const byLink = `THEIRS:${join(folder, 'link.txt')}`
    const third = await ask(studio, mia, lisa, { source: byLink, destination: 'share=projects/taken/' })
    const row = await mia.untilStatus(third, 'failed')
    expect(row.reason?.params).toMatchObject({ error: 'LINK_IN_PATH' })
  })

  it('asks before it writes as well', async () => {
    const studio = await Studio.open()
    const [mia, lisa] = [await studio.admin(), await studio.person('Lisa')]
    const folder = tempFolder()
    mkdirSync(join(studio.projects, 'out'))
    writeFileSync(join(studio.projects, 'out/plan.txt'), 'plan')
    const destination = `THEIRS:${folder}/in/`
    const key = await ask(studio, mia, lisa, { source: 'share=projects/out/plan.txt', destination })
    const row = await untilAsked(lisa, key)
    expect(row.reason?.params).toMatchObject({ mode: 'write' })
    await allow(lisa, key, 'once')
    await lisa.untilStatus(key, 'done')
    expect(readFileSync(join(folder, 'in/plan.txt'), 'utf8')).toBe('plan')
  })

  it('opens by "always" what the card names: the folder of a file, and nothing more where nothing is', async () => {
    const studio = await Studio.open()
    const [mia, lisa] = [await studio.admin(), await studio.person('Lisa')]
    const { folder, path } = secretFile()
    const file = await ask(studio, mia, lisa, { source: `THEIRS:${path}`, destination: 'share=projects/taken/' })
    await untilAsked(lisa, file)
    expect((await lisa.call('incomingDetails', { key: file })).consent).toMatchObject({ path, folder })
    mkdirSync(join(studio.projects, 'out'))
    writeFileSync(join(studio.projects, 'out/plan.txt'), 'plan')
    const wanted = join(folder, 'in')
    const source = 'share=projects/out/plan.txt'
    const missing = await ask(studio, mia, lisa, { source, destination: `THEIRS:${wanted}/` })
    await untilAsked(lisa, missing)
    expect((await lisa.call('incomingDetails', { key: missing })).consent).toMatchObject({ folder: wanted })
    await allow(lisa, missing, 'always')
    await lisa.untilStatus(missing, 'done')
    const beside = await ask(studio, mia, lisa, { source, destination: `THEIRS:${folder}/other/` })
    await untilAsked(lisa, beside)
  })

  it('is allowed by no answer that was meant for another question', async () => {
    const studio = await Studio.open()
    const [mia, lisa] = [await studio.admin(), await studio.person('Lisa')]
    const [harmless, secret] = [secretFile(), secretFile()]
    const to = { destination: 'share=projects/taken/' }
    const first = await ask(studio, mia, lisa, { source: `THEIRS:${harmless.path}`, ...to })
    const second = await ask(studio, mia, lisa, { source: `THEIRS:${secret.path}`, ...to })
    await Promise.all([untilAsked(lisa, first), untilAsked(lisa, second)])
    const { consent } = await lisa.call('incomingDetails', { key: first })
    for (const asked of [consent?.asked, undefined]) {
      const answer = lisa.call('consentDecide', { key: second, decision: 'once', ...(asked && { asked }) })
      await expect(answer).rejects.toMatchObject({ code: 'CONFLICT' })
    }
    expect(statSync(secret.path).atimeMs).toBe(1_000_000_000)
  })

  it('never opens the folder that keeps the grants and the key of this host', async () => {
    const studio = await Studio.open()
    const [mia, lisa] = [await studio.admin(), await studio.person('Lisa')]
    const own = join(lisa.folder, 'engine')
    const to = { destination: 'share=projects/taken/' }
    const key = await ask(studio, mia, lisa, { source: `THEIRS:${join(own, 'identity.pem')}`, ...to })
    await untilAsked(lisa, key)
    for (const decision of ['once', 'always'] as const) {
      await expect(allow(lisa, key, decision)).rejects.toMatchObject({ code: 'PATH_NOT_GRANTED' })
    }
    // Nor by way of a folder above it that was allowed for good.
    const above = await ask(studio, mia, lisa, { source: `THEIRS:${secretIn(lisa.folder)}`, ...to })
    await untilAsked(lisa, above)
    await allow(lisa, above, 'always')
    await mia.untilStatus(above, 'done')
    const again = await ask(studio, mia, lisa, { source: `THEIRS:${join(own, 'identity.pem')}`, ...to })
    await untilAsked(lisa, again)
  })
})
