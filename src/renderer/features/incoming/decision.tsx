import { useState } from 'react'
import type { IncomingDetails } from '../../../shared/contract/view.ts'
import type { TaskId } from '../../../shared/domain/ids.ts'
import { formatBytes, formatBytesOf } from '../../../shared/domain/units/units.ts'
import { displayPath } from '../../../shared/words/fill.ts'
import { say } from '../../../shared/words/index.ts'
import { perform } from '../../app/perform.ts'
import { call } from '../../bridge/bridge.ts'
import { Button } from '../../ui/button.tsx'
import { CheckBox, TextField } from '../../ui/fields.tsx'
import { DeclineQuestion } from './decline-question.tsx'
import type { EntryNode } from './entry-tree.ts'
import { countLooks, excludedBytes } from './entry-words.ts'
import { SpaceBar } from './space-bar.tsx'
import type { ChosenLocation } from './use-incoming-details.ts'

interface DecisionProps {
  readonly details: IncomingDetails
  readonly nodes: readonly EntryNode[]
  readonly excluded: ReadonlySet<TaskId>
  readonly problem: string | undefined
  /** Why the last try to take it did not work. */
  readonly refusal: string | undefined
  readonly isAsking: boolean
  readonly isTaking: boolean
  readonly remember: boolean
  readonly onRemember: (remember: boolean) => void
  readonly onLocation: (location: ChosenLocation) => void
  readonly onAccept: () => void
}

/** The inspector: where it lands, whether it fits, what is there already; the decision at its foot. */
export function Decision(props: DecisionProps) {
  const { details, nodes, excluded, problem, refusal, isTaking, remember, onRemember, onLocation, onAccept } = props
  const [isDeclining, setIsDeclining] = useState(false)
  const bytes = downloadBytes(details, nodes, excluded)
  const isNothing = details.tasks.length > 0 && excluded.size === details.tasks.length
  return (
    <aside className="inspector" aria-label={say('incoming.where')}>
      <div className="inspector-parts">
        <Where details={details} problem={problem ?? refusal} onLocation={onLocation} />
        <Space details={details} bytes={bytes} />
        <AlreadyThere details={details} />
        <Problems nodes={nodes} />
      </div>
      <footer className="inspector-foot">
        <CheckBox isSelected={remember} onChange={onRemember}>
          {say('incoming.remember', { name: details.from.name })}
        </CheckBox>
        <div className="inspector-buttons">
          <Button
            variant="primary"
            size="sheet"
            isDisabled={isTaking || isNothing || problem !== undefined}
            onPress={onAccept}
          >
            {say('incoming.downloadHere')}
          </Button>
          <Button variant="quiet" size="sheet" onPress={() => setIsDeclining(true)}>
            {say('incoming.decline')}
          </Button>
        </div>
      </footer>
      {isDeclining && <DeclineQuestion details={details} onClose={() => setIsDeclining(false)} />}
    </aside>
  )
}

/** What would really travel: neither what is left out nor what is the same there. */
function downloadBytes(details: IncomingDetails, nodes: readonly EntryNode[], excluded: ReadonlySet<TaskId>): number {
  return Math.max(0, details.bytes - excludedBytes(nodes, excluded) - details.location.sameBytes)
}

interface WhereProps {
  readonly details: IncomingDetails
  readonly problem: string | undefined
  readonly onLocation: (location: ChosenLocation) => void
}

/** The root is granted and stands; what is beneath it can be typed. */
function Where({ details, problem, onLocation }: WhereProps) {
  const { token, rootPath, subPath } = details.location
  const [typed, setTyped] = useState(subPath)
  const root = displayPath(rootPath)
  const separator = root.includes('\\') ? '\\' : '/'
  const browse = () =>
    perform(async () => {
      const picked = await call('pick.folder', { purpose: 'delivery', key: details.key })
      if (picked === null) return
      setTyped('')
      onLocation({ token: picked.token, subPath: '' })
    })
  return (
    <section className="inspector-part">
      <h3>{say('incoming.where')}</h3>
      <TextField
        label={say('incoming.folder', { root })}
        hidesLabel
        size="sheet"
        value={typed.replaceAll('/', separator)}
        onChange={(text) => {
          const path = text.replaceAll('\\', '/')
          setTyped(path)
          onLocation({ token, subPath: path })
        }}
        before={
          <span className="path-root selectable" title={root}>
            <bdi>{root.endsWith(separator) ? root : root + separator}</bdi>
          </span>
        }
        after={
          <Button variant="quiet" size="row" onPress={() => void browse()}>
            {say('incoming.browse')}
          </Button>
        }
      />
      {problem !== undefined && (
        <p className="inspector-problem selectable" role="alert">
          {problem}
        </p>
      )}
    </section>
  )
}

function Space({ details, bytes }: { readonly details: IncomingDetails; readonly bytes: number }) {
  const { freeBytes, totalBytes } = details.location
  const isPart = bytes < details.bytes
  const words = formatBytesOf(bytes, details.bytes)
  return (
    <section className="inspector-part inspector-space">
      <Fact
        name={say('incoming.toDownload')}
        value={isPart ? say('incoming.partOf', { part: words.done, whole: words.total }) : formatBytes(bytes)}
      />
      {freeBytes !== undefined && <Fact name={say('incoming.free')} value={formatBytes(freeBytes)} />}
      {freeBytes !== undefined && <SpaceBar bytes={bytes} freeBytes={freeBytes} totalBytes={totalBytes} />}
    </section>
  )
}

function AlreadyThere({ details }: { readonly details: IncomingDetails }) {
  const { sameFiles, replacedFiles } = details.location
  if (sameFiles === 0 && replacedFiles === 0) return null
  return (
    <section className="inspector-part">
      <h3>{say('incoming.already')}</h3>
      {replacedFiles > 0 && <p>{say('incoming.replaced', { count: replacedFiles })}</p>}
      {sameFiles > 0 && (
        <Fact name={say('incoming.same', { count: sameFiles })} value={say('incoming.notSentAgain')} isQuiet />
      )}
    </section>
  )
}

function Problems({ nodes }: { readonly nodes: readonly EntryNode[] }) {
  const names = countLooks(nodes, 'name-not-allowed')
  const mapped = countLooks(nodes, 'name-mapped')
  const programs = countLooks(nodes, 'program')
  return (
    <>
      {mapped > 0 && (
        <section className="inspector-part">
          <h3>{say('incoming.mapped', { count: mapped })}</h3>
          <p>{say('incoming.mappedText')}</p>
        </section>
      )}
      {names > 0 && (
        <section className="inspector-part">
          <h3>{say('incoming.names', { count: names })}</h3>
          <p>{say('incoming.namesRemedy')}</p>
        </section>
      )}
      {programs > 0 && (
        <section className="inspector-part">
          <h3>{say('incoming.programs', { count: programs })}</h3>
          <p>{say('incoming.programsText')}</p>
        </section>
      )}
    </>
  )
}

interface FactProps {
  readonly name: string
  readonly value: string
  readonly isQuiet?: boolean
}

function Fact({ name, value, isQuiet = false }: FactProps) {
  return (
    <p className="fact" data-quiet={isQuiet}>
      <span>{name}</span>
      <span>{value}</span>
    </p>
  )
}
