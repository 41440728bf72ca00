import type { HandlerContext } from './handler-context.ts'
import type { CommandHandlers } from './register.ts'

type SettingCommands = Extract<keyof CommandHandlers, `settings.${string}`>

/** Commands around the settings of a workspace; what may be set is decided there. */
export function settingHandlers({ engine }: HandlerContext): Pick<CommandHandlers, SettingCommands> {
  return {
    'settings.list': (input) => engine.call('settingsList', input),
    'settings.set': (input) => engine.call('settingsSet', input),
  }
}
