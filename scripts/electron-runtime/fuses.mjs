// Electron's fuses are single bytes behind a sentinel in its binary, '1' or '0', in a fixed order.

const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'

export const fuseNames = [
  'runAsNode',
  'enableCookieEncryption',
  'enableNodeOptionsEnvironmentVariable',
  'enableNodeCliInspectArguments',
  'enableEmbeddedAsarIntegrityValidation',
  'onlyLoadAppFromAsar',
  'loadBrowserProcessSpecificV8Snapshot',
  'grantFileProtocolExtraPrivileges',
]

/** Changes `binary` (a Buffer) so that each fuse named in `settings` has the given value. */
export const setFuses = (binary, settings) => {
  const at = binary.indexOf(sentinel)
  if (at === -1) throw new Error('This binary has no fuses.')
  const first = at + sentinel.length + 2
  for (const [name, on] of Object.entries(settings)) {
    const index = fuseNames.indexOf(name)
    if (index === -1) throw new Error(`No such fuse: ${name}.`)
    binary.write(on ? '1' : '0', first + index, 'latin1')
  }
}
