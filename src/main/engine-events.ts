import type { ChildState } from '../hosting/supervisor.ts'
import type { KeepAwake } from './app/keep-awake.ts'
import type { Processes } from './compose-processes.ts'
import type { Shell } from './compose-shell.ts'
import type { Keyring } from './keychain/keyring.ts'
import { forgetSession, keepSession } from './keychain/secrets.ts'
import type { PreferencesStore } from './preferences/preferences.ts'
import type { EngineEventHandlers } from './processes/engine-host.ts'
import type { AppViewHub } from './view/app-view.ts'
import type { TransfersMirror } from './view/transfers-mirror.ts'

export interface EngineEventTargets {
  readonly keyring: Keyring
  readonly view: AppViewHub
  readonly mirror: TransfersMirror
  readonly preferences: PreferencesStore
  readonly keepAwake: KeepAwake
  /** Made after the engine's host, and before the first event. */
  readonly shell: () => Shell
}

/** What the engine process tells goes to the keyring, the window, the tray and the person. */
export function engineEvents(targets: EngineEventTargets): EngineEventHandlers {
  const { keyring, view, mirror, preferences, keepAwake, shell } = targets
  return {
    session: ({ workspaceId, email, sessionToken }) => {
      if (sessionToken === undefined) void forgetSession(keyring, workspaceId, email)
      else void keepSession(keyring, { workspaceId, email, sessionToken })
    },
    presences: (presences) => {
      view.setPresences(presences)
      shell().presencesChanged()
    },
    transfers: (delta) => {
      mirror.apply(delta)
      shell().window.send('transfers.changed', delta)
      shell().tray.changed()
      keepAwake.update(preferences.get().keepAwake && delta.totals.running > 0)
    },
    notice: (notice) => shell().notifier.tell(notice),
  }
}

/** A new engine process knows its rows from the start; the mirror takes them over whole. */
export function followEngineState(targets: EngineEventTargets, engine: () => Processes['engine']) {
  return (state: ChildState): void => {
    targets.view.changed()
    targets.shell().tray.changed()
    if (state !== 'running') {
      targets.mirror.clear()
      return
    }
    engine()
      .call('transfersSnapshot', {})
      .then((snapshot) => {
        targets.mirror.reset(snapshot)
        targets.shell().tray.changed()
      })
      // It ended again: its next run will be asked.
      .catch(() => undefined)
  }
}
