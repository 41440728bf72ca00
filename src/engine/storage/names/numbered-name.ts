const maxNameBytes = 255

/** How many of one name are tried before it is a conflict. */
export const maxNumber = 9999

/** `shot.tar.gz` and 2 as `shot.tar (2).gz`; the stem is cut where the name would grow past 255 bytes. */
export function numberedName(name: string, number: number): string {
  const dot = name.lastIndexOf('.')
  const hasExtension = dot > 0 && name.length - dot <= 16
  const stem = hasExtension ? name.slice(0, dot) : name
  const suffix = ` (${number})${hasExtension ? name.slice(dot) : ''}`
  return cutToBytes(stem, maxNameBytes - Buffer.byteLength(suffix)) + suffix
}

/** Never cuts inside a character. */
function cutToBytes(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text
  let cut = ''
  let used = 0
  for (const character of text) {
    used += Buffer.byteLength(character)
    if (used > bytes) break
    cut += character
  }
  return cut
}
