import type { BrowserWindow, IpcMainInvokeEvent } from 'electron'
import { describe, expect, it } from 'vitest'
import { isTrustedSender } from '../../../src/main/ipc/sender.ts'
import { isTrustedPage } from '../../../src/main/security/trusted-page.ts'

const isOwnPage = (url: string) => isTrustedPage(url, undefined)

function situation(url: string) {
  const mainFrame = { url }
  const webContents = { mainFrame, isDestroyed: () => false }
  const window = { webContents, isDestroyed: () => false } as unknown as BrowserWindow
  const event = { sender: webContents, senderFrame: mainFrame } as unknown as IpcMainInvokeEvent
  return { window, event }
}

describe('sender of a message', () => {
  it('is trusted when it is the main frame of our window on our page', () => {
    const { window, event } = situation('app://tern/index.html')
    expect(isTrustedSender(event, window, isOwnPage)).toBe(true)
  })

  it.each([
    'https://example.com/',
    'app://other/index.html',
    'file:///index.html',
    'about:blank',
    '',
    'data:text/html,x',
  ])('is a stranger on %j', (url) => {
    const { window, event } = situation(url)
    expect(isTrustedSender(event, window, isOwnPage)).toBe(false)
  })

  it('is a stranger in a frame inside, in another window, or once the window is gone', () => {
    const { window, event } = situation('app://tern/index.html')
    const inside = { ...event, senderFrame: { url: 'app://tern/index.html' } } as IpcMainInvokeEvent
    expect(isTrustedSender(inside, window, isOwnPage)).toBe(false)
    expect(isTrustedSender({ ...event, senderFrame: null }, window, isOwnPage)).toBe(false)
    expect(isTrustedSender(event, situation('app://tern/index.html').window, isOwnPage)).toBe(false)
    expect(isTrustedSender(event, undefined, isOwnPage)).toBe(false)
    const gone = { ...window, isDestroyed: () => true } as BrowserWindow
    expect(isTrustedSender(event, gone, isOwnPage)).toBe(false)
  })
})
