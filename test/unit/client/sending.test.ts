import { describe, expect, it } from 'vitest'
import { dispatchEnd } from '../../../src/client/dispatches/outcome.ts'
import { specificationOf, submittedSpecification } from '../../../src/client/sending/specification.ts'
import type { TransferOutcome } from '../../../src/engine/index.ts'
import type { SendRequest } from '../../../src/shared/contract/engine-process.ts'
import type { ErrorCode } from '../../../src/shared/domain/errors.ts'
import { normaliseSpecification } from '../../../src/shared/domain/specification/job-specification.ts'
import { thisClient, workspaceId } from './job-samples.ts'

const sender = { email: 'mia@example.com', clientId: thisClient }

function request(changes: Partial<SendRequest>): SendRequest {
  return {
    items: [{ path: '/home/mia/rushes: day 1', kind: 'folder' }],
    target: { kind: 'share', workspaceId, code: 'projects', path: 'lfm/114' },
    onConflict: 'replace',
    startPaused: false,
    deliverFrom: 'source',
    ...changes,
  }
}

describe('what the Send sheet submits', () => {
  it('to a share: the paths as they are, into the folder', () => {
    expect(specificationOf(request({}), sender)).toEqual({
      tasks: [{ source: '/home/mia/rushes: day 1', destination: 'share=projects/lfm/114/' }],
    })
  })

  it('to a home and to a person', () => {
    const home = specificationOf(request({ target: { kind: 'home', workspaceId, path: '' } }), sender)
    expect(home.tasks).toMatchObject([{ destination: 'home=mia@example.com/' }])
    const person = specificationOf(
      request({ target: { kind: 'user', workspaceId, email: 'lisa@example.com' } }),
      sender,
    )
    expect(person.tasks).toEqual([
      { source: `client=${thisClient}:/home/mia/rushes: day 1`, destination: 'lisa@example.com' },
    ])
  })

  it('settings go along under their names; the fields of their own win', () => {
    const spec = specificationOf(
      request({ settings: { job_max_retries: '5', transfer_exclude: '*.bak' }, exclude: '*.tmp' }),
      sender,
    )
    expect(spec.settings).toEqual({ job_max_retries: '5', transfer_exclude: '*.tmp' })
  })

  it('to somebody new: invited, with everything else a person can set', () => {
    const spec = specificationOf(
      request({
        target: { kind: 'invite', workspaceId, email: 'sam@example.com' },
        name: 'Episode 3',
        queue: 'high',
        priority: 900,
        onConflict: 'rename',
        exclude: '*.tmp',
        startPaused: true,
      }),
      sender,
    )
    expect(normaliseSpecification(spec)).toMatchObject({
      name: 'Episode 3',
      queue: 'high',
      priority: 900,
      status: 'paused',
      recipients: ['sam@example.com'],
      invite: true,
      settings: { transfer_on_conflict: 'rename', transfer_exclude: '*.tmp' },
      tasks: [{ source: { party: { kind: 'client' }, path: { kind: 'absolute', path: '/home/mia/rushes: day 1' } } }],
    })
  })

  it('is read back as it was meant by the job language', () => {
    const spec = normaliseSpecification(specificationOf(request({}), sender))
    expect(spec.tasks).toMatchObject([
      {
        source: { party: { kind: 'none' }, path: { kind: 'absolute', path: '/home/mia/rushes: day 1' } },
        destination: { path: { kind: 'share', share: 'projects', path: 'lfm/114' }, hasTrailingSlash: true },
      },
    ])
  })

  it('takes edited JSON as it is, and says when it is none', () => {
    const spec = { source: '/a', destination: 'share=b' }
    expect(submittedSpecification(request({ specification: JSON.stringify(spec) }), sender)).toEqual(spec)
    expect(() => submittedSpecification(request({ specification: '{' }), sender)).toThrow(
      expect.objectContaining({ code: 'SPEC_INVALID' }),
    )
  })
})

describe('how the workspace is told of an end', () => {
  const outcome = (status: TransferOutcome['status'], code?: ErrorCode): TransferOutcome => ({
    status,
    ...(code && status === 'ended' && { error: { code } }),
    items:
      code && status === 'failed'
        ? [
            {
              itemId: '0',
              status: 'failed',
              kind: 'file',
              error: { code },
              result: { filesDone: 0, filesAlreadyThere: 0, filesReplaced: 0, filesFailed: 1, bytesVerified: 0 },
            },
          ]
        : [],
    progress: {} as TransferOutcome['progress'],
  })

  it.each([
    ['receive', 'done', undefined, { outcome: 'done' }],
    ['send', 'done', undefined, undefined],
    ['receive', 'failed', 'SOURCE_NOT_FOUND', { outcome: 'failed', error: { code: 'SOURCE_NOT_FOUND' } }],
    ['send', 'failed', 'SOURCE_NOT_FOUND', undefined],
    ['receive', 'ended', 'DISK_FULL', { outcome: 'blocked', error: { code: 'DISK_FULL' } }],
    ['receive', 'ended', 'PEER_LOST', { outcome: 'interrupted', error: { code: 'PEER_LOST' } }],
    ['send', 'ended', 'PEER_UNREACHABLE', { outcome: 'interrupted', error: { code: 'PEER_UNREACHABLE' } }],
    ['send', 'ended', 'STALLED', { outcome: 'failed', error: { code: 'STALLED' } }],
    ['receive', 'ended', 'PEER_KEY_MISMATCH', { outcome: 'blocked', error: { code: 'PEER_KEY_MISMATCH' } }],
    ['receive', 'ended', 'UNSUPPORTED', { outcome: 'failed', error: { code: 'UNSUPPORTED' } }],
    ['send', 'ended', 'DISK_FULL', { outcome: 'interrupted', error: { code: 'DISK_FULL' } }],
    ['receive', 'ended', 'FENCED', undefined],
    ['receive', 'ended', undefined, { outcome: 'stopped' }],
  ] as const)('%s, %s, %s', (role, status, code, end) => {
    expect(dispatchEnd(role, outcome(status, code), false)).toEqual(end)
  })

  it('a stop is a stop, whatever broke because of it', () => {
    expect(dispatchEnd('send', outcome('ended', 'PEER_LOST'), true)).toEqual({ outcome: 'stopped' })
  })
})
