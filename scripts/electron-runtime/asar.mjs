// Writes a small asar archive: a header in Chromium's pickle format, then the files one after another.

/** The archive of `files`, a map from name to content, as one Buffer. Folders are not supported. */
export const asarOf = (files) => {
  const entries = {}
  let offsetBytes = 0
  for (const [name, content] of Object.entries(files)) {
    entries[name] = { size: content.length, offset: String(offsetBytes) }
    offsetBytes += content.length
  }
  const json = Buffer.from(JSON.stringify({ files: entries }))
  const paddedBytes = Math.ceil(json.length / 4) * 4
  const header = Buffer.alloc(16 + paddedBytes)
  header.writeUInt32LE(4, 0)
  header.writeUInt32LE(8 + paddedBytes, 4)
  header.writeUInt32LE(4 + paddedBytes, 8)
  header.writeUInt32LE(json.length, 12)
  json.copy(header, 16)
  return Buffer.concat([header, ...Object.values(files)])
}
