import { formatCount } from '../domain/units/units.ts'
import { app } from './app.ts'
import { cli } from './cli.ts'
import { details } from './details.ts'
import { dialogs } from './dialogs.ts'
import { errors } from './errors.ts'
import { singleLine } from './fill.ts'
import { firstRun } from './first-run.ts'
import { incoming } from './incoming.ts'
import { log } from './log.ts'
import { menu } from './menu.ts'
import type { Message, MessageParams, Placeholders } from './message.ts'
import { notifications } from './notifications.ts'
import { preferences } from './preferences.ts'
import { reasons } from './reasons.ts'
import { send } from './send.ts'
import { settingsScreens } from './settings-screens.ts'
import { transfers } from './transfers.ts'
import { tray } from './tray.ts'

/** Every word on screen. A key stands in one file only; a test checks that and that each is used. */
export const catalogue = {
  ...app,
  ...cli,
  ...details,
  ...dialogs,
  ...errors,
  ...firstRun,
  ...incoming,
  ...log,
  ...menu,
  ...notifications,
  ...preferences,
  ...reasons,
  ...send,
  ...settingsScreens,
  ...transfers,
  ...tray,
}

export type MessageKey = keyof typeof catalogue

type ParamsOf<Key extends MessageKey> = { readonly [Name in Placeholders<(typeof catalogue)[Key]>]: string | number }

/**
 * A message of the catalogue with its placeholders filled. Numbers are grouped (`12,403`); `count` chooses between one
 * and many. The compiler asks for exactly the placeholders that the message has.
 */
export function say<Key extends MessageKey>(
  key: Key,
  ...args: [Placeholders<(typeof catalogue)[Key]>] extends [never] ? [] : [params: ParamsOf<Key>]
): string {
  return fill(catalogue[key], args[0] ?? {})
}

/** For keys that are computed: placeholders are filled as far as `params` has them. */
export function sayWith(key: MessageKey, params: MessageParams): string {
  return fill(catalogue[key], params)
}

export function isMessageKey(key: string): key is MessageKey {
  return Object.hasOwn(catalogue, key)
}

/** Fills `{names}`; a name without a value stays visible, so that it is found, not guessed. */
function fill(message: Message, params: MessageParams): string {
  const text = typeof message === 'string' ? message : params.count === 1 ? message.one : message.other
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    if (!Object.hasOwn(params, name)) return whole
    const value = params[name]
    return typeof value === 'number' ? formatCount(value) : singleLine(`${value}`)
  })
}
