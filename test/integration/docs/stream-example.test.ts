import { on } from 'node:events'
import { fileURLToPath } from 'node:url'
import { it } from 'vitest'
import { WebSocket } from 'ws'
import { type ClientFrame, type ServerFrame, serverFrame, streamPath } from '../../../src/shared/contract/stream.ts'
import type { JobId } from '../../../src/shared/domain/ids.ts'
import { TestWorkspace } from '../../contract/workspace/support.ts'
import { compactJson } from '../../helpers/docs/compact-json.ts'
import { Mask } from '../../helpers/docs/masked.ts'
import { expectSection } from '../../helpers/generated-doc.ts'

const file = fileURLToPath(new URL('../../../docs/api.md', import.meta.url))

/** Of a job only what changes here: whole ones are shown elsewhere. */
function shortened(frame: ServerFrame): unknown {
  if (frame.type !== 'changes') return frame
  const changes = frame.changes.map((change) => {
    if (change.entity !== 'job' || 'removed' in change) return change
    const { id, name, status } = change.value
    return { entity: 'job', value: { id, name, status, '…': 'the rest of it' } }
  })
  return { ...frame, changes }
}

it('docs/api.md shows a stream as it was heard', async () => {
  await using workspace = await TestWorkspace.start()
  const mask = new Mask([])
  const lines: string[] = []
  let revisions = 40
  const john = await workspace.john()
  const socket = new WebSocket(`wss://${workspace.server.address}${streamPath}`, {
    rejectUnauthorized: false,
    headers: { authorization: `Bearer ${john.token}` },
  })
  const messages = on(socket, 'message')
  const show = (sign: '<' | '>', frame: object) => {
    // The number depends on what else a server did before.
    if ('revision' in frame) revisions += 1
    const revision = 'revision' in frame ? { revision: { epoch: 'x', number: revisions } } : {}
    lines.push(`${sign} ${compactJson(mask.of({ ...frame, ...revision }), 116, '  ')}`)
  }
  const heard = async (wanted: string) => {
    for (;;) {
      const [data] = (await messages.next()).value as [Buffer]
      if (!String(data).includes(wanted)) continue
      return show('<', shortened(serverFrame.parse(JSON.parse(String(data)))) as object)
    }
  }
  await heard('"welcome"')
  const subscribe: ClientFrame = { type: 'subscribe', window: { entities: ['job'], jobs: 'own' } }
  socket.send(JSON.stringify(subscribe))
  show('>', subscribe)
  const spec = { name: 'Rushes', status: 'paused', source: '/home/john/a.mov', destination: 'share=projects/' }
  const { jobs } = await john.call('transfer/create', { spec })
  const id = jobs[0]?.id as JobId
  await heard('"paused"')
  await john.call('transfer/update', { id, status: 'aborted' })
  await heard('"aborted"')
  await john.call('transfer/delete', { id })
  await heard('"removed"')
  socket.terminate()
  expectSection(file, 'stream-example', `\`\`\`\n${lines.join('\n')}\n\`\`\``)
})
