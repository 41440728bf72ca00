import { TernError } from '../../shared/domain/errors.ts'
import { type AdminCommand, type AdminParts, adminCommands, adminInputs } from './admin-commands.ts'

/** @throws TernError UNSUPPORTED, BAD_REQUEST `{field}`, whatever the command refuses */
export async function runAdminCommand(parts: AdminParts, name: string, input: unknown): Promise<unknown> {
  if (!isAdminCommand(name)) throw new TernError('UNSUPPORTED', { feature: name.slice(0, 100) })
  const parsed = adminInputs[name].safeParse(input)
  if (!parsed.success) throw new TernError('BAD_REQUEST', { field: String(parsed.error.issues[0]?.path[0] ?? 'input') })
  const command = adminCommands[name] as (parts: AdminParts, input: unknown) => Promise<unknown>
  return command(parts, parsed.data)
}

function isAdminCommand(name: string): name is AdminCommand {
  return Object.hasOwn(adminCommands, name)
}
