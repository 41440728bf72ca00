import type { BrowserWindow, IpcMainInvokeEvent } from 'electron'

/**
 * Whether a message came from our window: from its main frame, while that shows our own page. Anything else (a frame
 * inside, a page that went elsewhere, a window that is gone) is a stranger.
 */
export function isTrustedSender(
  event: Pick<IpcMainInvokeEvent, 'sender' | 'senderFrame'>,
  window: BrowserWindow | undefined,
  isOwnPage: (url: string) => boolean,
): boolean {
  if (!window || window.isDestroyed() || event.sender.isDestroyed()) return false
  if (event.sender !== window.webContents) return false
  const frame = event.senderFrame
  return frame !== null && frame === window.webContents.mainFrame && isOwnPage(frame.url)
}
