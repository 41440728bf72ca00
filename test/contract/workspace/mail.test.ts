import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { MailServer } from '../../helpers/mail-server.ts'
import { type TestClient, TestWorkspace } from './support.ts'

async function useServer(john: TestClient, { port }: MailServer, more: Record<string, string | number> = {}) {
  const settings = { mail_host: '127.0.0.1', mail_port: port, mail_tls: 'none', mail_from: 'tern@example.com', ...more }
  for (const [name, value] of Object.entries(settings)) {
    await john.call('setting/set', { entity: 'workspace', name, value })
  }
}

const onlyPeople = { mail_conf: '{"enable":false}' }

it('sends nothing, and keeps nothing to be sent, while no server is named; and says so', async () => {
  await using workspace = await TestWorkspace.start()
  const john = await workspace.john()
  await john.call('invitation/create', { email: 'mia@example.com' })
  expect(await john.call('mail/get', {})).toEqual({ isOn: false, hasPassword: false, queued: 0 })
})

it('brings invitations, and tells of files that wait', async () => {
  await using workspace = await TestWorkspace.start()
  await using server = await MailServer.start()
  const john = await workspace.john()
  await useServer(john, server, onlyPeople)
  const { invitation } = await john.call('invitation/create', { email: 'mia@example.com' })
  const [first] = await server.received(1)
  expect(first).toMatchObject({ to: 'mia@example.com', login: undefined })
  expect(first?.text).toContain(invitation)
  expect(first?.text).toContain('Subject: John invites you to My workspace')
  const lisa = await workspace.person('lisa@example.com', 'Lisa', 'standard', john)
  await john.call('delivery/create', {
    name: 'Dailies',
    files: ['share=projects/a.mov'],
    recipients: [lisa.user.email],
    message: 'Have a look',
  })
  const mails = await server.received(3)
  expect(mails[2]).toMatchObject({ to: 'lisa@example.com' })
  expect(mails[2]?.text).toMatch(/Subject: John sends you Dailies[\s\S]*Have a look/)
})

it('tells of jobs whom the setting names, and of failures once they are for good', async () => {
  await using workspace = await TestWorkspace.start()
  await using server = await MailServer.start()
  const john = await workspace.john()
  const mia = await workspace.person('mia@example.com', 'Mia', 'standard', john)
  const mailConf = { submit: { enable: false }, done: { to: ['user', 'sam@example.com'] } }
  await useServer(john, server, { mail_conf: JSON.stringify(mailConf) })
  const spec = {
    name: 'A\r\nBcc: x@example.com',
    source: '/Users/mia/a',
    destination: 'john@example.com:in/',
    status: 'paused',
  }
  const { jobs } = await mia.call('transfer/create', { spec })
  await mia.call('transfer/update', { id: jobs[0]?.id ?? ('' as never), status: 'done' })
  const mails = await server.received(3)
  expect(mails.map(({ to }) => to).sort()).toEqual(['john@example.com', 'mia@example.com', 'sam@example.com'])
  // What somebody calls a job forges no line of the mail.
  for (const { text } of mails) expect(text).not.toMatch(/^Bcc:/m)
})

it('tries again what a server does not take now, over a restart as well, and gives up what it never takes', async () => {
  await using workspace = await TestWorkspace.start({ mail: { firstRetryMs: 20, longestRetryMs: 50 } })
  await using server = await MailServer.start()
  const john = await workspace.john()
  await useServer(john, server, onlyPeople)
  server.answer = '451 later'
  await john.call('invitation/create', { email: 'mia@example.com' })
  await server.until(() => server.refused >= 3)
  expect(await john.call('mail/get', {})).toMatchObject({ queued: 1, lastError: expect.stringContaining('451') })
  await workspace.restart()
  server.answer = '250 ok'
  expect(await server.received(1)).toMatchObject([{ to: 'mia@example.com' }])
  server.answer = '550 nobody'
  const before = server.refused
  await john.call('invitation/create', { email: 'sam@example.com' })
  await server.until(() => server.refused > before)
  let queued = 1
  while (queued > 0) ({ queued } = await john.call('mail/get', {}))
  expect(server.refused).toBe(before + 1)
})

it('keeps the password in a file of its own, and shows it to nobody', async () => {
  await using workspace = await TestWorkspace.start()
  await using server = await MailServer.start()
  const john = await workspace.john()
  await john.call('mail/password', { password: 'open sesame' })
  await useServer(john, server, { ...onlyPeople, mail_user: 'studio' })
  await john.call('invitation/create', { email: 'mia@example.com' })
  expect(await server.received(1)).toMatchObject([{ login: 'studio:open sesame' }])
  const file = join(workspace.folder, 'mail-password')
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
  const shown = [
    await john.call('mail/get', {}),
    await john.call('setting/list', { entity: 'workspace' }),
    await john.call('audit/list', {}),
  ]
  expect(JSON.stringify(shown)).not.toContain('sesame')
  expect(readFileSync(join(workspace.folder, 'workspace.db')).includes('sesame')).toBe(false)
  const lisa = await workspace.person('lisa@example.com', 'Lisa', 'employee', john)
  await expect(lisa.call('mail/password', { password: 'mine' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await john.call('mail/password', { password: null })
  expect(await john.call('mail/get', {})).toMatchObject({ hasPassword: false })
})
