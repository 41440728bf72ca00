import { describe, expect, it } from 'vitest'
import { trayImageName } from '../../../src/main/tray/tray-image.ts'
import { type TrayActions, trayMenu } from '../../../src/main/tray/tray-menu.ts'
import { TransfersMirror } from '../../../src/main/view/transfers-mirror.ts'
import type { TransferRow, TransfersDelta, TransferTotals } from '../../../src/shared/contract/view.ts'

const totals: TransferTotals = {
  bytesPerSecondOut: 0,
  bytesPerSecondIn: 0,
  running: 0,
  waiting: 0,
  failed: 0,
  waitingOnYou: 0,
  finishedTotal: 0,
}

function row(name: string, fields: Partial<TransferRow>): TransferRow {
  return {
    key: `${'a'.repeat(24)}/${name}`,
    name,
    status: 'running',
    bytesDone: 50,
    bytesTotal: 100,
    fileCount: 3,
    createdAtMs: 1,
    can: { pause: true },
    ...fields,
  } as TransferRow
}

function menuOf(facts: Partial<Parameters<typeof trayMenu>[0]>) {
  const done: string[] = []
  const note = (name: string) => (argument?: unknown) =>
    void done.push(argument === undefined ? name : `${name} ${JSON.stringify(argument)}`)
  const actions = new Proxy({} as TrayActions, { get: (_target, name) => note(String(name)) })
  const items = trayMenu({ totals, waitingOnYou: [], running: [], isOffline: false, ...facts }, actions)
  const click = (label: string) => (items.find((item) => item.label === label)?.click as (() => void) | undefined)?.()
  return { labels: items.map((item) => item.label ?? '-'), click, done }
}

describe('tray menu', () => {
  it('says that nothing moves, and offers what can be done', () => {
    expect(menuOf({}).labels).toEqual(['Nothing is moving', '-', 'Send files…', '-', 'Open Tern', 'Quit'])
    expect(menuOf({ isOffline: true }).labels[0]).toBe('No workspace can be reached')
  })

  it('names what waits on the person, and leads there', () => {
    const delivery = row('Episode 3', { status: 'waiting', waitsOnYou: 'location', fileCount: 214 })
    const request = row('Renders', { status: 'waiting', waitsOnYou: 'consent' })
    const { labels, click, done } = menuOf({ waitingOnYou: [delivery, request] })
    expect(labels).toContain('Episode 3: choose where 214 files go…')
    expect(labels).toContain('Renders: look at what is asked…')
    click('Episode 3: choose where 214 files go…')
    expect(done).toEqual([`openIncoming ${JSON.stringify(delivery.key)}`])
  })

  it('shows speeds, five of what runs, and pauses what can be paused', () => {
    const running = Array.from({ length: 7 }, (_, index) => row(`Job ${index}`, { can: { pause: index < 2 } as never }))
    const { labels, click, done } = menuOf({
      totals: { ...totals, running: 7, bytesPerSecondOut: 412_000_000, bytesPerSecondIn: 0 },
      running,
    })
    expect(labels[0]).toBe('↑ 412 MB/s   ↓ 0 B/s')
    expect(labels).toContain('Job 0, 50%')
    expect(labels).not.toContain('Job 5, 50%')
    expect(labels).toContain('2 more running')
    click('Pause all')
    expect(done).toEqual([`pauseAll ${JSON.stringify([running[0]?.key, running[1]?.key])}`])
  })
})

describe('tray picture', () => {
  it.each([
    [{}, 0, false, 'idle'],
    [{}, 0, true, 'offline'],
    [{ running: 1 }, 0, false, 'transferring-0'],
    [{ running: 1 }, 0.51, true, 'transferring-4'],
    [{ running: 1 }, 1, false, 'transferring-8'],
    [{ running: 1, waitingOnYou: 1 }, 0.5, false, 'attention'],
    [{ waitingOnYou: 2 }, 0, true, 'attention'],
  ])('%j at %d, offline %s: %s', (changed, progress, isOffline, expected) => {
    expect(trayImageName({ totals: { ...totals, ...changed }, progress, isOffline })).toBe(expected)
  })
})

describe('mirror of transfers', () => {
  const delta = (upserts: readonly TransferRow[], removed: readonly TransferRow['key'][] = []): TransfersDelta => ({
    from: { epoch: 'e', number: 0 },
    to: { epoch: 'e', number: 1 },
    upserts,
    removed,
    totals,
  })

  it('keeps what runs or waits on the person, oldest first, and lets the rest go', () => {
    const mirror = new TransfersMirror()
    mirror.apply(delta([row('late', { createdAtMs: 2 }), row('early', {}), row('done', { status: 'done' })]))
    expect(mirror.running.map(({ name }) => name)).toEqual(['early', 'late'])
    mirror.apply(delta([row('early', { status: 'done' })], [row('late', {}).key]))
    expect(mirror.running).toEqual([])
    mirror.apply(delta([row('asked', { status: 'waiting', waitsOnYou: 'location' })]))
    expect(mirror.waitingOnYou).toHaveLength(1)
    mirror.clear()
    expect(mirror.waitingOnYou).toEqual([])
  })
})
