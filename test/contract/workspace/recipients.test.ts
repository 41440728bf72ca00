import { expect, it } from 'vitest'
import type { JobId } from '../../../src/shared/domain/ids.ts'
import { TestWorkspace } from './support.ts'

it('makes one job for each recipient, and more of them later', async () => {
  await using workspace = await TestWorkspace.start()
  const john = await (await workspace.john()).connect()
  const mia = await (await workspace.person('mia@example.com', 'Mia', 'standard', john)).connect()
  const lisa = await workspace.person('lisa@example.com', 'Lisa', 'standard', john)
  const { jobs } = await john.call('transfer/create', {
    spec: {
      name: 'Scans',
      tasks: [
        { source: '/Users/john/a.mov', destination: 'day/', metadata: { shot: 1 } },
        { source: '/Users/john/b.mov' },
      ],
      settings: { transfer_exclude: '*.tmp' },
      recipients: ['mia@example.com', 'sam@example.com'],
      invite: true,
    },
  })
  const [first] = jobs.map(({ id }) => id) as [JobId]
  expect(jobs).toHaveLength(2)
  const emails = async () => (await john.call('recipient/list', { id: first })).recipients.map(({ email }) => email)
  expect(await emails()).toEqual(['mia@example.com', 'sam@example.com'])
  // Nobody who gets it learns who else does, nor may send it on.
  await expect(mia.call('recipient/add', { id: first, recipient: 'lisa@example.com' })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  })
  await expect(lisa.call('recipient/list', { id: first })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(
    john.call('recipient/add', { id: first, recipient: 'new@example.com', invite: false }),
  ).rejects.toMatchObject({ code: 'PARTY_UNKNOWN' })
  const more = await john.call('recipient/add', { id: first, recipient: 'new@example.com' })
  expect(more).toMatchObject({ added: true, invitations: [{ email: 'new@example.com' }] })
  expect(await john.call('recipient/add', { id: first, recipient: 'lisa@example.com' })).toMatchObject({ added: true })
  expect(await john.call('recipient/add', { id: first, recipient: lisa.user.id })).toMatchObject({ added: false })
  expect(await emails()).toHaveLength(4)
  const { job, settings } = await lisa.call('transfer/get', {
    id: (await lisa.call('transfer/list', {})).jobs[0]?.id as JobId,
  })
  expect(job).toMatchObject({ name: 'Scans', userId: john.user.id, status: 'init' })
  expect(settings).toMatchObject({ transfer_exclude: { value: '*.tmp' } })
  const { tasks } = await lisa.call('task/list', { jobId: job.id })
  expect(tasks.map(({ status, destination, metadata }) => [status, destination.path, metadata])).toEqual([
    ['pending', 'day', { shot: 1 }],
    ['pending', '', undefined],
  ])
  // Taken off again: theirs ends, the others' do not.
  expect(await john.call('recipient/remove', { id: first, recipient: 'lisa@example.com' })).toEqual({ removed: true })
  expect((await lisa.call('transfer/get', { id: job.id })).job.status).toBe('aborted')
  expect(await john.call('recipient/remove', { id: first, recipient: 'lisa@example.com' })).toEqual({ removed: false })
  expect((await mia.call('transfer/get', { id: first })).job.status).not.toBe('aborted')
})

it('waits for a person to sign up, and then for them to choose', async () => {
  await using workspace = await TestWorkspace.start()
  const john = await workspace.john()
  const { jobs, invitations } = await john.call('transfer/create', {
    spec: { source: 'share=projects/a.mov', recipients: ['mia@example.com'], invite: true },
  })
  expect((await john.call('transfer/get', { id: jobs[0]?.id as JobId })).job.reason?.code).toBe('signup')
  const mia = workspace.client()
  await mia.join(invitations[0]?.invitation.split('/').at(-1) ?? '', 'mia@example.com', 'Mia')
  expect((await mia.call('transfer/list', {})).jobs[0]?.reason?.code).toBe('peer-offline')
  await (await workspace.hq()).measure()
  expect((await mia.call('transfer/list', {})).jobs[0]?.reason?.code).toBe('location')
})

it('lists what somebody invited people by, for them alone, and takes it back', async () => {
  await using workspace = await TestWorkspace.start()
  const john = await workspace.john()
  const lisa = await workspace.person('lisa@example.com', 'Lisa', 'employee', john)
  const { invitation } = await lisa.call('invitation/create', { email: 'mia@example.com' })
  const { invitations } = await lisa.call('invitation/list', {})
  expect(invitations).toMatchObject([{ email: 'mia@example.com', role: 'standard', createdBy: lisa.user.id }])
  const code = invitation.split('/').at(-1) ?? ''
  expect(JSON.stringify(invitations)).not.toContain(code)
  await expect(lisa.call('invitation/list', { all: true })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  expect((await john.call('invitation/list', { all: true })).invitations).toHaveLength(2)
  const id = invitations[0]?.id as NonNullable<(typeof invitations)[0]>['id']
  await lisa.call('invitation/revoke', { id })
  await expect(workspace.client().join(code, 'mia@example.com', 'Mia')).rejects.toMatchObject({
    code: 'INVITATION_EXPIRED',
  })
})
