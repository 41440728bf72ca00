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
    await lisa.call('consentDecide', { key, decision: 'once' })
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
    await lisa.call('consentDecide', { key, decision: 'always' })
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
    await lisa.call('consentDecide', { key, decision: 'once' })
    await lisa.untilStatus(key, 'done')
    expect(readFileSync(join(folder, 'in/plan.txt'), 'utf8')).toBe('plan')
  })
})
