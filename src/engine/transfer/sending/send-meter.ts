import type { TransferPhase } from '../../../shared/domain/job.ts'
import type { TransferProgress } from '../../api.ts'
import { entryKind, type Listing } from '../../protocol/listing.ts'
import type { ProgressReport } from '../../protocol/messages.ts'

interface SentItem {
  readonly itemId: string
  bytesTotal: number
  bytesVerified: number
}

/** The sender's figures: what it has listed itself, and what the receiver reports. */
export class SendMeter {
  phase: TransferPhase = 'connecting'
  filesScanned = 0
  bytesTotal = 0
  isScanComplete = false
  readonly items: SentItem[]
  #report: Omit<ProgressReport, 'type' | 'phase' | 'items'> = {
    filesCompared: 0,
    filesDone: 0,
    filesAlreadyThere: 0,
    bytesVerified: 0,
    bytesReceived: 0,
  }

  constructor(itemIds: readonly string[]) {
    this.items = itemIds.map((itemId) => ({ itemId, bytesTotal: 0, bytesVerified: 0 }))
  }

  addFiles(item: number, { kinds, sizes }: Listing): void {
    let [files, bytes] = [0, 0]
    for (let index = 0; index < kinds.length; index += 1) {
      if (kinds[index] === entryKind.folder) continue
      files += 1
      bytes += sizes[index] as number
    }
    this.filesScanned += files
    this.bytesTotal += bytes
    const sent = this.items[item]
    if (sent) sent.bytesTotal += bytes
  }

  takeReport(report: ProgressReport): void {
    const { phase, items, filesCompared, filesDone, filesAlreadyThere, bytesVerified, bytesReceived } = report
    this.phase = phase
    this.#report = { filesCompared, filesDone, filesAlreadyThere, bytesVerified, bytesReceived }
    for (const { item, bytesVerified: verified } of items) {
      const sent = this.items[item]
      if (sent) sent.bytesVerified = verified
    }
  }

  progress(lanes: number, route: 'direct' | 'relay' | undefined): TransferProgress {
    return {
      phase: this.phase,
      filesScanned: this.filesScanned,
      filesTotal: this.filesScanned,
      bytesTotal: this.bytesTotal,
      isScanComplete: this.isScanComplete,
      ...this.#report,
      items: this.items.map((item) => ({ ...item })),
      lanes,
      ...(route && { route }),
    }
  }
}
