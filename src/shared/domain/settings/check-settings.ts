import { TernError } from '../errors.ts'
import { settingProblem } from './setting-problem.ts'
import type { SettingScope, Settings } from './settings.ts'

/**
 * Refuses settings that Tern does not know, whose value it cannot use, or that make no sense where they are written.
 * @throws TernError SPEC_INVALID `{jsonPath, advice, …what would be right}`, UNSUPPORTED `{feature, jsonPath}`
 */
export function checkSettings(settings: Settings, jsonPath = '$.settings', scope?: SettingScope): void {
  for (const [name, value] of Object.entries(settings)) {
    const problem = settingProblem(name, value, scope)
    if (problem) throw new TernError(problem.code, { ...problem.params, jsonPath: `${jsonPath}.${name.slice(0, 100)}` })
  }
}
