import { z } from 'zod'

const linkLimit = 1000

/** An invitation as it stands in a `tern://` link; nothing else that a link may say does anything. */
const invitation = z
  .string()
  .max(linkLimit)
  .regex(/^tern:\/\/join\/[^\s/]{1,255}\/[0-9a-fA-F]{64}\/[^\s/]{1,200}\/?$/)

/** The invitation among the arguments of a start, or in a link that the system opened. Untrusted: only ever shown. */
export function invitationIn(args: readonly string[]): string | undefined {
  for (const arg of args) {
    if (!arg.startsWith('tern:')) continue
    const parsed = invitation.safeParse(arg)
    if (parsed.success) return parsed.data
  }
  return undefined
}

const secondStart = z.object({ argv: z.array(z.string().max(10_000)).max(1000) })

/** What a second start said it was started with: Chromium re-orders the arguments that Electron itself passes on. */
export function argumentsOf(additionalData: unknown, fallback: readonly string[]): readonly string[] {
  const parsed = secondStart.safeParse(additionalData)
  return parsed.success ? parsed.data.argv : fallback
}
