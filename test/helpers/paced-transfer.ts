import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { directRoute, type Transfer, type TransferRequest } from '../../src/engine/index.ts'
import { type EnginePair, requestsOf } from './engine-pair.ts'
import { FaultProxy } from './fault-proxy.ts'

/** One of several transfers between two engines, whose bytes on the wire can be counted. */
export interface PacedTransfer extends AsyncDisposable {
  readonly sending: Transfer
  readonly receiving: Transfer
  /** Through all its lanes, both ways. */
  wireBytes(): number
}

export interface PacedOptions {
  /** A folder of its own below the pair's source and target. */
  readonly name: string
  readonly laneCount: number
  readonly request?: Partial<Pick<TransferRequest, 'limitGroup'>>
}

/** Content that no cipher and no disk makes smaller is of no matter here: nobody compresses. */
export function writeFiles(folder: string, count: number, sizeBytes: number): void {
  mkdirSync(folder, { recursive: true })
  const content = Buffer.alloc(sizeBytes, 7)
  for (let number = 0; number < count; number += 1) writeFileSync(join(folder, `${number}.bin`), content)
}

export async function startPaced(
  pair: EnginePair,
  { name, laneCount, request }: PacedOptions,
  onProgress: () => void,
): Promise<PacedTransfer> {
  const { listening } = pair.receiver
  if (!listening) throw new Error('the receiver does not listen')
  const proxy = await FaultProxy.start(listening)
  const shared = { laneCount, ...request }
  const { send, receive } = requestsOf(pair, {
    send: { ...shared, routes: [directRoute(proxy)], items: [{ itemId: '0', root: pair.source, path: name }] },
    receive: {
      ...shared,
      resumeKey: `workspace/${name}`,
      items: [{ itemId: '0', root: pair.target, path: name, placement: 'as' }],
    },
  })
  const receiving = pair.receiver.start(receive, { onProgress })
  const sending = pair.sender.start(send, { onProgress })
  return {
    sending,
    receiving,
    wireBytes: () => proxy.bytes,
    [Symbol.asyncDispose]: async () => {
      sending.stop()
      receiving.stop()
      await Promise.all([sending.outcome, receiving.outcome])
      await proxy[Symbol.asyncDispose]()
    },
  }
}

/** Settles once the condition holds, looked at whenever something says that it moved. */
export class Watch {
  #waiting: { readonly holds: () => boolean; readonly resolve: () => void }[] = []

  readonly look = (): void => {
    this.#waiting = this.#waiting.filter(({ holds, resolve }) => {
      if (holds()) resolve()
      else return true
      return false
    })
  }

  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ holds, resolve })
      this.look()
    })
  }
}
