import type { App, WebContents } from 'electron'

/** Pages stay where they are: no navigation, no redirect, no new window, no webview, no download. */
export function blockNavigation(app: App): void {
  app.on('web-contents-created', (_created, contents) => blockNavigationOf(contents))
}

function blockNavigationOf(contents: WebContents): void {
  // A reload of the page that is there already is the one navigation that stays allowed.
  const isReload = (url: string, isMainFrame: boolean) => isMainFrame && url === contents.getURL()
  contents.on('will-navigate', (event) => {
    if (!isReload(event.url, event.isMainFrame)) event.preventDefault()
  })
  contents.on('will-frame-navigate', (event) => {
    if (!isReload(event.url, event.isMainFrame)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}

/** Nothing is ever downloaded by the browser part of the app. */
export function blockDownloads(session: Electron.Session): void {
  session.on('will-download', (event) => event.preventDefault())
}
