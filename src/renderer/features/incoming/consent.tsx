import { useState } from 'react'
import type { IncomingDetails } from '../../../shared/contract/view.ts'
import { displayPath } from '../../../shared/words/fill.ts'
import { say } from '../../../shared/words/index.ts'
import { perform } from '../../app/perform.ts'
import { useClock } from '../../app/use-clock.ts'
import { call } from '../../bridge/bridge.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icons/icon.tsx'
import { DeclineQuestion } from './decline-question.tsx'

/** A job from elsewhere names a path of this computer: who, which, and three answers. */
export function Consent({ details }: { readonly details: IncomingDetails }) {
  const [isRefusing, setIsRefusing] = useState(false)
  const clock = useClock()
  const { consent, from } = details
  const isWrite = consent?.mode === 'write'
  const isWhole = consent === undefined || consent.folder === consent.path
  const allow = (decision: 'once' | 'always') =>
    void perform(() => call('consent.decide', { key: details.key, decision, asked: consent?.asked }))
  return (
    <section className="consent" aria-label={details.name}>
      <h2>
        {isWrite
          ? say('incoming.consent.write', { name: from.name })
          : say('incoming.consent.read', { name: from.name })}
      </h2>
      <p className="consent-for selectable">
        {say('incoming.consent.forTransfer', { name: details.name })}, {clock(details.sentAtMs)}
      </p>
      <p className="consent-path">
        <Icon name="folder" />
        <span className="selectable">{displayPath(consent?.path ?? '')}</span>
      </p>
      {consent?.exists === false && <p>{say('incoming.consent.missing')}</p>}
      <p>{isWrite ? say('incoming.consent.writeText') : say('incoming.consent.readText')}</p>
      <div className="consent-buttons">
        <Button variant="primary" size="sheet" onPress={() => allow('once')}>
          {say('incoming.consent.once')}
        </Button>
        <Button size="sheet" onPress={() => allow('always')}>
          {isWhole ? say('incoming.consent.always') : say('incoming.consent.alwaysUnder', { path: consent.folder })}
        </Button>
        <Button variant="quiet" size="sheet" onPress={() => setIsRefusing(true)}>
          {say('incoming.consent.refuse')}
        </Button>
      </div>
      {isRefusing && <DeclineQuestion details={details} onClose={() => setIsRefusing(false)} />}
    </section>
  )
}
