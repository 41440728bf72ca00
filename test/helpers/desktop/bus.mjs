// Small helps around the D-Bus library.
import dbus from '@particle/dbus-next'

/** Connects to the bus at `address` and answers once the bus has greeted. Disconnect it with `.disconnect()`. */
export const connectBus = async (address) => {
  const bus = dbus.sessionBus({ busAddress: address })
  await new Promise((resolve, reject) => {
    bus.once('connect', resolve)
    bus.once('error', reject)
  })
  return bus
}

/** Waits until some program owns `name` on the bus. */
export const nameAppears = async (bus, name) => {
  const object = await bus.getProxyObject('org.freedesktop.DBus', '/org/freedesktop/DBus')
  const daemon = object.getInterface('org.freedesktop.DBus')
  const appeared = new Promise((resolve) => {
    daemon.on('NameOwnerChanged', (changed, _before, after) => {
      if (changed === name && after !== '') resolve()
    })
  })
  if (await daemon.NameHasOwner(name)) return
  await appeared
}
