import type { ReactNode } from 'react'
import type { AppView } from '../../shared/contract/view.ts'
import { say } from '../../shared/words/index.ts'
import { call } from '../bridge/bridge.ts'
import { useView } from '../stores/app-store.ts'
import { useUi } from '../stores/ui-store.ts'
import { Button } from '../ui/button.tsx'
import { perform } from './perform.ts'

/** One line each under the toolbar, most urgent first. */
export function Banners() {
  const view = useView()
  return (
    <div className="banners">
      <EngineBanner view={view} />
      <KeyringBanner view={view} />
      {view.workspaces
        .filter((workspace) => workspace.connection === 'signed-out')
        .map((workspace) => (
          <Banner
            key={workspace.id}
            text={say('app.banner.signedOut', { workspace: workspace.name })}
            button={say('app.signIn')}
            onPress={() => useUi.setState({ signingIn: workspace.id })}
          />
        ))}
      {view.workspaces
        .filter((workspace) => workspace.connection === 'key-changed')
        .map((workspace) => (
          <Banner key={workspace.id} text={say('app.banner.keyChanged', { workspace: workspace.name })} />
        ))}
      {view.demo !== undefined && (
        <Banner
          text={say('app.banner.demo')}
          button={say('app.banner.removeDemo')}
          onPress={() => void perform(() => call('app.removeDemo'))}
        />
      )}
    </div>
  )
}

function EngineBanner({ view }: { readonly view: AppView }) {
  const { state, crashes } = view.engine
  if (state === 'restarting') return <Banner text={say('app.banner.engineRestarting')} />
  if (state !== 'stopped') return null
  return (
    <Banner
      text={say('app.banner.engineStopped', { count: crashes })}
      button={say('app.banner.startEngine')}
      onPress={() => void perform(() => call('app.restartEngine'))}
    />
  )
}

function KeyringBanner({ view }: { readonly view: AppView }) {
  if (view.keyring === 'absent')
    return view.demo === undefined ? <Banner text={say('app.banner.keyringAbsent')} /> : null
  if (view.keyring !== 'waiting-for-unlock' && view.keyring !== 'denied') return null
  return (
    <Banner
      text={view.keyring === 'denied' ? say('app.banner.keyringDenied') : say('app.banner.keyringLocked')}
      button={say('app.tryAgain')}
      onPress={() => void perform(() => call('app.retryKeyring'))}
    />
  )
}

interface BannerProps {
  readonly text: ReactNode
  readonly button?: string
  readonly onPress?: () => void
}

function Banner({ text, button, onPress }: BannerProps) {
  return (
    <div className="banner" role="status">
      <span className="ellipsis selectable">{text}</span>
      {button !== undefined && onPress !== undefined && (
        <Button size="row" variant="quiet" onPress={onPress}>
          {button}
        </Button>
      )}
    </div>
  )
}
