import { createHash } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import dbus, { type ClientInterface, type MessageBus, type Variant } from '@particle/dbus-next'
import { connectBus } from './bus.mjs'

const { Interface, ACCESS_READ } = dbus.interface
const itemInterface = 'org.kde.StatusNotifierItem'
const menuInterface = 'com.canonical.dbusmenu'

class Watcher extends Interface {
  readonly items: string[] = []
  readonly registered = new EventEmitter<{ registered: [string] }>()

  RegisterStatusNotifierItem(service: string): void {
    this.items.push(service)
    this.StatusNotifierItemRegistered(service)
    this.registered.emit('registered', service)
  }

  RegisterStatusNotifierHost(_service: string): void {}

  get RegisteredStatusNotifierItems(): string[] {
    return this.items
  }

  get IsStatusNotifierHostRegistered(): boolean {
    return true
  }

  get ProtocolVersion(): number {
    return 0
  }

  StatusNotifierItemRegistered(service: string): string {
    return service
  }

  StatusNotifierItemUnregistered(service: string): string {
    return service
  }

  StatusNotifierHostRegistered(): void {}
}

Watcher.configureMembers({
  methods: {
    RegisterStatusNotifierItem: { inSignature: 's', outSignature: '' },
    RegisterStatusNotifierHost: { inSignature: 's', outSignature: '' },
  },
  properties: {
    RegisteredStatusNotifierItems: { signature: 'as', access: ACCESS_READ },
    IsStatusNotifierHostRegistered: { signature: 'b', access: ACCESS_READ },
    ProtocolVersion: { signature: 'i', access: ACCESS_READ },
  },
  signals: {
    StatusNotifierItemRegistered: { signature: 's' },
    StatusNotifierItemUnregistered: { signature: 's' },
    StatusNotifierHostRegistered: { signature: '' },
  },
})

/** One entry of a tray's menu, with its submenu. */
export type TrayMenuEntry = {
  readonly id: number
  /** Without the underscores that mark access keys. */
  readonly label: string
  readonly enabled: boolean
  readonly separator: boolean
  readonly children: readonly TrayMenuEntry[]
}

/** A program's icon in the tray, as the desktop sees it. */
export type TrayItem = {
  readonly tooltip: () => Promise<string>
  /** A digest of the icon's pixels: two states that look different have different ones. */
  readonly icon: () => Promise<string>
  /** A left click. */
  readonly activate: () => Promise<void>
  readonly menu: () => Promise<readonly TrayMenuEntry[]>
  /** Chooses the entry with this label, wherever it stands in the menu. Fails when there is none or it is disabled. */
  readonly choose: (label: string) => Promise<void>
  /** Waits until the menu satisfies `wanted`: looks now, and again whenever the program says that it changed. */
  readonly menuWhere: (
    wanted: (menu: readonly TrayMenuEntry[]) => boolean,
    signal?: AbortSignal,
  ) => Promise<readonly TrayMenuEntry[]>
  /** Waits until the icon differs from `before`. */
  readonly iconOtherThan: (before: string, signal?: AbortSignal) => Promise<string>
}

// Programs rarely describe their own objects, so the descriptions are given here.
const propertiesDescription = `<interface name="org.freedesktop.DBus.Properties"><method name="Get">
  <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="v" direction="out"/></method></interface>`
const itemDescription = `<node>${propertiesDescription}<interface name="${itemInterface}">
  <method name="Activate"><arg type="i" direction="in"/><arg type="i" direction="in"/></method>
  <signal name="NewIcon"/><signal name="NewToolTip"/>
  <signal name="NewStatus"><arg type="s"/></signal>
</interface></node>`
const menuDescription = `<node>${propertiesDescription}<interface name="${menuInterface}">
  <method name="GetLayout"><arg type="i" direction="in"/><arg type="i" direction="in"/><arg type="as" direction="in"/>
    <arg type="u" direction="out"/><arg type="(ia{sv}av)" direction="out"/></method>
  <method name="Event"><arg type="i" direction="in"/><arg type="s" direction="in"/><arg type="v" direction="in"/>
    <arg type="u" direction="in"/></method>
  <signal name="LayoutUpdated"><arg type="u"/><arg type="i"/></signal>
  <signal name="ItemsPropertiesUpdated"><arg type="a(ia{sv})"/><arg type="a(ias)"/></signal>
</interface></node>`

/** Calls a method of a remote object; the library cannot know its types. */
const call = async <T>(proxy: ClientInterface, method: string, ...args: unknown[]): Promise<T> => {
  const found = proxy[method]
  if (found === undefined) throw new Error(`The object has no ${method}.`)
  return found.apply(proxy, args) as Promise<T>
}

type RawEntry = [number, Record<string, Variant>, Variant<RawEntry>[]]

const entryOf = ([id, properties, children]: RawEntry): TrayMenuEntry => ({
  id,
  label: String(properties.label?.value ?? '').replaceAll(/_(.)/g, '$1'),
  enabled: properties.enabled?.value !== false,
  separator: properties.type?.value === 'separator',
  children: children.filter(({ value }) => value[1].visible?.value !== false).map(({ value }) => entryOf(value)),
})

const flat = (entries: readonly TrayMenuEntry[]): TrayMenuEntry[] =>
  entries.flatMap((entry) => [entry, ...flat(entry.children)])

const untilChange = async <T>(
  changes: EventEmitter,
  look: () => Promise<T>,
  wanted: (found: T) => boolean,
  signal: AbortSignal | undefined,
): Promise<T> => {
  for (;;) {
    // Listens before it looks, so that no change falls in between.
    const changed = once(changes, 'changed', signal === undefined ? {} : { signal })
    changed.catch(() => {})
    const found = await look()
    if (wanted(found)) return found
    await changed
  }
}

const openItem = async (bus: MessageBus, service: string): Promise<TrayItem> => {
  const [name, path] = service.startsWith('/') ? [service, service] : [service, '/StatusNotifierItem']
  const object = await bus.getProxyObject(name, path, itemDescription)
  const item = object.getInterface(itemInterface)
  const properties = object.getInterface('org.freedesktop.DBus.Properties')
  const read = async (property: string): Promise<unknown> =>
    (await call<Variant>(properties, 'Get', itemInterface, property)).value

  const changes = new EventEmitter()
  const changed = (): void => {
    changes.emit('changed')
  }
  for (const signalName of ['NewIcon', 'NewToolTip', 'NewStatus']) item.on(signalName, changed)
  let cachedMenu: ClientInterface | undefined
  const menuProxy = async (): Promise<ClientInterface> => {
    if (cachedMenu !== undefined) return cachedMenu
    const menuObject = await bus.getProxyObject(name, String(await read('Menu')), menuDescription)
    cachedMenu = menuObject.getInterface(menuInterface)
    cachedMenu.on('LayoutUpdated', changed)
    cachedMenu.on('ItemsPropertiesUpdated', changed)
    return cachedMenu
  }

  const menu = async (): Promise<readonly TrayMenuEntry[]> => {
    const proxy = await menuProxy()
    const [, root] = await call<[number, RawEntry]>(proxy, 'GetLayout', 0, -1, [])
    return entryOf(root).children
  }
  const icon = async (): Promise<string> => {
    const digest = createHash('sha256')
    // A program offers its icon as pixels, or as a name or file on desktops that want that.
    const pixmaps = await read('IconPixmap').catch(() => [])
    for (const [width, height, pixels] of pixmaps as [number, number, Buffer][]) {
      digest.update(`${width}x${height}`).update(pixels)
    }
    digest.update(String(await read('IconName').catch(() => '')))
    return digest.digest('hex').slice(0, 16)
  }
  return {
    tooltip: async () => String(((await read('ToolTip')) as [string, unknown, string, string])[2]),
    icon,
    activate: async () => {
      await call(item, 'Activate', 0, 0)
    },
    menu,
    choose: async (label) => {
      const entries = flat(await menu())
      const entry = entries.find((candidate) => candidate.label === label && !candidate.separator)
      if (entry === undefined) throw new Error(`No "${label}" in ${entries.map((e) => e.label).join(' | ')}`)
      if (!entry.enabled) throw new Error(`"${label}" is disabled.`)
      await call(await menuProxy(), 'Event', entry.id, 'clicked', new dbus.Variant('i', 0), 0)
    },
    menuWhere: (wanted, signal) => untilChange(changes, menu, wanted, signal),
    iconOtherThan: (before, signal) => untilChange(changes, icon, (found) => found !== before, signal),
  }
}

/** The desktop's tray, played by a test. */
export type TrayHost = AsyncDisposable & {
  /** The `count`-th icon (from 0), waited for when it is not there yet. */
  readonly item: (count?: number, signal?: AbortSignal) => Promise<TrayItem>
}

/** Takes the place of the tray on the bus at `address`. Open it before the app starts: programs look for it once. */
export const openTrayHost = async (address: string): Promise<TrayHost> => {
  const bus = await connectBus(address)
  const watcher = new Watcher('org.kde.StatusNotifierWatcher')
  bus.export('/StatusNotifierWatcher', watcher)
  await bus.requestName('org.kde.StatusNotifierWatcher', 0)
  return {
    item: async (count = 0, signal) => {
      while (watcher.items.length <= count) {
        await once(watcher.registered, 'registered', signal === undefined ? {} : { signal })
      }
      return openItem(bus, watcher.items[count] ?? '')
    },
    [Symbol.asyncDispose]: async () => bus.disconnect(),
  }
}
