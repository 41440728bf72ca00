import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answerAppRequest } from '../../../src/main/security/app-files.ts'
import { developmentOrigin } from '../../../src/main/security/development-server.ts'
import { isAllowedRequest } from '../../../src/main/security/network.ts'
import { isTrustedPage } from '../../../src/main/security/trusted-page.ts'

describe('app:// files', () => {
  let folder: string
  let root: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tern-app-'))
    root = join(folder, 'renderer')
    await mkdir(join(root, 'assets'), { recursive: true })
    await writeFile(join(root, 'index.html'), '<title>Tern</title>')
    await writeFile(join(root, 'assets', 'index.js'), '0')
    await writeFile(join(root, 'notes.txt'), 'no type of ours')
    await writeFile(join(folder, 'secret.js'), 'outside')
    await symlink(join(folder, 'secret.js'), join(root, 'link.js'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const ask = (url: string, method = 'GET') => answerAppRequest({ method, url }, root)

  it('serves pages and scripts with a fixed type and the policy', async () => {
    const page = await ask('app://tern/index.html')
    expect(page.status).toBe(200)
    expect(await page.text()).toBe('<title>Tern</title>')
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
    const policy = page.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'; script-src 'self'")
    expect(policy).toContain("require-trusted-types-for 'script'; trusted-types 'none'")
    expect((await ask('app://tern/assets/index.js?x#y')).status).toBe(200)
  })

  it.each([
    'app://tern/',
    'app://tern/missing.js',
    'app://tern/notes.txt',
    'app://tern/../secret.js',
    'app://tern/%2e%2e/secret.js',
    'app://tern/%2e%2e%2fsecret.js',
    'app://tern/assets/..%5c..%5csecret.js',
    'app://tern/link.js',
    'app://tern/index.html%00',
    'app://tern/%ff',
    'app://other/index.html',
    'https://tern/index.html',
  ])('does not serve %s', async (url) => {
    const answer = await ask(url)
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  it.each(['POST', 'PUT', 'HEAD'])('refuses %s', async (method) => {
    expect((await ask('app://tern/index.html', method)).status).toBe(405)
  })
})

describe('network of the window', () => {
  it.each([
    ['app://tern/x.js', true],
    ['app://other/x.js', false],
    ['data:image/png;base64,', true],
    ['https://example.com/', false],
    ['http://127.0.0.1:5173/', false],
    ['ws://127.0.0.1:5173/', false],
    ['file:///etc/passwd', false],
    ['devtools://devtools/x', false],
    ['not an address', false],
  ])('%s: %s', (url, isAllowed) => {
    expect(isAllowedRequest(url, undefined)).toBe(isAllowed)
  })

  it('lets the development server through, and no other port', () => {
    expect(isAllowedRequest('http://localhost:5173/main.tsx', 'http://localhost:5173')).toBe(true)
    expect(isAllowedRequest('ws://localhost:5173/', 'http://localhost:5173')).toBe(true)
    expect(isAllowedRequest('http://localhost:5174/', 'http://localhost:5173')).toBe(false)
  })
})

describe('development server', () => {
  it.each([
    [false, 'http://localhost:5173/', 'http://localhost:5173'],
    [false, 'http://127.0.0.1:5173', 'http://127.0.0.1:5173'],
    [true, 'http://localhost:5173', undefined],
    [false, 'http://example.com', undefined],
    [false, 'https://localhost', undefined],
    [false, 'nonsense', undefined],
    [false, undefined, undefined],
  ])('packaged %s, %s: %s', (isPackaged, address, expected) => {
    expect(developmentOrigin(isPackaged, address)).toBe(expected)
  })

  it('is the only other page that is ours', () => {
    expect(isTrustedPage('http://localhost:5173/x', 'http://localhost:5173')).toBe(true)
    expect(isTrustedPage('http://localhost:5173/x', undefined)).toBe(false)
  })
})
