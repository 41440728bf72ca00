/** What a transfer would be faster without. `receiver`: the sender has nothing to send until the other side answers. */
export const bottlenecks = [
  'limit',
  'source-disk',
  'sender-cpu',
  'network',
  'receiver-cpu',
  'target-disk',
  'receiver',
] as const

export type Bottleneck = (typeof bottlenecks)[number]

/** What one side spent its time on lately: each a share of that time, 0 to 1. They overlap, since lanes work at once. */
export interface FlowShares {
  /** The engine's thread worked, or would have if the machine had let it. */
  readonly cpu: number
  /** It stood still in calls of the file system, or its lanes waited for the disk. */
  readonly disk: number
  /** Something waited for a speed limit. */
  readonly limit: number
  /** Sender: its lanes waited to be rid of bytes. Receiver: its lanes waited for bytes. */
  readonly line: number
}

/** From where on a share is what holds a transfer up. */
const thresholds = { limit: 0.4, disk: 0.4, cpu: 0.8, line: 0.4, idle: 0.6 } as const
/** What is said already goes on being said until it is clearly over. */
const staying = 0.75
/** Two that weigh so much of each other are alike: then the order decides, so that both sides say the same. */
const alike = 0.9
/** As often in a row another has to be found before it is said. */
const confirmations = 2

/**
 * What holds a transfer up, from what both sides spent their time on; undefined where nothing stands out. A limit comes
 * first, since it makes all else idle; then disks and processors, the one that is further beyond its mark; the network
 * is what is left when the sender cannot get rid of its bytes and neither side knows why.
 * @param receiver undefined: it has not told yet, so only what the sender knows for sure is said; likewise the sender.
 */
export function bottleneckOf(
  sender: FlowShares | undefined,
  receiver: FlowShares | undefined,
  said?: Bottleneck,
): Bottleneck | undefined {
  const isBeyond = (label: Bottleneck, share: number, threshold: number) =>
    share >= (label === said ? threshold * staying : threshold)
  if (isBeyond('limit', Math.max(sender?.limit ?? 0, receiver?.limit ?? 0), thresholds.limit)) return 'limit'
  const machines: readonly Candidate[] = [
    { label: 'source-disk', share: sender?.disk ?? 0, threshold: thresholds.disk },
    { label: 'target-disk', share: receiver?.disk ?? 0, threshold: thresholds.disk },
    { label: 'sender-cpu', share: sender?.cpu ?? 0, threshold: thresholds.cpu },
    { label: 'receiver-cpu', share: receiver?.cpu ?? 0, threshold: thresholds.cpu },
  ]
  const beyond = machines.filter(({ label, share, threshold }) => isBeyond(label, share, threshold))
  const most = Math.max(...beyond.map(weightOf))
  const heaviest = beyond.find((candidate) => weightOf(candidate) >= most * alike)
  if (heaviest) return heaviest.label
  if (!sender || !receiver) return undefined
  if (isBeyond('network', sender.line, thresholds.line)) return 'network'
  const idle = 1 - Math.min(1, sender.line + sender.limit + sender.disk + sender.cpu)
  return isBeyond('receiver', idle, thresholds.idle) ? 'receiver' : undefined
}

interface Candidate {
  readonly label: Bottleneck
  readonly share: number
  readonly threshold: number
}

function weightOf({ share, threshold }: Candidate): number {
  return share / threshold
}

/** What is said of a transfer, and what has been found since that differs. */
export interface SaidBottleneck {
  readonly said?: Bottleneck
  readonly found?: Bottleneck
  readonly times: number
}

export const nothingSaid: SaidBottleneck = { times: 0 }

/** Says something else only once it was found again and again, so that a label can be read. */
export function sayBottleneck(before: SaidBottleneck, found: Bottleneck | undefined): SaidBottleneck {
  const kept = before.said === undefined ? {} : { said: before.said }
  if (found === before.said) return { ...kept, times: 0 }
  const times = found === before.found && before.times > 0 ? before.times + 1 : 1
  if (times >= confirmations) return found === undefined ? nothingSaid : { said: found, times: 0 }
  return { ...kept, ...(found !== undefined && { found }), times }
}
