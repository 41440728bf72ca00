import type { TransferKey, TransferRow } from '../../../shared/contract/view.ts'
import type { ReasonAction } from '../../../shared/domain/reason.ts'
import { say } from '../../../shared/words/index.ts'
import { copyText, perform } from '../../app/perform.ts'
import { call } from '../../bridge/bridge.ts'
import { useTransfers } from '../../stores/transfers-store.ts'
import { openDetails, openIncoming, showToast, useUi } from '../../stores/ui-store.ts'
import { modKeyLabel } from '../../ui/keys.ts'
import type { MenuEntry } from '../../ui/menu.tsx'
import { rowOf } from './finished-store.ts'
import { placeName } from './row-words.ts'
import { useSelection } from './selection-store.ts'

export type TransferCommand =
  | 'pause-or-resume'
  | 'retry'
  | 'abort'
  | 'details'
  | 'show-in-folder'
  | 'priority-up'
  | 'priority-down'

const priorityStep = 100

/** Rows that a key or a menu acts on: the selected ones, else the one under the cursor. */
export function chosenRows(): readonly TransferRow[] {
  const { keys, cursor } = useSelection.getState().selection
  const chosen = keys.size > 0 ? [...keys] : cursor === undefined ? [] : [cursor]
  return chosen.flatMap((key) => rowOf(key) ?? [])
}

export function runCommand(command: TransferCommand, rows: readonly TransferRow[] = chosenRows()): void {
  const [first] = rows
  if (first === undefined) return
  switch (command) {
    case 'pause-or-resume':
      pauseOrResume(rows)
      return
    case 'retry':
      forAble(rows, 'retry', (keys) => call('transfers.retry', { keys }))
      return
    case 'abort': {
      const able = keysOf(rows.filter((row) => row.can.abort))
      if (able.length > 0) useUi.setState({ abortAsked: able })
      return
    }
    case 'details':
      openDetails(first.key)
      return
    case 'show-in-folder':
      if (first.can.showInFolder) void perform(() => call('transfers.showInFolder', { key: first.key }))
      return
    case 'priority-up':
      setPriority(rows, priorityStep)
      return
    case 'priority-down':
      setPriority(rows, -priorityStep)
      return
  }
}

/** What Enter and a double click do: the row's action when it waits on the user, else its details. */
export function openRow(row: TransferRow): void {
  if (row.waitsOnYou === undefined) openDetails(row.key)
  else openIncoming(row.key)
}

/** The one action at the right of a sentence. */
export function runReasonAction(action: ReasonAction, row: TransferRow): void {
  switch (action) {
    case 'choose-folder':
    case 'look':
      openIncoming(row.key)
      return
    case 'remind': {
      const name = placeName(row.to)
      void perform(() => call('transfers.remind', { key: row.key })).then((isDone) => {
        if (isDone) showToast({ text: say('transfers.reminded', { name }) })
      })
      return
    }
    case 'copy-invitation':
      void copyInvitation(row)
      return
    case 'start-now':
      void perform(() => call('transfers.setPriority', { keys: [row.key], priority: 1000 }))
      return
    case 'try-now':
    case 'retry':
      void perform(() => call('transfers.retry', { keys: [row.key] }))
      return
    case 'resume':
      void perform(() => call('transfers.resume', { keys: [row.key] }))
      return
    case 'see-and-retry':
      openDetails(row.key, 'tasks')
      void perform(() => call('transfers.retry', { keys: [row.key] }))
      return
    case 'compare-keys':
      openDetails(row.key, 'log')
      return
  }
}

export function menuEntries(rows: readonly TransferRow[]): readonly MenuEntry[] {
  const [first] = rows
  if (first === undefined) return []
  const canPause = rows.some((row) => row.can.pause)
  const canResume = rows.some((row) => row.can.resume)
  const entry = (
    id: TransferCommand,
    label: string,
    keys: string,
    isEnabled: boolean,
    startsGroup = false,
  ): MenuEntry => ({
    id,
    label,
    keys,
    isDisabled: !isEnabled,
    startsGroup,
    run: () => runCommand(id, rows),
  })
  return [
    entry('details', say('transfers.do.details'), modKeyLabel('I'), rows.length === 1),
    entry(
      'pause-or-resume',
      canResume && !canPause ? say('transfers.do.resume') : say('transfers.do.pause'),
      say('transfers.key.space'),
      canPause || canResume,
      true,
    ),
    entry(
      'retry',
      say('transfers.do.retry'),
      modKeyLabel('R'),
      rows.some((row) => row.can.retry),
    ),
    entry(
      'show-in-folder',
      say('transfers.do.showInFolder'),
      modKeyLabel('Shift+R'),
      rows.length === 1 && first.can.showInFolder,
      true,
    ),
    entry(
      'priority-up',
      say('transfers.do.priorityUp'),
      'Alt+↑',
      rows.some((row) => row.can.setPriority),
      true,
    ),
    entry(
      'priority-down',
      say('transfers.do.priorityDown'),
      'Alt+↓',
      rows.some((row) => row.can.setPriority),
    ),
    {
      id: 'copy-details',
      label: say('transfers.do.copyDetails'),
      startsGroup: true,
      run: () => void copyText(JSON.stringify(rows, null, 2)),
    },
    entry(
      'abort',
      say('transfers.do.abort'),
      modKeyLabel('⌫'),
      rows.some((row) => row.can.abort),
      true,
    ),
  ]
}

function pauseOrResume(rows: readonly TransferRow[]): void {
  if (rows.some((row) => row.can.pause)) forAble(rows, 'pause', (keys) => call('transfers.pause', { keys }))
  else forAble(rows, 'resume', (keys) => call('transfers.resume', { keys }))
}

function forAble(
  rows: readonly TransferRow[],
  ability: 'pause' | 'resume' | 'retry',
  action: (keys: TransferKey[]) => Promise<unknown>,
): void {
  const keys = keysOf(rows.filter((row) => row.can[ability]))
  if (keys.length > 0) void perform(() => action(keys))
}

function setPriority(rows: readonly TransferRow[], by: number): void {
  const able = rows.filter((row) => row.can.setPriority)
  const [first] = able
  if (first === undefined) return
  const priority = Math.min(1000, Math.max(1, first.priority + by))
  void perform(() => call('transfers.setPriority', { keys: keysOf(able), priority }))
}

async function copyInvitation(row: TransferRow): Promise<void> {
  const email = row.reason?.params?.email
  await perform(async () => {
    const { invitation } = await call('app.createInvitation', {
      workspaceId: row.workspaceId,
      ...(typeof email === 'string' && { email }),
    })
    await copyText(invitation)
  })
}

function keysOf(rows: readonly TransferRow[]): TransferKey[] {
  return rows.map((row) => row.key)
}

/** Rows of the mirror by key, for what outlives a selection (the abort question). */
export function namesOf(keys: readonly TransferKey[]): readonly string[] {
  const { rows } = useTransfers.getState().mirror
  return keys.flatMap((key) => rows.get(key)?.name ?? [])
}
