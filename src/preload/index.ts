import { contextBridge, ipcRenderer, webUtils } from 'electron'
import {
  type CommandName,
  commandNames,
  type EventName,
  eventNames,
  ipcChannels,
} from '../shared/contract/ipc-names.ts'
import type { Envelope } from '../shared/contract/ipc-schemas.ts'
import type { PickedItem } from '../shared/contract/view.ts'

type Listener = (payload: unknown) => void

/** Paths come from File objects that the system made, never from the page: this one is not callable by name. */
const callable = new Set<string>(commandNames.filter((name) => name !== 'pick.dropped'))
const known = new Set<string>(eventNames)
const listeners = new Map<string, Set<Listener>>()
/** What happened before the page listened: a link or a drop may be the reason why the app starts. */
const waiting = new Map<string, unknown[]>()
const waitingLimit = 50

ipcRenderer.on(ipcChannels.event, (_event, message: { readonly name: string; readonly payload: unknown }) => {
  const group = listeners.get(message.name)
  if (group && group.size > 0) {
    for (const listener of group) listener(message.payload)
    return
  }
  const queue = waiting.get(message.name) ?? []
  queue.push(message.payload)
  waiting.set(message.name, queue.slice(-waitingLimit))
})

const refused: Envelope<never> = { ok: false, error: { code: 'UNSUPPORTED' } }

/** Empty for a File that the page made itself, and for what is no File at all. */
function pathOf(file: File): string {
  try {
    return webUtils.getPathForFile(file)
  } catch {
    return ''
  }
}

contextBridge.exposeInMainWorld('tern', {
  platform: process.platform,

  call(name: CommandName, input: unknown): Promise<Envelope<unknown>> {
    if (!callable.has(name)) return Promise.resolve(refused)
    return ipcRenderer.invoke(ipcChannels.call, { name, input })
  },

  on(event: EventName, listener: Listener): () => void {
    if (!known.has(event) || typeof listener !== 'function') return () => {}
    const group = listeners.get(event) ?? new Set()
    listeners.set(event, group.add(listener))
    for (const payload of waiting.get(event) ?? []) listener(payload)
    waiting.delete(event)
    return () => group.delete(listener)
  },

  pickDropped(files: readonly File[]): Promise<Envelope<readonly PickedItem[]>> {
    const paths = Array.from(files, pathOf).filter((path) => path !== '')
    if (paths.length === 0) return Promise.resolve({ ok: true, value: [] })
    return ipcRenderer.invoke(ipcChannels.call, { name: 'pick.dropped', input: { paths } })
  },
})
