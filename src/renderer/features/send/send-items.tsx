import { useState } from 'react'
import type { PickedItem } from '../../../shared/contract/view.ts'
import { TernError } from '../../../shared/domain/errors.ts'
import { formatBytes } from '../../../shared/domain/units/units.ts'
import { say } from '../../../shared/words/index.ts'
import { sentenceOf } from '../../app/perform.ts'
import { useUi } from '../../stores/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Icon } from '../../ui/icons/icon.tsx'
import { type OpenMenu, PointMenu } from '../../ui/menu.tsx'
import { iconOfEntry } from '../incoming/entry-words.ts'
import { pickAndSend } from './pick-and-send.ts'
import type { Measured } from './use-measured.ts'

const shownItems = 6

interface SendItemsProps {
  readonly items: readonly PickedItem[]
  readonly measured: Measured
}

/** What is to be sent, with sizes; more can be added, each taken back. */
export function SendItems({ items, measured }: SendItemsProps) {
  const [menu, setMenu] = useState<OpenMenu>()
  if (items.length === 0) return <NothingYet />
  return (
    <div className="send-items">
      <ul className="send-item-list">
        {items.slice(0, shownItems).map((item) => (
          <SendItem key={item.token} item={item} measured={measured} />
        ))}
        {items.length > shownItems && (
          <li className="send-item-more">{say('send.moreItems', { count: items.length - shownItems })}</li>
        )}
      </ul>
      {measured.problem !== undefined && <p role="alert">{measured.problem}</p>}
      <Button
        variant="quiet"
        onPress={(event) => {
          const box = event.target.getBoundingClientRect()
          setMenu({
            x: box.left,
            y: box.bottom,
            label: say('send.add'),
            entries: [
              { id: 'files', label: say('send.addFiles'), run: () => void pickAndSend('files') },
              { id: 'folders', label: say('send.addFolders'), run: () => void pickAndSend('folders') },
            ],
          })
        }}
      >
        {say('send.add')}
      </Button>
      <PointMenu menu={menu} onClose={() => setMenu(undefined)} />
    </div>
  )
}

/** The system's dialog chooses either files or folders. */
function NothingYet() {
  return (
    <div className="send-items send-nothing">
      <p>{say('send.nothingYet')}</p>
      <Button autoFocus onPress={() => void pickAndSend('files')}>
        {say('send.addFiles')}
      </Button>
      <Button onPress={() => void pickAndSend('folders')}>{say('send.addFolders')}</Button>
    </div>
  )
}

function SendItem({ item, measured }: { readonly item: PickedItem; readonly measured: Measured }) {
  const size = measured.byToken.get(item.token)
  const remove = () =>
    useUi.setState(({ send }) => ({
      send: send && { ...send, items: send.items.filter((each) => each.token !== item.token) },
    }))
  return (
    <li className="send-item" title={item.displayPath}>
      <Icon name={iconOfEntry(item)} size={14} />
      <span className="ellipsis">{item.name}</span>
      <span className="send-item-size">
        {size?.error !== undefined && sentenceOf(TernError.fromEnvelope(size.error))}
        {size !== undefined && size.error === undefined && formatBytes(size.bytes)}
      </span>
      <button
        type="button"
        className="send-item-remove"
        aria-label={say('send.remove', { name: item.name })}
        onClick={remove}
      >
        <Icon name="close" size={10} />
      </button>
    </li>
  )
}
