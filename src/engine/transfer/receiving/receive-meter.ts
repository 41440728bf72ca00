import { TernError } from '../../../shared/domain/errors.ts'
import type { TransferPhase } from '../../../shared/domain/job.ts'
import type { TransferProgress } from '../../api.ts'
import type { ProgressReport } from '../../protocol/messages.ts'
import type { ReceivingItem } from './receiving-item.ts'

const maxItemsInReport = 1000

/** The receiver's figures: the truth of both sides. */
export class ReceiveMeter {
  phase: TransferPhase = 'connecting'
  filesListed = 0
  filesCompared = 0
  filesDone = 0
  filesAlreadyThere = 0
  bytesVerified = 0
  bytesTotal = 0
  bytesReceived = 0
  isScanComplete = false
  /** Files whose content is on its way. */
  filesWanted = 0
  bytesWanted = 0
  readonly items = new Map<number, ReceivingItem>()
  readonly #moved = new Set<number>()

  /**
   * So much more is listed, or less where a file was listed anew.
   * @throws TernError LIMIT_EXCEEDED for more than a number can count: nobody could be told of it
   */
  addListed(item: ReceivingItem, bytes: number): void {
    if (this.bytesTotal + bytes > Number.MAX_SAFE_INTEGER)
      throw new TernError('LIMIT_EXCEEDED', { what: 'bytes', limit: Number.MAX_SAFE_INTEGER })
    this.bytesTotal += bytes
    item.bytesTotal += bytes
  }

  addVerified(item: ReceivingItem, bytes: number): void {
    this.bytesVerified += bytes
    item.bytesVerified += bytes
    this.#moved.add(item.number)
  }

  progress(lanes: number, route: 'direct' | 'relay' | undefined): TransferProgress {
    return {
      phase: this.#phaseNow(),
      filesScanned: this.filesListed,
      filesCompared: this.filesCompared,
      filesTotal: this.filesListed,
      filesDone: this.filesDone,
      filesAlreadyThere: this.filesAlreadyThere,
      bytesVerified: this.bytesVerified,
      bytesTotal: this.bytesTotal,
      bytesReceived: this.bytesReceived,
      isScanComplete: this.isScanComplete,
      items: [...this.items.values()].map((item) => ({
        itemId: item.request.itemId,
        bytesVerified: item.bytesVerified,
        bytesTotal: item.bytesTotal,
      })),
      lanes,
      ...(route && { route }),
    }
  }

  /** What has changed since the last one. */
  report(): ProgressReport {
    const items: { item: number; bytesVerified: number }[] = []
    for (const number of this.#moved) {
      if (items.length === maxItemsInReport) break
      this.#moved.delete(number)
      items.push({ item: number, bytesVerified: this.items.get(number)?.bytesVerified ?? 0 })
    }
    const { filesCompared, filesDone, filesAlreadyThere, bytesVerified, bytesReceived } = this
    const totals = { filesCompared, filesDone, filesAlreadyThere, bytesVerified, bytesReceived }
    return { type: 'progress', phase: this.#phaseNow(), ...totals, items }
  }

  #phaseNow(): TransferPhase {
    if (this.phase === 'connecting') return 'connecting'
    if (this.filesListed === 0) return 'scanning'
    if (this.filesWanted === 0) return this.isScanComplete ? 'verifying' : 'comparing'
    return this.bytesWanted > 0 ? 'transferring' : 'verifying'
  }
}
