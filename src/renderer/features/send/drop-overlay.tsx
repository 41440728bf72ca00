import { useEffect, useRef, useState } from 'react'
import type { SendTarget } from '../../../shared/contract/ipc-schemas.ts'
import type { AppView } from '../../../shared/contract/view.ts'
import { say } from '../../../shared/words/index.ts'
import { perform } from '../../app/perform.ts'
import { PresenceDot } from '../../app/presence-lists.tsx'
import { pickDropped } from '../../bridge/bridge.ts'
import { othersOf, useView } from '../../stores/app-store.ts'
import { openSend, useUi } from '../../stores/ui-store.ts'
import { Logo } from '../../ui/icons/logo.tsx'
import { idOfTarget, placeLabel, targetOfPerson, targetOfShare } from './targets.ts'

/** Files over the window: what is held, and names to drop on. Also takes files that are pasted. */
export function DropOverlay() {
  const view = useView()
  const isAdding = useUi((state) => state.send !== undefined)
  const [count, setCount] = useState(0)
  const [over, setOver] = useState<string>()
  const depth = useRef(0)

  useEffect(() => {
    const end = () => {
      depth.current = 0
      setCount(0)
      setOver(undefined)
    }
    const onEnter = (event: DragEvent) => {
      if (!holdsFiles(event.dataTransfer)) return
      event.preventDefault()
      depth.current += 1
      setCount(heldFiles(event.dataTransfer))
    }
    const onOver = (event: DragEvent) => {
      if (!holdsFiles(event.dataTransfer)) return
      event.preventDefault()
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy'
      setOver(dropIdAt(event.target))
    }
    const onLeave = () => {
      depth.current -= 1
      if (depth.current <= 0) end()
    }
    const onDrop = (event: DragEvent) => {
      if (!holdsFiles(event.dataTransfer)) return
      event.preventDefault()
      const files = [...(event.dataTransfer?.files ?? [])]
      const id = dropIdAt(event.target)
      end()
      void take(
        files,
        id === undefined ? undefined : dropTargets(viewRef.current).find((each) => each.id === id)?.target,
      )
    }
    const onPaste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])]
      if (files.length === 0) return
      event.preventDefault()
      void take(files, undefined)
    }
    window.addEventListener('dragenter', onEnter)
    window.addEventListener('dragover', onOver)
    window.addEventListener('dragleave', onLeave)
    window.addEventListener('drop', onDrop)
    window.addEventListener('paste', onPaste)
    return () => {
      window.removeEventListener('dragenter', onEnter)
      window.removeEventListener('dragover', onOver)
      window.removeEventListener('dragleave', onLeave)
      window.removeEventListener('drop', onDrop)
      window.removeEventListener('paste', onPaste)
    }
  }, [])
  const viewRef = useRef(view)
  viewRef.current = view

  if (count === 0) return null
  const targets = isAdding ? [] : dropTargets(view)
  return (
    <div className="drop-overlay">
      <div className="drop-middle">
        <Logo size={168} />
        <h2>{isAdding ? say('send.drop.add', { count }) : say('send.drop.title', { count })}</h2>
        {!isAdding && <p>{say('send.drop.text')}</p>}
      </div>
      {targets.length > 0 && (
        <div className="drop-names">
          <p>{say('send.drop.names')}</p>
          <ul>
            {targets.map((target) => (
              <li key={target.id} className="drop-name" data-drop-id={target.id} data-over={over === target.id}>
                <PresenceDot isOnline={target.isOnline} />
                <strong className="ellipsis">{target.label}</strong>
                <span className="ellipsis">{target.note}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}

async function take(files: readonly File[], target: SendTarget | undefined): Promise<void> {
  await perform(async () => {
    const items = await pickDropped(files)
    if (items.length > 0) openSend(items, target)
  })
}

function holdsFiles(data: DataTransfer | null): boolean {
  return data?.types.includes('Files') ?? false
}

/** Names and sizes stay hidden until the drop; the number does not. */
function heldFiles(data: DataTransfer | null): number {
  const files = [...(data?.items ?? [])].filter((item) => item.kind === 'file').length
  return Math.max(1, files)
}

function dropIdAt(target: EventTarget | null): string | undefined {
  const named = target instanceof Element ? target.closest('[data-drop-id]') : null
  return named instanceof HTMLElement ? named.dataset.dropId : undefined
}

interface DropTarget {
  readonly id: string
  readonly target: SendTarget
  readonly label: string
  readonly note: string
  readonly isOnline: boolean
}

const shownTargets = 5

/** People who are there first, then the default places, then one's own home. */
function dropTargets(view: AppView): readonly DropTarget[] {
  const people = othersOf(view)
    .toSorted((left, right) => Number(right.online) - Number(left.online))
    .map((person): DropTarget => {
      const target = targetOfPerson(person)
      const note = person.online ? say('app.online') : say('send.drop.offlineNote')
      return { id: idOfTarget(target), target, label: person.name, note, isOnline: person.online }
    })
  const places = view.shares
    .filter((share) => share.mayWrite && (share.kind !== 'home' || share.isMine))
    .toSorted((left, right) => Number(right.isDefault) - Number(left.isDefault))
    .flatMap((share): DropTarget[] => {
      const target = targetOfShare(share)
      if (target.kind !== 'share' && target.kind !== 'home') return []
      const site = view.sites.find((each) => each.workspaceId === share.workspaceId && each.code === share.siteCode)
      const isOnline = site?.online ?? false
      const presence = isOnline ? say('app.online') : say('app.offline')
      const note = share.kind === 'home' ? say('send.drop.homeNote') : presence
      return [{ id: idOfTarget(target), target, label: placeLabel(target, share), note, isOnline }]
    })
  const home = places.filter((place) => place.target.kind === 'home').slice(0, 1)
  const shares = places.filter((place) => place.target.kind === 'share').slice(0, 2)
  const room = shownTargets - home.length - shares.length
  return [...people.slice(0, room), ...shares, ...home]
}
