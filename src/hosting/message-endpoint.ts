import type { MessageEndpoint } from '../platform/message-rpc.ts'

export interface ParentEndpoint extends MessageEndpoint {
  /** Calls once the parent is gone. */
  onLost(lost: () => void): void
}

interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void
  on(event: 'close', listener: () => void): void
  off(event: 'message', listener: (event: { readonly data: unknown }) => void): void
}

/**
 * The way to whoever forked this process: the parent port of an Electron utility process, or the channel of a plain Node
 * child. Both carry structured values; messages that come before somebody listens wait.
 */
export function parentEndpoint(): ParentEndpoint {
  const { parentPort } = process as unknown as { readonly parentPort?: ParentPort }
  if (parentPort) return ofPort(parentPort)
  if (process.send) return ofChannel()
  throw new Error('This program is started by another one and talks to it alone.')
}

function ofPort(port: ParentPort): ParentEndpoint {
  return {
    post: (message) => port.postMessage(message),
    listen(onMessage) {
      const listener = (event: { readonly data: unknown }) => onMessage(event.data)
      port.on('message', listener)
      return () => port.off('message', listener)
    },
    onLost: (lost) => port.on('close', lost),
  }
}

function ofChannel(): ParentEndpoint {
  return {
    post: (message) => {
      if (process.connected) process.send?.(message)
    },
    listen(onMessage) {
      process.on('message', onMessage)
      return () => process.off('message', onMessage)
    },
    onLost: (lost) => process.once('disconnect', lost),
  }
}
