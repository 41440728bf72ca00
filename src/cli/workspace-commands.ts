import { resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { nowMs } from '../platform/clock.ts'
import { say } from '../shared/words/index.ts'
import { askPassword } from './ask-password.ts'
import type { HostingCommands } from './hosting/index.ts'
import { addSiteCommands, code, folder, port } from './site-commands.ts'
import { addSpeedOptions, limitsOf, type SpeedOptions } from './speed-options.ts'
import type { Act, ExitCode, Terminal } from './terminal.ts'

type Role = 'admin' | 'employee' | 'standard'

/** Loads what runs workspaces, which no other command needs. */
export type LoadHosting = () => Promise<HostingCommands>

interface InitOptions {
  readonly data: string
  readonly code: string
  readonly admin: string
  readonly name?: string
  readonly adminName?: string
  readonly files?: string
  readonly passwordStdin?: boolean
}

interface ServeOptions extends SpeedOptions {
  readonly data: string
  readonly host: string
  readonly port?: number
  readonly advertise?: string
  readonly transferPort?: number
  readonly certificate?: string
  readonly key?: string
  readonly backupHours: number
  readonly keepBackups: number
}

/** `tern workspace …`, `tern serve`, `tern volume …`, `tern user …`, `tern key …`, `tern invite`, `tern backup` */
export function addWorkspaceCommands(program: Command, act: Act, load: LoadHosting): void {
  const run = (work: (hosting: HostingCommands, terminal: Terminal) => Promise<ExitCode>) =>
    act(async (terminal) => work(await load(), terminal))
  const data = (command: Command) => command.requiredOption('--data <folder>', say('cli.data'), folder)

  data(program.command('workspace').description(say('cli.workspace')).command('init'))
    .description(say('cli.workspace.init'))
    .requiredOption('--code <code>', say('cli.workspace.init.code'), code)
    .requiredOption('--admin <email>', say('cli.workspace.init.admin'), email)
    .option('--name <name>', say('cli.workspace.init.name'))
    .option('--admin-name <name>', say('cli.user.name'))
    .option('--files <folder>', say('cli.workspace.init.files'), folder)
    .option('--password-stdin', say('cli.password-stdin'))
    .action((options: InitOptions) => run((hosting, terminal) => init(hosting, options, terminal)))

  addSpeedOptions(data(program.command('serve')))
    .description(say('cli.serve'))
    .option('--host <address>', say('cli.serve.host'), '0.0.0.0')
    .option('--port <number>', say('cli.serve.port'), port)
    .option('--advertise <host:port>', say('cli.serve.advertise'), advertised)
    .option('--transfer-port <number>', say('cli.serve.transfer-port'), port)
    .option('--certificate <file>', say('cli.serve.certificate'), folder)
    .option('--key <file>', say('cli.serve.key'), folder)
    .option('--backup-hours <number>', say('cli.serve.backup-hours'), (text) => integer(text, 0, 8760), 24)
    .option('--keep-backups <number>', say('cli.serve.keep-backups'), (text) => integer(text, 1, 1000), 7)
    .action(({ data: dataFolder, certificate, key, limit, limitTimes, ...rest }: ServeOptions, command: Command) => {
      if ((certificate === undefined) !== (key === undefined)) command.error(say('cli.serve.certificate-and-key'))
      const files = certificate && key ? { certificate: { certificateFile: certificate, keyFile: key } } : {}
      const limits = limitsOf({
        ...(limit !== undefined && { limit }),
        ...(limitTimes !== undefined && { limitTimes }),
      })
      return run((hosting, terminal) => hosting.serve({ folder: dataFolder, ...rest, ...files, limits }, terminal))
    })

  const volume = program.command('volume').description(say('cli.volume'))
  data(volume.command('add'))
    .description(say('cli.volume.add'))
    .requiredOption('--name <name>', say('cli.volume.add.name'))
    .requiredOption('--path <folder>', say('cli.volume.add.path'), folder)
    .option('--code <code>', say('cli.volume.add.code'), code)
    .option('--default', say('cli.volume.add.default'))
    .action((options: { data: string; name: string; path: string; code?: string; default?: boolean }) =>
      run((hosting, terminal) => {
        const { name, path, default: isDefault = false } = options
        const input = { name, code: options.code ?? codeOf(name), path, isDefault }
        return hosting.makeVolume({ folder: options.data, input }, terminal)
      }),
    )

  data(volume.command('assign'))
    .description(say('cli.volume.assign'))
    .requiredOption('--code <code>', say('cli.volume.assign.code'), code)
    .requiredOption('--site <code>', say('cli.server.invite.site'), code)
    .requiredOption('--path <folder>', say('cli.volume.assign.path'))
    .option('--server <name>', say('cli.volume.assign.server'))
    .action(
      ({ data: dataFolder, ...input }: { data: string; code: string; site: string; path: string; server?: string }) =>
        run((hosting, terminal) => hosting.assignVolume({ folder: dataFolder, input }, terminal)),
    )

  addSiteCommands(program.command('server').description(say('cli.server')), data, run)

  data(program.command('mail').description(say('cli.mail')).command('password'))
    .description(say('cli.mail.password'))
    .option('--password-stdin', say('cli.password-stdin'))
    .action((options: { data: string; passwordStdin?: boolean }) =>
      run(async (hosting, terminal) => {
        const password = await askPassword(terminal, options.passwordStdin === true)
        return hosting.keepMailPassword({ folder: options.data, input: { password } })
      }),
    )

  const user = program.command('user').description(say('cli.user'))
  data(user.command('add'))
    .description(say('cli.user.add'))
    .requiredOption('--email <email>', say('cli.user.email'), email)
    .requiredOption('--role <role>', say('cli.user.role'), role)
    .option('--name <name>', say('cli.user.name'))
    .option('--password-stdin', say('cli.password-stdin'))
    .action((options: { data: string; email: string; role: Role; name?: string; passwordStdin?: boolean }) =>
      run(async (hosting, terminal) => {
        const password = await askPassword(terminal, options.passwordStdin === true)
        const input = { email: options.email, role: options.role, password, ...named(options.name) }
        return hosting.makeUser({ folder: options.data, input }, terminal)
      }),
    )

  data(user.command('password'))
    .description(say('cli.user.password'))
    .requiredOption('--email <email>', say('cli.user.email'), email)
    .option('--password-stdin', say('cli.password-stdin'))
    .action((options: { data: string; email: string; passwordStdin?: boolean }) =>
      run(async (hosting, terminal) => {
        const password = await askPassword(terminal, options.passwordStdin === true)
        return hosting.setPassword({ folder: options.data, input: { email: options.email, password } }, terminal)
      }),
    )

  addKeyCommands(program.command('key').description(say('cli.key')), data, run)

  data(program.command('invite'))
    .description(say('cli.invite'))
    .option('--email <email>', say('cli.user.email'), email)
    .option('--name <name>', say('cli.user.name'))
    .option('--role <role>', say('cli.user.role'), role, 'standard')
    .action((options: { data: string; email?: string; name?: string; role: Role }) =>
      run((hosting, terminal) => {
        const { data: dataFolder, role: given, email: address, name } = options
        const input = { role: given, ...(address && { email: address }), ...named(name) }
        return hosting.invite({ folder: dataFolder, input }, terminal)
      }),
    )

  data(program.command('backup'))
    .description(say('cli.backup'))
    .option('--to <file>', say('cli.backup.to'), folder)
    .action((options: { data: string; to?: string }) =>
      run((hosting, terminal) => {
        const file = options.to ?? resolve(options.data, 'backups', `by-hand-${stamp()}.db`)
        return hosting.backUp({ folder: options.data, file }, terminal)
      }),
    )
}

/** `tern job running` */
export function addRunningCommand(job: Command, act: Act, load: LoadHosting): void {
  job
    .command('running')
    .description(say('cli.job.running'))
    .requiredOption('--data <folder>', say('cli.data'), folder)
    .action((options: { data: string }) =>
      act(async (terminal) => (await load()).listRunning({ folder: options.data }, terminal)),
    )
}

/** `tern job plan …` */
export function addPlanCommand(job: Command, act: Act, load: LoadHosting): void {
  job
    .command('plan')
    .description(say('cli.job.plan'))
    .argument('<source>', say('cli.job.plan.source'))
    .argument('<destination>', say('cli.job.plan.destination'))
    .option('--setting <name=value>', say('cli.job.plan.setting'), collected, [])
    .action((source: string, destination: string, { setting }: { setting: readonly string[] }) =>
      act(async (terminal) => (await load()).planJob({ source, destination, settings: setting }, terminal)),
    )
}

function collected(text: string, before: readonly string[]): readonly string[] {
  return [...before, text]
}

function addKeyCommands(
  key: Command,
  data: (command: Command) => Command,
  run: (work: (hosting: HostingCommands, terminal: Terminal) => Promise<ExitCode>) => Promise<void>,
): void {
  data(key.command('create'))
    .description(say('cli.key.create'))
    .requiredOption('--user <email>', say('cli.user.email'), email)
    .option('--label <text>', say('cli.key.label'))
    .option('--days <number>', say('cli.key.days'), (text) => integer(text, 1, 36_500))
    .action((options: { data: string; user: string; label?: string; days?: number }) =>
      run((hosting, terminal) => {
        const { user, label, days } = options
        const expiry = days === undefined ? {} : { expiresAtMs: nowMs() + days * 86_400_000 }
        const input = { email: user, ...(label !== undefined && { label }), ...expiry }
        return hosting.makeKey({ folder: options.data, input }, terminal)
      }),
    )
  data(key.command('list'))
    .description(say('cli.key.list'))
    .requiredOption('--user <email>', say('cli.user.email'), email)
    .action((options: { data: string; user: string }) =>
      run((hosting, terminal) => hosting.listKeys({ folder: options.data, input: { email: options.user } }, terminal)),
    )
  data(key.command('revoke'))
    .description(say('cli.key.revoke'))
    .requiredOption('--id <id>', say('cli.key.id'))
    .action((options: { data: string; id: string }) =>
      run((hosting, terminal) => hosting.revokeKey({ folder: options.data, input: { id: options.id } }, terminal)),
    )
}

async function init(hosting: HostingCommands, options: InitOptions, terminal: Terminal): Promise<ExitCode> {
  const password = await askPassword(terminal, options.passwordStdin === true)
  const { data, admin, adminName } = options
  const input = {
    folder: data,
    code: options.code,
    name: options.name ?? options.code,
    admin: { email: admin, name: adminName ?? admin.slice(0, admin.indexOf('@')), password },
    filesFolder: options.files ?? resolve(data, 'files'),
  }
  return hosting.initWorkspace(input, terminal)
}

const named = (name: string | undefined) => (name === undefined ? {} : { name })
const stamp = () => new Date(nowMs()).toISOString().replace(/[-:]|\.\d+/g, '')

/** `Field 7` becomes `field-7`: what stands behind `share=`. */
function codeOf(name: string): string {
  const text = name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  return text.replace(/^-+|-+$/g, '').slice(0, 40) || 'volume'
}

function email(text: string): string {
  if (!/^[^\s@]{1,64}@[^\s@]+\.[^\s@]+$/.test(text) || text.length > 254) {
    throw new InvalidArgumentError(say('cli.bad-email'))
  }
  return text
}

function role(text: string): Role {
  if (text !== 'admin' && text !== 'employee' && text !== 'standard') {
    throw new InvalidArgumentError(say('cli.bad-role'))
  }
  return text
}

function advertised(text: string): string {
  if (!/^(\[[0-9A-Fa-f:.]+\]|[^\s/:[\]]+):\d{1,5}$/.test(text)) throw new InvalidArgumentError(say('cli.bad-address'))
  return text
}

function integer(text: string, min: number, max: number): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new InvalidArgumentError(say('cli.bad-number', { min, max }))
  }
  return value
}
