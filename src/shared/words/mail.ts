import { singleLine } from './fill.ts'

/** What mails say, as plain text; names stand in the subject as one line. */
const texts = {
  invitation: {
    subject: '{sender} invites you to {workspace}',
    body: '{sender} invites you to the workspace {workspace}.\n\nOpen Tern and paste this into "Join a workspace":\n\n{invitation}\n\nIt works once, for 14 days. Hand it to nobody else.\n\n{message}',
  },
  files: {
    subject: '{sender} sends you {job}',
    body: '{sender} sends you {job} by the workspace {workspace}.\n\nOpen Tern and choose the folder that it goes to.\n\n{message}',
  },
  request: {
    subject: '{sender} asks you for files: {job}',
    body: '{sender} asks you for files by the workspace {workspace}: {job}\n\nOpen Tern to send them.\n\n{message}',
  },
  submit: { subject: 'New: {job}', body: '{job} was made in the workspace {workspace}.' },
  done: { subject: 'Done: {job}', body: '{job} is done in the workspace {workspace}.' },
  fail: {
    subject: 'Failed: {job}',
    body: '{job} has failed in the workspace {workspace}.\n\nOpen Tern to see why and to try again.',
  },
} as const

export type MailTextKind = keyof typeof texts

export function mailText(
  kind: MailTextKind,
  params: Readonly<Record<string, string>>,
): { readonly subject: string; readonly text: string } {
  const { subject, body } = texts[kind]
  const all = { sender: '', job: '', message: '', invitation: '', workspace: '', ...params }
  const lines = Object.fromEntries(Object.entries(all).map(([name, value]) => [name, singleLine(value)]))
  return {
    subject: fill(subject, lines),
    text: `${fill(body, { ...lines, message: all.message.slice(0, 10_000) }).trimEnd()}\n`,
  }
}

function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
}
