import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect } from 'vitest'
import { readReply, ScriptError } from '../../../helpers/wire/read-reply.ts'
import { ScriptSession } from '../../../helpers/wire/script-session.ts'
import { asciiJson, WireClient } from '../../../helpers/wire/wire-client.ts'
import { proves } from './proves.ts'
import type { Setting } from './setting.ts'

const eventPath = '/api/v3/event'

export function frame(setting: Setting): void {
  describe('the frame', () => {
    proves(
      ['0.1', '0.6', '0.7', '2.error.body', '2.error.object'],
      'three paths answer, any other says so',
      async () => {
        const { wire } = setting
        for (const path of ['/api/v3/other', '/api/v3', '/api/v2/event', '/api/v3/event/more', '/api/v3/login']) {
          for (const verb of ['GET', 'POST', 'PUT', 'DELETE'] as const) {
            await expect(readReplyOf(verb, path)).rejects.toBeInstanceOf(ScriptError)
          }
        }
        async function readReplyOf(verb: string, path: string) {
          return readReply(await wire.send(verb, path, verb === 'GET' ? undefined : '{}'))
        }
      },
    )

    proves(
      ['0.2', '0.3', '0.4', '0.5', '1.envelope', '4.written'],
      'the captured requests are what is sent',
      async () => {
        const client = new WireClient({ address: '127.0.0.1:1' }, 'admin@example.com', 'KEY', 'acmefilm')
        const sent: { verb: string; path: string; body: string | undefined }[] = []
        client.session = 'SESSIONID'
        client.send = async (verb, path, body) => {
          sent.push({ verb, path, body: body?.toString() })
          return { status: 200, headers: {}, text: '', body: {} }
        }
        await client.event('GET', 'transfer/find', { query: 'name="å  b"' })
        await client.event('DELETE', 'transfer/delete', { data: null, id: 'a'.repeat(24) })
        await client.event('POST', 'transfer/create', { data: { name: 'å', tasks: [{ source: 'a' }] } })
        expect(client.authorization).toBe('basic YWRtaW5AZXhhbXBsZS5jb20=:S0VZ')
        const head = '%7B%22audience%22%3A%20%22api%22%2C%20%22workspace%22%3A%20%22acmefilm%22%2C%20%22eid%22%3A%20%22'
        expect(sent[0]?.path.startsWith(`${eventPath}?${head}`)).toBe(true)
        expect(sent[0]).toMatchObject({ verb: 'GET', body: undefined })
        expect(decodeURIComponent(sent[0]?.path ?? '')).toMatch(
          /"session": "SESSIONID", "uri": "transfer\/find", "ident": "admin@example.com", "created": "[^"]+", "hostname": "desk", "data": \{\}, "query": "name=\\"\\u00e5 {2}b\\""\}$/,
        )
        expect(sent[1]).toMatchObject({ verb: 'DELETE', body: '' })
        expect(decodeURIComponent(sent[1]?.path ?? '')).toMatch(/"data": null, "id": "a{24}"\}$/)
        expect(sent[2]).toMatchObject({ verb: 'POST', path: eventPath })
        expect(sent[2]?.body).toMatch(/"data": \{"name": "\\u00e5", "tasks": \[\{"source": "a"\}\]\}\}$/)
        expect(await setting.scripts.find('Transfer WHERE name="å  b"')).toEqual([])
        const made = await setting.upload('å b')
        expect(made.name).toBe('å b')
        expect(await setting.scripts.deleteOne('Transfer', made.id, { force: true })).toBe(true)
      },
    )

    proves(['0.9'], 'large data come packed, with every verb', async () => {
      const destination = 'share=projects/in/'
      const tasks = Array.from({ length: 1500 }, (_, index) => ({
        source: `/home/john/${'å'.repeat(60)}${index}`,
        destination,
      }))
      expect(setting.wire.envelope('transfer/create', { data: { tasks } })).not.toHaveProperty('data')
      const job = await setting.upload('packed', { tasks })
      expect(await setting.scripts.find('Task', { entityid: job.id })).toHaveLength(1500)
      const packed = (verb: 'GET' | 'POST' | 'PUT' | 'DELETE', uri: string, data: object, id?: string) => {
        const { data: _data, ...head } = setting.wire.envelope(uri, id === undefined ? {} : { id })
        const gz = gzipSync(asciiJson(data)).toString('base64')
        return setting.wire.sendEnvelope(verb, { ...head, gz_data: gz }).then(readReply)
      }
      expect((await packed('GET', 'transfer/find', { limit: 1 })).result).toHaveLength(1)
      expect((await packed('PUT', 'transfer/edit', { name: 'packed too' }, job.id)).result).toHaveLength(1)
      expect(
        (
          await packed(
            'POST',
            'task/create',
            { tasks: [{ source: '/home/john/c', destination: 'share=projects/in/' }] },
            job.id,
          )
        ).result,
      ).toHaveLength(1)
      expect((await packed('DELETE', 'transfer/delete', { force: true }, job.id)).result).toBe(true)
    })

    proves(['0.10', '1.session'], 'each call stands for itself, whatever its session says', async () => {
      const other = new WireClient(setting.workspace.server, setting.wire.email, setting.wire.key)
      other.session = 'never given'
      expect(readReply(await other.event('GET', 'workspace/find')).result).toHaveLength(1)
      const all = await Promise.all(Array.from({ length: 20 }, () => other.event('GET', 'workspace/find')))
      for (const reply of all) expect(readReply(reply).result).toHaveLength(1)
    })

    proves(['1.uri-case'], 'the uri counts in any letters', async () => {
      for (const uri of ['Transfer/find', 'transfer/Find', 'TRANSFER/FIND']) {
        expect(readReply(await setting.wire.event('GET', uri)).result).toEqual(expect.any(Array))
      }
    })

    proves(['1.data-null', '1.data-list'], 'data are an object, null or a list', async () => {
      const job = await setting.upload('data')
      expect(
        await setting.scripts.result('GET', 'user/find', { data: null, query: "code='mia@example.com'" }),
      ).toHaveLength(1)
      expect(await setting.scripts.updateMany('Task', job.id, [{ uri: '1', status: 'onhold' }])).toHaveLength(1)
      expect(await setting.scripts.deleteOne('Transfer', job.id, { force: true })).toBe(true)
    })

    proves(['1.long-query', '1.long-query-unicode'], 'the longest queries that clients send are read', async () => {
      const short = Array.from({ length: 1800 }, (_, index) => `share=projects/${String(index).padStart(26, 'a')}`)
      const letters = Array.from({ length: 180 }, (_, index) => `share=projects/${'å'.repeat(400)}${index}`)
      for (const path of [short, letters]) {
        const envelope = setting.wire.envelope('workspace/file', { data: { op: 'other', path } })
        const reply = await setting.wire.sendEnvelope('GET', envelope)
        expect(() => readReply(reply)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }))
      }
      expect(asciiJson(letters).length).toBeGreaterThan(400_000)
    })

    proves(
      ['2.error.exception', '2.error.type', '2.error.null', '2.error.result'],
      'whatever is sent, a client can read the reply',
      async () => {
        const { wire } = setting
        const bodies = [
          '',
          'x',
          '[]',
          'null',
          '"x"',
          '{}',
          '{"uri": 5}',
          '{"uri": "transfer/find", "data": 5}',
          '{"uri": "__proto__/find"}',
          `${'['.repeat(9000)}`,
          '{"uri": "transfer/find", "gz_data": "eA=="}',
        ]
        for (const body of bodies) {
          for (const verb of ['POST', 'PUT'] as const) {
            const reply = await wire.send(verb, eventPath, body)
            expect(() => readReply(reply), body).toThrow(ScriptError)
          }
          for (const verb of ['GET', 'DELETE'] as const) {
            const reply = await wire.send(verb, `${eventPath}?${encodeURIComponent(body)}`)
            expect(() => readReply(reply), body).toThrow(ScriptError)
          }
        }
        for (const path of [eventPath, `${eventPath}?%`, `${eventPath}?%E0%A4%A`, `${eventPath}?a=b`]) {
          const reply = await wire.send('GET', path)
          expect(() => readReply(reply), path).toThrow(ScriptError)
        }
      },
    )

    proves(
      ['2.error.status', '2.error.message'],
      'a success needs no status, and a failure has both texts',
      async () => {
        expect(await setting.scripts.find('Transfer')).toEqual(expect.any(Array))
        const reply = await setting.wire.event('POST', 'transfer/create', { data: { name: 'BOOM' } })
        expect(reply.body).toEqual({ message: 'SPEC_INVALID', message_hr: expect.stringMatching(/\w+ \w+/) })
      },
    )
  })

  describe('the session', () => {
    proves(
      ['1.lookup', '1.hostname'],
      'the look-up tells without a key where to go, and TLS is all that is spoken there',
      async () => {
        const query = encodeURIComponent('{"ident": "myworkspace"}')
        const stranger = { Authorization: undefined, 'X-Accsyn-Workspace': undefined }
        const reply = await setting.wire.send('GET', `/api/v3/J3PKTtDvolDMBtTy6AFGA?${query}`, undefined, stranger)
        const { result } = readReply(reply)
        expect(result).toEqual({ hostname: '127.0.0.1', port: setting.wire.port })
        const address = `${result.hostname}:${result.port}`
        const found = await ScriptSession.open(new WireClient({ address }, setting.wire.email, setting.wire.key))
        expect(found.role).toBe('admin')
      },
    )

    proves(['1.plain'], 'who speaks without TLS is not left waiting', async () => {
      const answer = await new Promise<string>((resolve, reject) => {
        const socket = connect(setting.wire.port, '127.0.0.1', () => socket.write('GET /api/v3/event HTTP/1.1\r\n\r\n'))
        let text = ''
        socket.on('data', (bytes) => {
          text += bytes.toString('latin1')
        })
        socket.on('error', reject)
        socket.on('close', () => resolve(text))
      }).catch((error: NodeJS.ErrnoException) => error.code ?? '')
      expect(answer).not.toMatch(/result|200/)
    })

    proves(['1.netrc', '1.utf8'], 'the key counts in both forms of the header', async () => {
      const { email, key } = setting.wire
      const usual = `Basic ${Buffer.from(`${email}:${key}`).toString('base64')}`
      const reply = await setting.wire.send('PUT', '/api/v3/api/login', '{}', { Authorization: usual })
      expect(readReply(reply).result.id).toBe(setting.john.user.id)
      const halves = [`${email}å`, `${key}å`].map((half) => Buffer.from(half, 'utf8').toString('base64'))
      const refused = await setting.wire.send('PUT', '/api/v3/api/login', '{}', {
        Authorization: `basic ${halves.join(':')}`,
      })
      expect(() => readReply(refused)).toThrow(expect.objectContaining({ code: 'BAD_CREDENTIALS' }))
    })

    proves(['1.login', '1.login-failure', '0.5'], 'login gives id, role and session id, or a message', async () => {
      for (const [person, role] of [
        [setting.john, 'admin'],
        [setting.lisa, 'employee'],
        [setting.mia, 'standard'],
      ] as const) {
        const session = await setting.scriptsOf(person)
        expect(session).toMatchObject({ userId: person.user.id, role })
        expect(session.wire.session).not.toBe('')
      }
      const wrong = new WireClient(setting.workspace.server, setting.wire.email, 'wrong')
      await expect(ScriptSession.open(wrong)).rejects.toMatchObject({ code: 'BAD_CREDENTIALS' })
      const stranger = await setting.wire.send('GET', eventPath, undefined, { Authorization: undefined })
      expect(() => readReply(stranger)).toThrow(expect.objectContaining({ code: 'NOT_SIGNED_IN' }))
      const elsewhere = new WireClient(setting.workspace.server, setting.wire.email, setting.wire.key, 'other')
      await expect(ScriptSession.open(elsewhere)).rejects.toMatchObject({ code: 'WRONG_WORKSPACE' })
    })

    proves(['1.v30'], 'a client of 3.0 says domain', async () => {
      const { workspace: code, ...rest } = setting.wire.envelope('workspace/find')
      const reply = await setting.wire.sendEnvelope('GET', { audience: 'api', domain: code, ...rest })
      expect(readReply(reply).result).toHaveLength(1)
    })

    proves(['1.redirect'], 'nothing is redirected, however its path is written', async () => {
      for (const path of ['/api/v3/event/', '/api/v3//event', '/API/V3/EVENT', '/api/v3/api/login/', '/']) {
        const reply = await setting.wire.send('GET', path)
        expect(reply.status < 300 || reply.status >= 400, path).toBe(true)
        expect(() => readReply(reply), path).toThrow(ScriptError)
      }
    })

    proves(['1.too-many'], 'too many calls are told as any other failure, with the time to wait for', async () => {
      const setLimit = (value: string) =>
        setting.john.call('setting/set', { entity: 'workspace', name: 'api_calls_per_second', value })
      await setLimit('1')
      try {
        const replies = await Promise.all(
          Array.from({ length: 100 }, () => setting.wire.event('GET', 'workspace/find')),
        )
        const refused = replies.filter(({ status }) => status === 429)
        expect(refused.length).toBeGreaterThan(0)
        for (const reply of refused) {
          expect(() => readReply(reply)).toThrow(expect.objectContaining({ code: 'TOO_MANY_REQUESTS' }))
          expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0)
        }
      } finally {
        await setLimit('-1')
      }
    })
  })

  describe('dates and texts', () => {
    proves(
      ['0.8', '4.dates', '4.empty-date'],
      'dates are read as dates, and one that there is not is empty',
      async () => {
        const job = await setting.upload('dates')
        for (const name of ['created', 'modified']) expect(job[name]).toBeInstanceOf(Date)
        expect(Math.abs(job.created.getTime() - Date.now())).toBeLessThan(60_000)
        expect([null, '']).toContain(job.finished)
        const reply = await setting.wire.event('GET', 'transfer/find', { id: job.id })
        expect(reply.body.result[0].created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/)
        const done = await setting.scripts.update('Transfer', job.id, { status: 'aborted' })
        expect(done.finished).toBeInstanceOf(Date)
        const [user] = await setting.scripts.find('User WHERE code=mia@example.com')
        expect(user.logged_in === null || user.logged_in instanceof Date).toBe(true)
      },
    )

    proves(['4.killer'], 'no text of anybody’s takes the other answers away', async () => {
      const killers = [
        '2026-13-45T99:99:99',
        '226-01-01T00:00:00',
        '2026-02-30T00:00:00',
        '0001-01-01T00:00:00',
        '2026-01-01T00:00:00\n',
      ]
      for (const killer of killers) {
        await expect(setting.upload(killer), killer).rejects.toBeInstanceOf(ScriptError)
        const fine = await setting.upload('fine', { metadata: { text: killer } })
        const task = await setting.scripts.create(
          'Task',
          { tasks: { source: `/${killer}`, destination: `share=projects/${killer}`, metadata: { killer } } },
          fine.id,
        )
        expect(task.job).toBe(fine.id)
        // As it would have come from an app, which has no such names to fear.
        await setting.john.call('transfer/update', { id: fine.id, name: killer }).catch(() => {})
        expect(await setting.scripts.find('Task', { entityid: fine.id })).toHaveLength(3)
        expect((await setting.scripts.find('Transfer', { limit: 3 })).length).toBeGreaterThan(0)
        await setting.scripts.deleteOne('Transfer', fine.id, { force: true })
      }
    })
  })
}
