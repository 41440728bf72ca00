import { useEffect, useState } from 'react'
import { say } from '../../shared/words/index.ts'
import { dismissToast, type Toast, useUi } from '../stores/ui-store.ts'
import { Button, IconButton } from '../ui/button.tsx'

const shownMs = 8000

/** Lower right, above the status line; each stays 8 s, longer while the pointer or focus rests on it. */
export function Toasts() {
  const toasts = useUi((state) => state.toasts)
  return (
    <div className="toasts" role="status">
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </div>
  )
}

function ToastCard({ toast }: { readonly toast: Toast }) {
  const [isHeld, setIsHeld] = useState(false)
  useEffect(() => {
    if (isHeld) return
    const timer = setTimeout(() => dismissToast(toast.id), shownMs)
    return () => clearTimeout(timer)
  }, [isHeld, toast.id])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: resting on it only keeps it in sight
    <div
      className="toast"
      onPointerEnter={() => setIsHeld(true)}
      onPointerLeave={() => setIsHeld(false)}
      onFocus={() => setIsHeld(true)}
      onBlur={() => setIsHeld(false)}
    >
      <div className="toast-words selectable">
        <p>{toast.text}</p>
        {toast.detail !== undefined && <p className="toast-detail">{toast.detail}</p>}
      </div>
      {toast.action !== undefined && (
        <Button
          size="row"
          onPress={() => {
            toast.action?.run()
            dismissToast(toast.id)
          }}
        >
          {toast.action.label}
        </Button>
      )}
      <IconButton icon="close" label={say('app.close')} onPress={() => dismissToast(toast.id)} />
    </div>
  )
}
