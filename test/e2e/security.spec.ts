import { expect, test } from './fixtures.ts'

type Bridge = { call(name: string, input?: unknown): Promise<{ ok: boolean; error?: { code: string } }> }
declare global {
  interface Window {
    tern: Bridge & Record<string, unknown>
  }
}

test('the page has no way out of its box', async ({ launch }) => {
  const { page } = await launch()

  await test.step('no Node', async () => {
    const kinds = await page.evaluate(() =>
      ['require', 'process', 'module', 'Buffer', 'global'].map((name) => typeof Reflect.get(window, name)),
    )
    expect(kinds).toEqual(Array(5).fill('undefined'))
  })
  await test.step('the bridge has four parts and gives nothing of Electron away', async () => {
    expect(await page.evaluate(() => Object.keys(window.tern).sort())).toEqual([
      'call',
      'on',
      'pickDropped',
      'platform',
    ])
  })
  await test.step('no new window', async () => {
    expect(await page.evaluate(() => window.open('https://example.com') === null)).toBe(true)
    expect(await page.evaluate(() => window.open('app://tern/index.html') === null)).toBe(true)
  })
  await test.step('no other origin', async () => {
    const reach = (url: string) =>
      page.evaluate(
        (address) =>
          fetch(address).then(
            () => 'reached',
            () => 'refused',
          ),
        url,
      )
    expect(await reach('https://example.com/')).toBe('refused')
    expect(await reach('http://127.0.0.1:9/')).toBe('refused')
    expect(await reach('file:///etc/passwd')).toBe('refused')
    const socket = await page.evaluate(
      () =>
        new Promise((resolve) => {
          try {
            const tried = new WebSocket('wss://example.com')
            tried.onerror = () => resolve('refused')
            tried.onopen = () => resolve('reached')
          } catch {
            resolve('refused')
          }
        }),
    )
    expect(socket).toBe('refused')
  })
  await test.step('no script or style of its own making', async () => {
    const ran = await page.evaluate(() => {
      const script = document.createElement('script')
      // Each way to give it text is refused by itself; whatever gets through must not run.
      for (const smuggle of [() => script.append('window.smuggled = true'), () => document.body.append(script)]) {
        try {
          smuggle()
        } catch (thrown) {
          if (!(thrown instanceof TypeError)) throw thrown
        }
      }
      // In a task of its own: what a test evaluates itself is exempt from the policy.
      const isEvalRefused = new Promise((resolve) =>
        setTimeout(() => {
          try {
            // biome-ignore lint/security/noGlobalEval: the attempt is the test
            window.eval('1')
            resolve(false)
          } catch {
            resolve(true)
          }
        }),
      )
      return isEvalRefused.then((refused) => ({ smuggled: Reflect.has(window, 'smuggled'), isEvalRefused: refused }))
    })
    expect(ran).toEqual({ smuggled: false, isEvalRefused: true })
  })
  await test.step('no text that becomes markup', async () => {
    const refused = await page.evaluate(() => {
      try {
        document.createElement('div').innerHTML = '<img src="x">'
        return false
      } catch (thrown) {
        return thrown instanceof TypeError
      }
    })
    expect(refused).toBe(true)
  })
  await test.step('no permission', async () => {
    expect(await page.evaluate(() => Notification.requestPermission())).toBe('denied')
    const clipboard = await page.evaluate(() =>
      navigator.clipboard.readText().then(
        () => 'given',
        (refusal: Error) => refusal.name,
      ),
    )
    expect(clipboard).toBe('NotAllowedError')
    const state = await page.evaluate(() => navigator.permissions.query({ name: 'geolocation' }).then((it) => it.state))
    expect(state).toBe('denied')
  })
})

test('the page cannot be led elsewhere', async ({ launch }) => {
  const { page, electron } = await launch()
  const address = page.url()
  expect(address).toMatch(/^app:\/\/tern\/index\.html/)
  for (const target of ['https://example.com/', 'file:///etc/passwd', 'app://tern/other.html', 'data:text/html,x']) {
    await page.evaluate((url) => {
      location.href = url
    }, target)
    // The navigation is refused before it starts: the page answers as the one that it was.
    expect(await page.evaluate(() => document.title)).toBe('Tern')
    expect(page.url()).toBe(address)
  }
  expect(await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
})

test('the registrar refuses what the window never sends', async ({ launch }) => {
  const { page } = await launch()
  const code = (name: unknown, input?: unknown) =>
    page.evaluate(async ([called, given]) => (await window.tern.call(called as string, given)).error?.code, [
      name,
      input,
    ] as const)

  expect(await code('app.quit', {})).toBe('UNSUPPORTED')
  expect(await code('__proto__', {})).toBe('UNSUPPORTED')
  expect(await code({ toString: 1 }, {})).toBe('UNSUPPORTED')
  expect(await code('app.view', { unexpected: true })).toBe('BAD_REQUEST')
  expect(await code('app.signIn', { workspaceId: '../..', password: 'x' })).toBe('BAD_REQUEST')
  expect(await code('transfers.pause', { keys: ['/etc/passwd'] })).toBe('BAD_REQUEST')
  expect(await code('app.copyText', { text: 'x'.repeat(100_001) })).toBe('BAD_REQUEST')
})

test('the page cannot make up a path', async ({ launch }) => {
  const { page } = await launch()
  const code = (name: string, input: unknown) =>
    page.evaluate(async ([called, given]) => (await window.tern.call(called as string, given)).error?.code, [
      name,
      input,
    ] as const)

  expect(await code('pick.dropped', { paths: ['/etc/passwd'] })).toBe('UNSUPPORTED')
  expect(await code('send.measure', { tokens: ['/etc/passwd'] })).toBe('TOKEN_UNKNOWN')
  expect(await code('send.measure', { paths: ['/etc/passwd'] })).toBe('BAD_REQUEST')
  const key = `${'a'.repeat(24)}/${'b'.repeat(24)}`
  const location = { token: '/etc', subPath: '' }
  expect(await code('incoming.accept', { key, revision: 0, location })).toBe('TOKEN_UNKNOWN')
  expect(await code('preferences.set', { downloadFolder: '/etc' })).toBe('BAD_REQUEST')
  expect(await code('preferences.set', { downloadToken: '/etc' })).toBe('TOKEN_UNKNOWN')
  // A File that the page made itself has no path; one that names a path is no File.
  const made = await page.evaluate(async () => {
    const pick = window.tern.pickDropped as (files: unknown[]) => Promise<unknown>
    const own = await pick([new File(['x'], '/etc/passwd')])
    const fake = await pick([{ path: '/etc/passwd' }])
    return [own, fake]
  })
  expect(made).toEqual([
    { ok: true, value: [] },
    { ok: true, value: [] },
  ])
})

test('messages from a foreign frame or window are refused', async ({ launch }) => {
  const { electron } = await launch()
  const answers = await electron.evaluate(async ({ BrowserWindow, app }) => {
    const preload = `${app.getAppPath()}/out/preload/index.cjs`
    // A window of somebody else with our preload script, on a page of ours and on a page of its own.
    const ask = async (url: string) => {
      const foreign = new BrowserWindow({
        show: false,
        webPreferences: { preload, sandbox: true, contextIsolation: true },
      })
      await foreign.loadURL(url).catch(() => undefined)
      const answer = await foreign.webContents
        .executeJavaScript(`window.tern.call('app.view', {}).then((it) => it.ok ? 'answered' : it.error.code)`)
        .catch((failure) => String(failure))
      foreign.destroy()
      return answer as string
    }
    return { version: app.getVersion(), ours: await ask('app://tern/index.html'), blank: await ask('about:blank') }
  })
  expect(answers).toMatchObject({ ours: 'FORBIDDEN', blank: 'FORBIDDEN' })
})

test('a frame inside the page is neither loaded nor heard', async ({ launch }) => {
  const { page } = await launch()
  const frames = await page.evaluate(async () => {
    const seen: string[] = []
    for (const source of [
      'app://tern/index.html',
      'https://example.com',
      'data:text/html,<script>parent.x=1</script>',
    ]) {
      const frame = document.createElement('iframe')
      frame.src = source
      document.body.append(frame)
      await new Promise((resolve) => {
        frame.onload = resolve
        frame.onerror = resolve
      })
      let heard = ''
      try {
        heard = `${frame.contentDocument?.body.textContent ?? ''}${Reflect.has(frame.contentWindow ?? {}, 'tern')}`
      } catch {
        heard = 'a stranger'
      }
      seen.push(heard)
      frame.remove()
    }
    return seen
  })
  expect(frames).toEqual(Array(3).fill('a stranger'))
})
