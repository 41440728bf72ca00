import { join } from 'node:path'
import { TernError } from '../../shared/domain/errors.ts'
import type {
  Engine,
  EngineOptions,
  ReceiveRequest,
  ScanSummary,
  SendItem,
  Transfer,
  TransferEvents,
  TransferRequest,
} from '../api.ts'
import { journalFolder, journalKeys, openJournal } from '../journal/index.ts'
import { NameRecords } from '../storage/names/name-records.ts'
import { Limiter } from '../transport/limiter.ts'
import { Meeting } from '../transport/meeting.ts'
import { Reception } from '../transport/reception.ts'
import { secureContextOf } from '../transport/tls.ts'
import { removeLeftovers } from './receiving/leftovers.ts'
import type { TargetClaims } from './receiving/target-claims.ts'
import { type RunParts, runReceive, runSend } from './run.ts'
import { firstLanes } from './sending/lane-tuner.ts'
import { summarise } from './summary.ts'

const defaultConnectTimeoutMs = 30_000
const defaultStallAfterMs = 60_000

/** Fails with IO_ERROR when the listener's address cannot be had. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const engine = new TransferEngine(options)
  await engine.listen()
  return engine
}

interface RunningTransfer {
  readonly transfer: Transfer
  readonly resumeKey: string | undefined
}

class TransferEngine implements Engine {
  readonly #options: EngineOptions
  readonly #secureContext
  readonly #reception: Reception
  readonly #limiter = new Limiter()
  readonly #groupLimiters = new Map<string, Limiter>()
  readonly #claims = new Set<TargetClaims>()
  readonly #records: NameRecords
  readonly #running = new Map<string, RunningTransfer>()
  #listening: { host: string; port: number } | undefined
  #isClosed = false

  constructor(options: EngineOptions) {
    this.#options = options
    this.#records = new NameRecords(join(options.stateFolder, 'names'))
    this.#secureContext = secureContextOf(options.identity)
    this.#reception = new Reception({
      secureContext: this.#secureContext,
      logger: options.logger,
      stallAfterMs: this.#stallAfterMs,
    })
  }

  get listening(): { readonly host: string; readonly port: number } | undefined {
    return this.#listening
  }

  async listen(): Promise<void> {
    if (this.#options.listen) this.#listening = await this.#reception.listen(this.#options.listen)
  }

  start(request: TransferRequest, events: TransferEvents = {}): Transfer {
    if (this.#isClosed) throw new TernError('INTERNAL', { what: 'engine is closed' })
    // A second life of a transfer would be a replay: every dispatch has its own id.
    const { transferId } = request
    if (this.#running.has(transferId) || this.#reception.wasHere(transferId))
      throw new TernError('FENCED', { transferId })
    const parts = this.#partsOf(request, events)
    const transfer = request.role === 'send' ? runSend(request, parts) : runReceive(request, parts)
    const resumeKey = request.role === 'receive' ? request.resumeKey : undefined
    this.#running.set(request.transferId, { transfer, resumeKey })
    void transfer.outcome.then(() => this.#running.delete(request.transferId))
    return transfer
  }

  scan(item: Omit<SendItem, 'itemId'>, previewLimit: number, signal: AbortSignal): Promise<ScanSummary> {
    return summarise(item, previewLimit, signal, (name) => this.#records.originalOf(name))
  }

  setLimit(bytesPerSecond: number | undefined): void {
    this.#limiter.setLimit(bytesPerSecond)
  }

  setGroupLimit(group: string, bytesPerSecond: number | undefined): void {
    this.#limiterOf(group).setLimit(bytesPerSecond)
  }

  async forget(resumeKey: string): Promise<void> {
    const running = [...this.#running.values()].filter((one) => one.resumeKey === resumeKey)
    for (const { transfer } of running) transfer.stop()
    await Promise.all(running.map(({ transfer }) => transfer.outcome))
    const journal = await openJournal(this.#options.stateFolder, resumeKey)
    try {
      await removeLeftovers(journal)
      // The word of what is on a drive that is away is all that ever leads to it again.
      if (!journal.hasLeftovers) journal.delete()
    } finally {
      journal.close()
    }
  }

  resumeKeys(): readonly string[] {
    return journalKeys(journalFolder(this.#options.stateFolder))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    const transfers = [...this.#running.values()].map(({ transfer }) => transfer)
    for (const transfer of transfers) transfer.stop()
    await Promise.all(transfers.map((transfer) => transfer.outcome))
    await this.#reception.close()
  }

  #limiterOf(group: string): Limiter {
    const known = this.#groupLimiters.get(group) ?? new Limiter(this.#limiter)
    this.#groupLimiters.set(group, known)
    return known
  }

  get #stallAfterMs(): number {
    return this.#options.stallAfterMs ?? defaultStallAfterMs
  }

  #partsOf(request: TransferRequest, events: TransferEvents): RunParts {
    const { logger, stateFolder, connectTimeoutMs } = this.#options
    const { transferId, epoch, ticket, peerKeyHash, routes, acceptsIncoming, laneCount, cipher, limitGroup } = request
    const log = logger.child({ transferId })
    const meeting = new Meeting({
      transferId,
      epoch,
      ticket,
      peerKeyHash,
      routes,
      acceptsIncoming,
      ownRole: request.role,
      laneCount: Math.min(laneCount ?? firstLanes, firstLanes),
      secureContext: cipher ? secureContextOf(this.#options.identity, cipher) : this.#secureContext,
      ...(cipher && { cipher }),
      reception: this.#reception,
      logger: log,
      connectTimeoutMs: connectTimeoutMs ?? defaultConnectTimeoutMs,
      stallAfterMs: this.#stallAfterMs,
    })
    return {
      meeting,
      admitPeer: () => this.#reception.register(meeting),
      events,
      logger: log,
      limiter: new Limiter(limitGroup === undefined ? this.#limiter : this.#limiterOf(limitGroup)),
      records: this.#records,
      claims: this.#claims,
      stallAfterMs: this.#stallAfterMs,
      openJournal: (receive: ReceiveRequest) => openJournal(stateFolder, receive.resumeKey),
    }
  }
}
