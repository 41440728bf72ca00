import type { KeyboardEvent, ReactNode } from 'react'
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { isModKey } from './keys.ts'

interface SheetProps {
  readonly label: string
  readonly children: ReactNode
  readonly onClose: () => void
  /** Mod+Enter. */
  readonly onConfirm?: () => void
}

/** Hangs from the toolbar; Esc closes, Mod+Enter does what the primary button does. */
export function Sheet({ label, children, onClose, onConfirm }: SheetProps) {
  return (
    <ModalOverlay className="scrim" isOpen onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Modal className="sheet">
        <AriaDialog className="sheet-dialog" aria-label={label}>
          <ConfirmKeys onConfirm={onConfirm}>{children}</ConfirmKeys>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}

interface QuestionProps {
  readonly title: string
  readonly children?: ReactNode
  /** The buttons, the primary one last; a form inside brings its own. */
  readonly buttons?: ReactNode
  /** The content shows the title itself. */
  readonly isTitleHidden?: boolean
  readonly onClose: () => void
  readonly onConfirm?: () => void
}

/** A small sheet with a title, a sentence or a field, and buttons. */
export function Question({ title, children, buttons, isTitleHidden = false, onClose, onConfirm }: QuestionProps) {
  return (
    <ModalOverlay className="scrim" isOpen onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Modal className="question">
        <AriaDialog className="question-dialog">
          <ConfirmKeys onConfirm={onConfirm}>
            <Heading slot="title" className={isTitleHidden ? 'visually-hidden' : 'question-title'}>
              {title}
            </Heading>
            {children}
            {buttons !== undefined && <div className="question-buttons">{buttons}</div>}
          </ConfirmKeys>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}

function ConfirmKeys({
  onConfirm,
  children,
}: {
  readonly onConfirm: (() => void) | undefined
  readonly children: ReactNode
}) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !isModKey(event) || onConfirm === undefined) return
    event.preventDefault()
    event.stopPropagation()
    onConfirm()
  }
  return (
    <div className="sheet-content" onKeyDownCapture={onKeyDown}>
      {children}
    </div>
  )
}
