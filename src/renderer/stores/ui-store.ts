import { create } from 'zustand'
import type { SendTarget } from '../../shared/contract/ipc-schemas.ts'
import type { PickedItem, TransferKey } from '../../shared/contract/view.ts'
import type { RowFilter } from './filter-counts.ts'

export type Place = 'transfers' | 'incoming' | 'preferences'
export type TransferFilter = 'all' | RowFilter
export type DetailsTab = 'tasks' | 'log' | 'settings' | 'json'

export interface SendDraft {
  readonly items: readonly PickedItem[]
  /** Dropped on a name: already chosen. */
  readonly target?: SendTarget
}

export interface Toast {
  readonly id: number
  readonly text: string
  readonly detail?: string
  readonly action?: { readonly label: string; readonly run: () => void }
}

interface UiState {
  readonly place: Place
  readonly filter: TransferFilter
  readonly search: string
  readonly detailsKey: TransferKey | undefined
  readonly detailsTab: DetailsTab
  readonly incomingKey: TransferKey | undefined
  readonly send: SendDraft | undefined
  readonly abortAsked: readonly TransferKey[]
  /** An invitation to confirm beside a running app: a link, or "Join another workspace". */
  readonly joining: { readonly invitation: string } | undefined
  readonly hosting: boolean
  readonly signingIn: string | undefined
  readonly inviting: string | undefined
  /** Made when a workspace was hosted: shown once, to be copied. */
  readonly hostedInvitation: string | undefined
  readonly toasts: readonly Toast[]
}

const atFirst: UiState = {
  place: 'transfers',
  filter: 'all',
  search: '',
  detailsKey: undefined,
  detailsTab: 'tasks',
  incomingKey: undefined,
  send: undefined,
  abortAsked: [],
  joining: undefined,
  hosting: false,
  signingIn: undefined,
  inviting: undefined,
  hostedInvitation: undefined,
  toasts: [],
}

/** What is on screen and nowhere else. */
export const useUi = create<UiState>()(() => atFirst)

/** Toasts stay: they may say why. */
export function resetUi(): void {
  useUi.setState(({ toasts, joining }) => ({ ...atFirst, toasts, joining }))
}

export function goTo(place: Place): void {
  useUi.setState({ place })
}

export function openIncoming(key?: TransferKey): void {
  useUi.setState({ place: 'incoming', ...(key !== undefined && { incomingKey: key }) })
}

export function openDetails(key: TransferKey, tab?: DetailsTab): void {
  useUi.setState({ detailsKey: key, ...(tab !== undefined && { detailsTab: tab }) })
}

export function closeDetails(): void {
  useUi.setState({ detailsKey: undefined })
}

/** Opens the sheet, or adds to the one that is open. */
export function openSend(items: readonly PickedItem[], target?: SendTarget): void {
  useUi.setState(({ send }) => ({
    send: {
      items: [...(send?.items ?? []), ...items],
      ...((target ?? send?.target) && { target: target ?? send?.target }),
    } as SendDraft,
  }))
}

let lastToastId = 0

/** 8 s or until read; never for what a row already says. */
export function showToast(toast: Omit<Toast, 'id'>): void {
  lastToastId += 1
  const id = lastToastId
  useUi.setState(({ toasts }) => ({ toasts: [...toasts.slice(-2), { ...toast, id }] }))
}

export function dismissToast(id: number): void {
  useUi.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }))
}
