import { ScriptSession } from '../../../helpers/wire/script-session.ts'
import { type WireClient, wireClientOf } from '../../../helpers/wire/wire-client.ts'
import { type TestClient, TestWorkspace } from '../../workspace/support.ts'

/** One workspace for the whole suite: its admin John, the employee Lisa, Mia who may little, and the main site's storage. */
export class Setting implements AsyncDisposable {
  workspace!: TestWorkspace
  john!: TestClient
  lisa!: TestClient
  mia!: TestClient
  hq!: TestClient
  scripts!: ScriptSession
  lisaScripts!: ScriptSession
  miaScripts!: ScriptSession

  async open(): Promise<void> {
    this.workspace = await TestWorkspace.start({ rateLimits: { failures: { burst: 1000, perSecond: 1000 } } })
    this.john = await this.workspace.john('desk')
    await this.john.call('setting/set', { entity: 'workspace', name: 'api_calls_per_second', value: '-1' })
    this.lisa = await this.workspace.person('lisa@example.com', 'Lisa', 'employee', this.john)
    this.mia = await this.workspace.person('mia@example.com', 'Mia', 'standard', this.john)
    this.hq = await this.workspace.hq()
    this.scripts = await this.scriptsOf(this.john)
    this.lisaScripts = await this.scriptsOf(this.lisa)
    this.miaScripts = await this.scriptsOf(this.mia)
  }

  get wire(): WireClient {
    return this.scripts.wire
  }

  async scriptsOf(person: TestClient): Promise<ScriptSession> {
    return ScriptSession.open(await wireClientOf(this.workspace, person))
  }

  /** A paused upload of two files, which nobody measures or carries. */
  upload(name: string, more: Record<string, unknown> = {}) {
    const task = (file: string) => ({ source: `/home/john/${file}`, destination: 'share=projects/in/' })
    return this.scripts.create('Transfer', { name, status: 'paused', tasks: [task('a.mov'), task('b.mov')], ...more })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.workspace[Symbol.asyncDispose]()
  }
}

/** Attributes of a record, in the order of the alphabet. */
export const names = (record: object): string[] => Object.keys(record).sort()
