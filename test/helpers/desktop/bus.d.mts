import type { MessageBus } from '@particle/dbus-next'

export declare function connectBus(address: string): Promise<MessageBus>
export declare function nameAppears(bus: MessageBus, name: string): Promise<void>
