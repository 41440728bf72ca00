import type { ProfileFolders } from '../app/folders.ts'
import type { Keyring } from '../keychain/keyring.ts'
import type { PreferencesStore } from '../preferences/preferences.ts'
import type { Demo } from '../processes/demo.ts'
import type { EngineHost } from '../processes/engine-host.ts'
import type { HostedWorkspaces } from '../processes/hosted-workspaces.ts'
import type { TokenRegistry } from '../tokens/token-registry.ts'
import type { AppViewHub } from '../view/app-view.ts'
import type { MainWindow } from '../windows/main-window.ts'

/** What the commands of the window work with. */
export interface HandlerContext {
  readonly folders: ProfileFolders
  readonly engine: EngineHost
  readonly hosted: HostedWorkspaces
  readonly demo: Demo
  readonly keyring: Keyring
  readonly preferences: PreferencesStore
  readonly tokens: TokenRegistry
  readonly view: AppViewHub
  readonly window: MainWindow
}
