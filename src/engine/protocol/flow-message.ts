import type { FlowShares } from '../../shared/domain/bottleneck.ts'
import type { WireReader, WireWriter } from './wire.ts'

/**
 * What a side spent its time on in the last second, from either to the other, about once a second. A reader that does
 * not know it passes over it.
 */
export interface Flow {
  readonly type: 'flow'
  readonly shares: FlowShares
  /** The lowest limit that holds on that side. */
  readonly limitBytesPerSecond?: number
}

const whole = 255

export function writeFlow(out: WireWriter, { shares, limitBytesPerSecond = 0 }: Flow): WireWriter {
  for (const share of [shares.cpu, shares.disk, shares.limit, shares.line]) out.u8(Math.round(share * whole))
  return out.u64(Math.round(limitBytesPerSecond))
}

export function readFlow(from: WireReader): Flow {
  const [cpu, disk, limit, line] = [from.u8(), from.u8(), from.u8(), from.u8()].map((share) => share / whole) as [
    number,
    number,
    number,
    number,
  ]
  const limitBytesPerSecond = from.u64()
  return { type: 'flow', shares: { cpu, disk, limit, line }, ...(limitBytesPerSecond > 0 && { limitBytesPerSecond }) }
}
