import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectStores } from '../../../src/renderer/bridge/connect.ts'
import { takeSnapshot, useTransfers } from '../../../src/renderer/stores/transfers-store.ts'
import type { TransferRow, TransfersDelta, TransfersSnapshot } from '../../../src/shared/contract/view.ts'
import type { TernError } from '../../../src/shared/domain/errors.ts'
import { makeRow, totals } from './make-row.ts'

/** A main that answers snapshots when it is told to. */
class FakeMain {
  readonly asked: ((snapshot: TransfersSnapshot) => void)[] = []
  readonly #listeners = new Map<string, Set<(payload: never) => void>>()
  readonly #waiting: (() => void)[] = []

  readonly bridge = {
    platform: 'linux',
    call: (name: string) => {
      if (name !== 'transfers.snapshot') return new Promise(() => undefined)
      return new Promise((resolve) => {
        this.asked.push((value) => resolve({ ok: true, value }))
        for (const wake of this.#waiting.splice(0)) wake()
      })
    },
    on: (name: string, listener: (payload: never) => void) => {
      const group = this.#listeners.get(name) ?? new Set()
      this.#listeners.set(name, group.add(listener))
      return () => group.delete(listener)
    },
    pickDropped: () => new Promise(() => undefined),
  }

  send(delta: TransfersDelta): void {
    for (const listener of this.#listeners.get('transfers.changed') ?? []) listener(delta as never)
  }

  async askedTimes(count: number): Promise<void> {
    while (this.asked.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  get listenerCount(): number {
    return [...this.#listeners.values()].reduce((sum, group) => sum + group.size, 0)
  }
}

const at = (number: number, epoch = 'one') => ({ epoch, number })
const snapshot = (number: number, rows: readonly TransferRow[], epoch?: string): TransfersSnapshot => ({
  revision: at(number, epoch),
  rows,
  totals,
})
const delta = (from: number, upserts: readonly TransferRow[]): TransfersDelta => ({
  from: at(from),
  to: at(from + 1),
  upserts,
  removed: [],
  totals,
})
const shownNames = () => [...useTransfers.getState().mirror.rows.values()].map((row) => row.name)
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('the stores follow main', () => {
  let main: FakeMain
  let end: () => void
  const failures: TernError[] = []

  beforeEach(() => {
    main = new FakeMain()
    const target = new EventTarget()
    Object.assign(globalThis, { window: Object.assign(target, { tern: main.bridge }) })
    takeSnapshot(snapshot(0, [], 'before'))
    failures.length = 0
    end = connectStores((failure) => failures.push(failure))
  })

  afterEach(() => {
    end()
    Reflect.deleteProperty(globalThis, 'window')
  })

  test('what changes while a snapshot is on its way is neither lost nor done twice', async () => {
    const row = makeRow({ name: 'first' })
    main.send(delta(4, [row]))
    main.send(delta(5, [{ ...row, name: 'renamed' }]))
    main.asked[0]?.(snapshot(5, [row]))
    await settled()
    expect(shownNames()).toEqual(['renamed'])
    expect(main.asked).toHaveLength(1)
  })

  test('a gap asks for another snapshot', async () => {
    main.asked[0]?.(snapshot(1, []))
    await settled()
    main.send(delta(7, [makeRow({})]))
    await main.askedTimes(2)
    main.asked[1]?.(snapshot(8, [makeRow({ name: 'caught up' })]))
    await settled()
    expect(shownNames()).toEqual(['caught up'])
  })

  test('a gap during the snapshot asks again too', async () => {
    main.send(delta(9, [makeRow({})]))
    main.asked[0]?.(snapshot(1, []))
    await main.askedTimes(2)
  })

  test('coming back to the window takes a snapshot, one at a time', async () => {
    main.asked[0]?.(snapshot(1, []))
    await settled()
    globalThis.window.dispatchEvent(new Event('focus'))
    globalThis.window.dispatchEvent(new Event('focus'))
    await settled()
    expect(main.asked).toHaveLength(2)
  })

  test('after the end nothing is heard and nothing is taken over', async () => {
    end()
    main.asked[0]?.(snapshot(1, [makeRow({ name: 'late' })]))
    await settled()
    expect(shownNames()).toEqual([])
    expect(main.listenerCount).toBe(0)
    expect(failures).toEqual([])
  })
})
