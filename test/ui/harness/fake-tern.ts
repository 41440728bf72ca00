import type { CommandName, EventName } from '../../../src/shared/contract/ipc-names.ts'
import type { CommandOutputs, EventPayloads } from '../../../src/shared/contract/ipc-schemas.ts'
import type { AppView, TransferRow, TransferTotals } from '../../../src/shared/contract/view.ts'
import type { ErrorCode } from '../../../src/shared/domain/errors.ts'

export interface FakeCall {
  readonly name: CommandName
  readonly input: unknown
}

export type FakeAnswers = {
  readonly [Name in CommandName]?:
    | CommandOutputs[Name]
    | { readonly fails: ErrorCode; readonly params?: Record<string, string | number> }
}

/** What the window finds when it opens. */
export interface Scenario {
  readonly view: AppView
  readonly rows: readonly TransferRow[]
  readonly totals: TransferTotals
  readonly finished?: readonly TransferRow[]
  readonly answers?: FakeAnswers
}

/** Handle of the fake inside the page, for tests that go on scripting it. */
export interface FakeTern {
  readonly calls: FakeCall[]
  emit<Name extends EventName>(name: Name, payload: EventPayloads[Name]): void
  /** Upserts and removals as one delta from the current revision. */
  change(change: {
    readonly upserts?: readonly TransferRow[]
    readonly removed?: readonly string[]
    readonly totals?: TransferTotals
  }): void
  setAnswer(name: CommandName, answer: unknown): void
  skipRevision(): void
  readonly violations: string[]
}

declare global {
  interface Window {
    fake: FakeTern
  }
}

/** Runs inside the page before its scripts, so it stands alone: no imports, no outer names. */
export function installFakeTern(scenario: Scenario): void {
  const listeners = new Map<string, Set<(payload: unknown) => void>>()
  const rows = new Map(scenario.rows.map((row) => [row.key as string, row]))
  const answers: Record<string, unknown> = { ...scenario.answers }
  const calls: FakeCall[] = []
  const violations: string[] = []
  let totals = scenario.totals
  let view = scenario.view
  let number = 1
  const revision = () => ({ epoch: 'fake', number })

  document.addEventListener('securitypolicyviolation', (event) => {
    violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`)
  })

  const emit = (name: string, payload: unknown) => {
    if (name === 'app.changed') view = payload as typeof view
    for (const listener of listeners.get(name) ?? []) listener(payload)
  }

  const own: Record<string, (input: never) => unknown> = {
    'app.view': () => view,
    'transfers.snapshot': () => ({ revision: revision(), rows: [...rows.values()], totals }),
    'settings.list': () => ({ settings: {} }),
    'transfers.finished': (input: { offset: number; limit: number; search?: string }) => {
      const found = (scenario.finished ?? []).filter((row) => row.name.includes(input.search ?? ''))
      return { rows: found.slice(input.offset, input.offset + input.limit), total: found.length }
    },
  }

  const bridge = {
    platform: scenario.view.platform,
    call: async (name: string, input: unknown) => {
      calls.push({ name: name as FakeCall['name'], input })
      const scripted = answers[name]
      if (scripted !== undefined && scripted !== null && typeof scripted === 'object' && 'fails' in scripted) {
        const { fails, params } = scripted as { fails: string; params?: object }
        return { ok: false, error: { code: fails, params: params ?? {} } }
      }
      if (name in answers) return { ok: true, value: scripted }
      const answer = own[name]
      return { ok: true, value: answer === undefined ? null : answer(input as never) }
    },
    on: (name: string, listener: (payload: unknown) => void) => {
      const all = listeners.get(name) ?? new Set()
      listeners.set(name, all.add(listener))
      return () => all.delete(listener)
    },
    pickDropped: async (files: readonly File[]) => {
      calls.push({ name: 'pick.dropped', input: files.map((file) => file.name) })
      const items = files.map((file, index) => ({
        token: `dropped-${index}`,
        name: file.name,
        kind: 'file',
        displayPath: `/home/me/${file.name}`,
      }))
      return { ok: true, value: items }
    },
  }
  Object.defineProperty(window, 'tern', { value: bridge })
  window.fake = {
    calls,
    violations,
    emit,
    change: (change) => {
      const from = revision()
      for (const row of change.upserts ?? []) rows.set(row.key, row)
      for (const key of change.removed ?? []) rows.delete(key)
      totals = change.totals ?? totals
      number += 1
      emit('transfers.changed', {
        from,
        to: revision(),
        upserts: change.upserts ?? [],
        removed: change.removed ?? [],
        totals,
      })
    },
    setAnswer: (name, answer) => {
      answers[name] = answer
    },
    skipRevision: () => {
      number += 1
    },
  }
}
