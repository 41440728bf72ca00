import { useState } from 'react'
import type { PickedItem, TransferKey } from '../../../shared/contract/view.ts'
import { formatBytes } from '../../../shared/domain/units/units.ts'
import { say } from '../../../shared/words/index.ts'
import { copyText, perform, sentenceOf } from '../../app/perform.ts'
import { call } from '../../bridge/bridge.ts'
import { useView } from '../../stores/app-store.ts'
import { selectOne } from '../../stores/selection.ts'
import { goTo, type SendDraft, showToast, useUi } from '../../stores/ui-store.ts'
import { Button } from '../../ui/button.tsx'
import { Sheet } from '../../ui/dialog.tsx'
import { Switch } from '../../ui/fields.tsx'
import { Icon } from '../../ui/icons/icon.tsx'
import { JsonEditor } from '../../ui/json-editor.tsx'
import { hasSettingMistake } from '../settings/setting-words.ts'
import { setSelection } from '../transfers/selection-store.ts'
import { RecipientField } from './recipient-field.tsx'
import { checkJson, emptyForm, joinSpecifications, requestFor, type SendForm } from './send-form.ts'
import { SendItems } from './send-items.tsx'
import { SendOptions } from './send-options.tsx'
import { type Recipient, recipientOf } from './targets.ts'
import { useMeasured } from './use-measured.ts'

const close = () => useUi.setState({ send: undefined })

/** To whom or where, how, and off it goes; the row is in the table when the sheet has closed. */
export function SendSheet({ draft }: { readonly draft: SendDraft }) {
  const view = useView()
  const [recipients, setRecipients] = useState<readonly Recipient[]>(() =>
    draft.target === undefined ? [] : [recipientOf(view, draft.target)],
  )
  const [form, setForm] = useState<SendForm>(emptyForm)
  const [json, setJson] = useState<string>()
  const [isSending, setIsSending] = useState(false)
  const [problem, setProblem] = useState<string>()
  const measured = useMeasured(draft.items)
  const check = json === undefined ? undefined : checkJson(json, recipients.length)
  const hasMistake = json === undefined && hasSettingMistake(form.settings)
  const isReady =
    draft.items.length > 0 && recipients.length > 0 && !isSending && check?.isValid !== false && !hasMistake

  const showJson = async (isShown: boolean) => {
    if (!isShown) return setJson(undefined)
    await perform(async () => {
      const texts: string[] = []
      for (const recipient of recipients) {
        texts.push((await call('send.specification', requestFor(form, draft.items, recipient))).json)
      }
      setJson(joinSpecifications(texts))
    })
  }

  const send = async () => {
    if (!isReady) return
    setIsSending(true)
    setProblem(undefined)
    const left = [...recipients]
    try {
      for (const [index, recipient] of recipients.entries()) {
        const specification = check?.specifications[index]
        const answer = await call('send.submit', {
          ...requestFor(form, draft.items, recipient),
          ...(specification !== undefined && { specification }),
        })
        left.shift()
        showSent(answer)
      }
      close()
      goTo('transfers')
    } catch (thrown) {
      // Those that were sent leave the field, so that another try sends nothing twice.
      setRecipients(left)
      if (left.length !== recipients.length) setJson(undefined)
      setProblem(sentenceOf(thrown))
      setIsSending(false)
    }
  }

  return (
    <Sheet label={say('send.title')} onClose={close} onConfirm={() => void send()}>
      <header className="send-head">
        <h2 className="ellipsis">
          {titleOf(draft.items)}
          <span className="send-sum">
            {measured.sum !== undefined &&
              say('send.sum', {
                files: say('send.files', { count: measured.sum.files }),
                size: formatBytes(measured.sum.bytes),
              })}
            {measured.isMeasuring && say('send.measuring')}
          </span>
        </h2>
        <SendItems items={draft.items} measured={measured} />
      </header>
      {json === undefined ? (
        <div className="send-columns">
          <RecipientField hasItems={draft.items.length > 0} recipients={recipients} onChange={setRecipients} />
          <SendOptions form={form} onChange={setForm} recipients={recipients} items={draft.items} />
        </div>
      ) : (
        <JsonEditor label={say('send.jsonLabel')} text={json} onChange={setJson} />
      )}
      <footer className="send-foot">
        <Switch
          isSelected={json !== undefined}
          isDisabled={draft.items.length === 0 || recipients.length === 0 || hasMistake}
          onChange={(isShown) => void showJson(isShown)}
        >
          {say('send.json')}
        </Switch>
        <p className="send-will selectable" role="status">
          {check?.isValid && <Icon name="check" size={13} />}
          {problem ?? check?.sentence ?? (hasMistake ? say('send.settingsWrong') : willText(recipients.length))}
        </p>
        {json !== undefined && (
          <Button size="sheet" onPress={() => void copyText(json)}>
            {say('app.copy')}
          </Button>
        )}
        <Button size="sheet" onPress={close}>
          {say('app.cancel')}
        </Button>
        <Button size="sheet" variant="primary" isDisabled={!isReady} onPress={() => void send()}>
          {isSending ? say('send.sending') : say('send.button')}
        </Button>
      </footer>
    </Sheet>
  )
}

function titleOf(items: readonly PickedItem[]): string {
  const [first] = items
  if (first === undefined) return say('send.titleEmpty')
  return items.length === 1
    ? say('send.titleOne', { name: first.name })
    : say('send.titleMany', { count: items.length })
}

function willText(recipients: number): string {
  return recipients === 0 ? say('send.chooseRecipient') : say('send.willMake', { count: recipients })
}

interface Sent {
  readonly keys: readonly TransferKey[]
  readonly invitations: readonly { readonly email: string; readonly invitation: string }[]
}

/** The new row is selected; an invitation that came of it can be copied. */
function showSent({ keys, invitations }: Sent): void {
  const [key] = keys
  if (key !== undefined) setSelection(selectOne(key))
  for (const { email, invitation } of invitations) {
    showToast({
      text: say('app.toast.invitation', { email }),
      detail: say('app.toast.invitationDetail'),
      action: { label: say('app.inviteCopy'), run: () => void copyText(invitation) },
    })
  }
}
