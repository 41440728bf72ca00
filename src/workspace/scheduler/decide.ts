/** Who goes first: the queue's priority, then the job's, then who is longer in line; the rest makes it one order. */
export interface Rank {
  readonly queuePriority: number
  readonly priority: number
  readonly queuedAtMs: number
  readonly jobId: string
  readonly part: number
}

/** The part of a job that is next in line between its two ends. */
export interface Contender extends Rank {
  readonly sender: string
  readonly receiver: string
  /** How many may run between the two for it to start; absent: as for all. */
  readonly maxPerPair?: number
  /** What has just broken off or failed waits for its turn, so that it cannot stop others again and again. */
  readonly mayInterrupt: boolean
}

/** Setting `queue_interrupt_policy` of the queue that a running job is in: who may interrupt it. */
export type InterruptPolicy = 'order' | 'priority' | 'never'

export interface Run extends Rank {
  readonly dispatchId: string
  readonly sender: string
  readonly receiver: string
  readonly policy: InterruptPolicy
}

export interface Limits {
  readonly maxPerPair: number
  readonly maxPerEnd: number
}

/** One run on a line, because its jobs would only take it from each other. */
export const defaultLimits: Limits = { maxPerPair: 1, maxPerEnd: 16 }

export interface Decision<Waiting, Running> {
  readonly interrupt: readonly Running[]
  readonly start: readonly Waiting[]
}

/** Below zero: `left` goes first. */
export function compareRanks(left: Rank, right: Rank): number {
  return (
    right.queuePriority - left.queuePriority ||
    right.priority - left.priority ||
    left.queuedAtMs - right.queuedAtMs ||
    compareTexts(left.jobId, right.jobId) ||
    left.part - right.part
  )
}

/**
 * Which of those that could start do so now, and what is interrupted for them. Each line between two ends carries one run
 * by default, because nobody knows how wide it is; an end takes only so many. Nothing is interrupted unless that is all
 * that its successor needs, and only by who goes before it: so it ends, and never turns in a circle.
 */
export function decide<Waiting extends Contender, Running extends Run>(
  contenders: readonly Waiting[],
  running: readonly Running[],
  limits: Limits,
): Decision<Waiting, Running> {
  const start: Waiting[] = []
  const interrupt: Running[] = []
  let going: readonly Running[] = running
  const inOrder = contenders.filter(({ sender, receiver }) => sender !== receiver).sort(compareRanks)
  for (let index = 0; index < inOrder.length; ) {
    const contender = inOrder[index] as Waiting
    const victims = victimsFor(contender, start, going, limits)
    if (victims === undefined) {
      index += 1
      continue
    }
    start.push(contender)
    inOrder.splice(index, 1)
    if (victims.length === 0) continue
    interrupt.push(...victims)
    going = going.filter((run) => !victims.includes(run))
    // What made room at two ends for one may have made it at one of them for somebody who was passed over.
    index = 0
  }
  return { interrupt, start }
}

interface Line {
  readonly sender: string
  readonly receiver: string
}

/** What has to make room, the lowest first; undefined when there is not enough that may be interrupted. */
function victimsFor<Running extends Run>(
  contender: Contender,
  started: readonly Contender[],
  going: readonly Running[],
  { maxPerPair, maxPerEnd }: Limits,
): readonly Running[] | undefined {
  const { sender, receiver } = contender
  const victims: Running[] = []
  const makeRoom = (limit: number, isInTheWay: (line: Line) => boolean): boolean => {
    const rest = going.filter((run) => isInTheWay(run) && !victims.includes(run))
    const tooMany = rest.length + started.filter(isInTheWay).length - limit + 1
    if (tooMany <= 0) return true
    const weaker = rest.filter((run) => mayInterrupt(contender, run)).sort((a, b) => compareRanks(b, a))
    if (weaker.length < tooMany) return false
    victims.push(...weaker.slice(0, tooMany))
    return true
  }
  const hasRoom =
    makeRoom(contender.maxPerPair ?? maxPerPair, (line) => line.sender === sender && line.receiver === receiver) &&
    makeRoom(maxPerEnd, (line) => line.sender === sender || line.receiver === sender) &&
    makeRoom(maxPerEnd, (line) => line.sender === receiver || line.receiver === receiver)
  return hasRoom ? victims : undefined
}

function mayInterrupt(contender: Contender, run: Run): boolean {
  if (!contender.mayInterrupt || run.policy === 'never') return false
  if (run.policy === 'order') return compareRanks(contender, run) < 0
  return (
    contender.queuePriority > run.queuePriority ||
    (contender.queuePriority === run.queuePriority && contender.priority > run.priority)
  )
}

function compareTexts(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
