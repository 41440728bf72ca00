import { randomFillSync } from 'node:crypto'
import { closeSync, mkdirSync, openSync, utimesSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const mebibyte = 1024 * 1024
const pieceBytes = 16 * mebibyte
export const changedBlockBytes = 64 * 1024

/** Bytes that no two pieces of a file share and nothing can make smaller. */
export function writeRandomFile(path: string, sizeBytes: number): void {
  const piece = Buffer.allocUnsafe(Math.min(pieceBytes, sizeBytes))
  const fd = openSync(path, 'wx')
  try {
    for (let at = 0; at < sizeBytes; at += piece.length) {
      randomFillSync(piece)
      writeSync(fd, piece, 0, Math.min(piece.length, sizeBytes - at), at)
    }
  } finally {
    closeSync(fd)
  }
}

/** So many files of random content, spread evenly over folders. */
export function writeFiles(root: string, files: number, folders: number, fileBytes: number): void {
  const content = randomFillSync(Buffer.allocUnsafe(fileBytes + pieceBytes))
  const perFolder = Math.ceil(files / folders)
  for (let folder = 0; folder < folders; folder += 1) {
    const at = join(root, `folder-${String(folder).padStart(5, '0')}`)
    mkdirSync(at, { recursive: true })
    for (let file = 0; file < perFolder && folder * perFolder + file < files; file += 1) {
      const fd = openSync(join(at, `file-${String(file).padStart(5, '0')}.dat`), 'wx')
      if (fileBytes > 0) writeSync(fd, content, (folder * perFolder + file) % pieceBytes, fileBytes, 0)
      closeSync(fd)
    }
  }
}

/** Other content in this share of a file's blocks, evenly drawn at random, in place; the file is newer afterwards. */
export function changeBlocks(path: string, sizeBytes: number, share: number): void {
  const total = Math.floor(sizeBytes / changedBlockBytes)
  const chosen = new Set<number>()
  while (chosen.size < Math.round(total * share)) chosen.add(Math.floor(Math.random() * total))
  const fd = openSync(path, 'r+')
  const block = Buffer.allocUnsafe(changedBlockBytes)
  for (const number of chosen) writeSync(fd, randomFillSync(block), 0, block.length, number * changedBlockBytes)
  closeSync(fd)
  const laterSeconds = Date.now() / 1000 + 60
  utimesSync(path, laterSeconds, laterSeconds)
}
