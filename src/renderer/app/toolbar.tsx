import type { ReactNode } from 'react'
import { say } from '../../shared/words/index.ts'
import { call } from '../bridge/bridge.ts'
import { useView } from '../stores/app-store.ts'
import { Icon } from '../ui/icons/icon.tsx'
import { perform } from './perform.ts'

interface ToolbarProps {
  readonly title: string
  readonly children?: ReactNode
}

/** The title bar of the place; empty parts of it drag the window. */
export function Toolbar({ title, children }: ToolbarProps) {
  return (
    <header className="toolbar">
      <h1 className="toolbar-title">{title}</h1>
      {children}
      <WindowButtons />
    </header>
  )
}

/** Only where Tern draws the frame itself. */
export function WindowButtons() {
  const { ownFrame } = useView()
  if (!ownFrame) return null
  return (
    <div className="window-buttons">
      <WindowButton name="minimise" label={say('app.minimise')} command="window.minimise" />
      <WindowButton name="maximise" label={say('app.maximise')} command="window.toggleMaximise" />
      <WindowButton name="close" label={say('app.closeWindow')} command="window.close" />
    </div>
  )
}

interface WindowButtonProps {
  readonly name: 'minimise' | 'maximise' | 'close'
  readonly label: string
  readonly command: 'window.minimise' | 'window.toggleMaximise' | 'window.close'
}

/** The system reaches these by its own keys, so they are no tab stops. */
function WindowButton({ name, label, command }: WindowButtonProps) {
  return (
    <button
      type="button"
      tabIndex={-1}
      className="window-button"
      data-name={name}
      aria-label={label}
      onClick={() => void perform(() => call(command))}
    >
      <Icon name={name} size={14} />
    </button>
  )
}
