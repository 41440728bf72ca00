import { expect, it } from 'vitest'
import type { JobId, UserId } from '../../../src/shared/domain/ids.ts'
import { openDatabase } from '../../../src/workspace/store/open-database.ts'
import { insertUser, maxMachinesEach, upsertClient } from '../../../src/workspace/store/people.ts'
import { TestWorkspace } from './support.ts'

/** What people inside the workspace try with what they were given. */

it('who gets something together with others learns of none of them', async () => {
  await using workspace = await TestWorkspace.start()
  const john = await workspace.john()
  const mia = await workspace.person('mia@example.com', 'Mia', 'standard', john)
  const recipients = ['sam@example.com', 'mia@example.com', 'lisa@example.com']
  const { jobs } = await john.call('transfer/create', {
    spec: { source: 'share=projects/x', recipients, invite: true },
  })
  const { id } = jobs.find(({ destination }) => destination.kind === 'user' && destination.userId === mia.user.id) ?? {}
  const told = await mia.call('recipient/list', { id: id as JobId })
  expect(told.recipients.map(({ email }) => email)).toEqual(['mia@example.com'])
  expect((await john.call('recipient/list', { id: id as JobId })).recipients).toHaveLength(3)
  const log = await mia.call('transfer/log', { jobId: id as JobId })
  expect(JSON.stringify(log)).not.toMatch(/(?:sam|lisa)@example/)
})

it('nor of what others send to the same request, or where it lies', async () => {
  await using workspace = await TestWorkspace.start()
  const john = await workspace.john()
  const mia = await workspace.person('mia@example.com', 'Mia', 'standard', john)
  const sam = await workspace.person('sam@example.com', 'Sam', 'standard', john)
  const { delivery } = await john.call('delivery/create', {
    kind: 'request',
    name: 'Offers',
    destination: 'share=projects/secret-client',
    recipients: ['mia@example.com', 'sam@example.com'],
  })
  const { id } = delivery
  const { jobs } = await mia.call('transfer/create', { parentId: id, spec: { source: '/home/mia/our-offer.pdf' } })
  expect((await john.call('delivery/get', { id })).files).toMatchObject([{ jobId: jobs[0]?.id }])
  const told = [
    await sam.call('delivery/get', { id }),
    await sam.call('delivery/list', {}),
    await sam.call('recipient/list', { id }),
    await sam.call('transfer/list', { state: 'live' }),
    await sam.call('transfer/log', { jobId: jobs[0]?.id as JobId }).catch(({ code }: { code: string }) => code),
  ]
  expect(JSON.stringify(told)).not.toMatch(/our-offer|mia@example/)
})

it('nobody has what lies on somebody’s machine sent on in the name of its owner', async () => {
  await using workspace = await TestWorkspace.start()
  const john = await workspace.john()
  const sam = await workspace.person('sam@example.com', 'Sam', 'standard', john)
  await workspace.person('mia@example.com', 'Mia', 'standard', john)
  const spec = { source: `client=${sam.clientId}:/home/sam/diary.txt`, destination: 'mia@example.com' }
  const { jobs } = await sam.call('transfer/create', { spec })
  const id = jobs[0]?.id as JobId
  await expect(john.call('recipient/add', { id, recipient: 'john@example.com' })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  })
  expect((await john.call('transfer/list', {})).total).toBe(1)
  expect(await sam.call('recipient/add', { id, recipient: 'john@example.com' })).toMatchObject({ added: true })
})

it('one person brings no thousand machines, in which those of others would not be found', () => {
  using database = openDatabase(':memory:')
  const insert = (email: string) =>
    insertUser(database, { email, name: 'x', role: 'standard', status: 'enabled', password_hash: null, created_at: 1 })
  const [mia, sam] = [insert('mia@example.com'), insert('sam@example.com')]
  const bring = (userId: UserId, keyHash: string) =>
    upsertClient(database, { name: 'pc', kind: 'app', keyHash }, { userId }, 1)
  database.transaction(() => {
    for (let count = 0; count < maxMachinesEach; count += 1) bring(mia.id, `${count}`)
  })
  expect(() => bring(mia.id, 'one more')).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }))
  expect(bring(mia.id, '7').user_id).toBe(mia.id)
  expect(bring(sam.id, 'one more').user_id).toBe(sam.id)
})

it('a site is served on when the admin who set its server up has gone, and their own machines are not', async () => {
  await using workspace = await TestWorkspace.start()
  const john = await (await workspace.john()).connect()
  const lisa = await workspace.person('lisa@example.com', 'Lisa', 'admin', john)
  const hq = await workspace.hq()
  await lisa.call('user/update', { id: john.user.id, status: 'disabled' })
  expect(await john.closed()).toBe(4001)
  await expect(john.call('share/list', {})).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' })
  await hq.call('dispatch/claim', { dispatches: [] })
  expect(hq.closeCode).toBeUndefined()
  await hq.drop()
  await workspace.hq()
  await expect(hq.call('user/list', {})).rejects.toMatchObject({ code: 'FORBIDDEN' })
})
