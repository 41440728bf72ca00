import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fuseNames } from '../../scripts/electron-runtime/fuses.mjs'

const root = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const trackedTexts = (): string[] =>
  execFileSync('git', ['-c', `safe.directory=${root}`, 'ls-files', '-z'], { cwd: root, encoding: 'utf8' })
    .split('\0')
    .filter((path) => path !== '' && !/\.(?:png|ico|icns)$/.test(path) && existsSync(join(root, path)))

/** The settings below `key:` in a YAML file of one level, as text. */
const yamlBlock = (source: string, key: string): Record<string, string> => {
  const lines = source.split('\n')
  const start = lines.indexOf(`${key}:`)
  const settings: Record<string, string> = {}
  for (const line of lines.slice(start + 1)) {
    const setting = /^ {2}(\w+): (.+)$/.exec(line)
    if (setting === null) break
    settings[setting[1] ?? ''] = setting[2] ?? ''
  }
  return settings
}

describe('the repository', () => {
  test('states every fuse of the package, and each in its safe position', () => {
    const stated = yamlBlock(read('electron-builder.yml'), 'electronFuses')
    expect(Object.keys(stated).sort()).toEqual([...fuseNames].sort())
    expect(stated).toEqual({
      runAsNode: 'false',
      enableCookieEncryption: 'true',
      enableNodeOptionsEnvironmentVariable: 'false',
      enableNodeCliInspectArguments: 'false',
      enableEmbeddedAsarIntegrityValidation: 'true',
      onlyLoadAppFromAsar: 'true',
      loadBrowserProcessSpecificV8Snapshot: 'false',
      grantFileProtocolExtraPrivileges: 'false',
    })
  })

  test('names no registry host and no path of the machine it is worked on', () => {
    const telling = trackedTexts().filter((path) => {
      const text = read(path)
      return text.includes(root) || /registry\.(?:npmjs|npmmirror|yarnpkg)\./.test(text)
    })
    expect(telling).toEqual([])
  })

  test('keeps download addresses out of the lock file', () => {
    expect(read('package-lock.json')).not.toContain('"resolved"')
    expect(read('.npmrc')).toContain('omit-lockfile-registry-resolved=true')
  })

  test('pins every dependency to one version', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^(?:npm:@?[\w/-]+@)?\d+\.\d+\.\d+$/.test(version),
    )
    expect(loose).toEqual([])
  })

  test('runs no install script of a package', () => {
    expect(read('.npmrc')).toContain('ignore-scripts=true')
  })

  test('is licensed', () => {
    expect(read('LICENSE')).toMatch(/^MIT License\n\nCopyright \(c\) \d{4} Tern contributors\n/)
    expect(JSON.parse(read('package.json'))).toMatchObject({ license: 'MIT' })
  })
})
