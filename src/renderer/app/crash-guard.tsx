import { Component, type ReactNode } from 'react'
import { say } from '../../shared/words/index.ts'
import { Button } from '../ui/button.tsx'

interface CrashGuardProps {
  readonly children: ReactNode
}

/** A fault in drawing must not leave an empty window: transfers go on in their own process. */
export class CrashGuard extends Component<CrashGuardProps, { readonly hasFailed: boolean }> {
  override readonly state = { hasFailed: false }

  static getDerivedStateFromError(): { readonly hasFailed: boolean } {
    return { hasFailed: true }
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children
    return (
      <main className="cannot-start" role="alert">
        <h1>{say('app.crash.title')}</h1>
        <p>{say('app.crash.text')}</p>
        <Button variant="primary" size="sheet" onPress={() => window.location.reload()}>
          {say('app.crash.reload')}
        </Button>
      </main>
    )
  }
}
