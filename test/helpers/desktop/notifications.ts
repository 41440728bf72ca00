import { EventEmitter, once } from 'node:events'
import dbus from '@particle/dbus-next'
import { connectBus } from './bus.mjs'

/** A notification as a program asked for it. */
export type ShownNotification = {
  readonly id: number
  readonly app: string
  readonly title: string
  readonly body: string
  /** Action keys and their labels, in order; the key `default` is a click on the notification itself. */
  readonly actions: readonly { readonly key: string; readonly label: string }[]
}

const { Interface } = dbus.interface

class NotificationService extends Interface {
  readonly shown = new EventEmitter<{ shown: [ShownNotification] }>()
  #lastId = 0

  GetCapabilities(): string[] {
    return ['actions', 'body', 'body-markup', 'persistence']
  }

  GetServerInformation(): string[] {
    return ['tern-test', 'Tern', '1', '1.2']
  }

  Notify(app: string, replaces: number, _icon: string, title: string, body: string, actionList: string[]): number {
    const id = replaces === 0 ? ++this.#lastId : replaces
    const actions = []
    for (let at = 0; at + 1 < actionList.length; at += 2) {
      actions.push({ key: actionList[at] ?? '', label: actionList[at + 1] ?? '' })
    }
    this.shown.emit('shown', { id, app, title, body, actions })
    return id
  }

  CloseNotification(id: number): void {
    this.NotificationClosed(id, 3)
  }

  NotificationClosed(id: number, reason: number): [number, number] {
    return [id, reason]
  }

  ActionInvoked(id: number, key: string): [number, string] {
    return [id, key]
  }
}

NotificationService.configureMembers({
  methods: {
    GetCapabilities: { inSignature: '', outSignature: 'as' },
    GetServerInformation: { inSignature: '', outSignature: 'ssss' },
    Notify: { inSignature: 'susssasa{sv}i', outSignature: 'u' },
    CloseNotification: { inSignature: 'u', outSignature: '' },
  },
  signals: {
    NotificationClosed: { signature: 'uu' },
    ActionInvoked: { signature: 'us' },
  },
})

/** The desktop's notification service, played by a test: it keeps what was shown and clicks on it. */
export type NotificationHost = AsyncDisposable & {
  /** Everything shown so far, in order. */
  readonly all: readonly ShownNotification[]
  /** The first notification that `wanted` accepts: one already shown, else the next one to come. */
  readonly next: (wanted?: (shown: ShownNotification) => boolean, signal?: AbortSignal) => Promise<ShownNotification>
  /** Clicks the notification itself, or the action with this key. */
  readonly click: (shown: ShownNotification, key?: string) => void
  readonly dismiss: (shown: ShownNotification) => void
}

/** Takes the place of the notification service on the bus at `address` (`desktop.env.DBUS_SESSION_BUS_ADDRESS`). */
export const openNotificationHost = async (address: string): Promise<NotificationHost> => {
  const bus = await connectBus(address)
  const service = new NotificationService('org.freedesktop.Notifications')
  const all: ShownNotification[] = []
  service.shown.on('shown', (shown) => all.push(shown))
  bus.export('/org/freedesktop/Notifications', service)
  await bus.requestName('org.freedesktop.Notifications', 0)

  const next: NotificationHost['next'] = async (wanted = () => true, signal) => {
    let found = all.find(wanted)
    while (found === undefined) {
      await once(service.shown, 'shown', signal === undefined ? {} : { signal })
      found = all.find(wanted)
    }
    return found
  }
  return {
    all,
    next,
    click: ({ id }, key = 'default') => {
      service.ActionInvoked(id, key)
      service.NotificationClosed(id, 2)
    },
    dismiss: ({ id }) => {
      service.NotificationClosed(id, 2)
    },
    [Symbol.asyncDispose]: async () => bus.disconnect(),
  }
}
