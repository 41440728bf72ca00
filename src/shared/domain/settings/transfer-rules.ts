import { settingOf } from './merge-settings.ts'
import type { Settings } from './settings.ts'

/** What to do when something else stands at the destination. */
export function conflictRuleOf(settings: Settings): 'replace' | 'skip' | 'rename' {
  if (settingOf(settings, 'transfer_ignore_existing').includes('file')) return 'skip'
  const rule = settingOf(settings, 'transfer_on_conflict')
  return rule === 'skip' || rule === 'rename' ? rule : 'replace'
}

/** What makes a file at the destination the same as its source. */
export function comparisonOf(settings: Settings): 'size+modified' | 'size' | 'modified' {
  const words = settingOf(settings, 'transfer_comparison')
  if (!words.includes('modified')) return 'size'
  return words.includes('size') ? 'size+modified' : 'modified'
}
