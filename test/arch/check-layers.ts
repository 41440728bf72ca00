import type { Import, ImportGraph } from './import-graph.ts'
import type { LayerRule } from './layer-rules.ts'

const grants = (grant: string, target: string): boolean =>
  grant === target || ((grant.endsWith('/') || grant === 'node:') && target.startsWith(grant))

const isGranted = ({ target, typeOnly }: Import, rule: LayerRule): boolean =>
  rule.may.some((grant) => grants(grant, target)) ||
  (typeOnly && (rule.mayAsType ?? []).some((grant) => grants(grant, target)))

/** Every import that no rule allows, and every file that stands under no rule, one sentence each. */
export const layerViolations = (graph: ImportGraph, rules: readonly LayerRule[]): string[] => {
  const violations: string[] = []
  for (const [file, imports] of graph) {
    const rule = rules.find(({ files }) => files.test(file))
    if (rule === undefined) {
      violations.push(`${file} stands under no rule`)
      continue
    }
    for (const found of imports) {
      if (!isGranted(found, rule)) violations.push(`${file} may not import ${found.target}`)
    }
  }
  return violations
}

/**
 * Groups of files that import one another in a circle, each sorted. Imports of types count: a circle of types is a
 * circle in the reader's head.
 */
export const importCircles = (graph: ImportGraph): string[][] => {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const open: string[] = []
  const circles: string[][] = []

  const visit = (file: string): void => {
    const own = index.size
    index.set(file, own)
    low.set(file, own)
    open.push(file)
    for (const { target } of graph.get(file) ?? []) {
      if (!graph.has(target)) continue
      if (target === file) circles.push([file])
      if (!index.has(target)) visit(target)
      if (open.includes(target)) low.set(file, Math.min(low.get(file) ?? own, low.get(target) ?? own))
    }
    if (low.get(file) !== own) return
    const group = open.splice(open.indexOf(file))
    if (group.length > 1) circles.push(group.sort())
  }
  for (const file of graph.keys()) if (!index.has(file)) visit(file)
  return circles
}

/** Every file that running `entry` loads, itself included. Imports of types load nothing. */
export const loadedBy = (graph: ImportGraph, entry: string): Set<string> => {
  const loaded = new Set([entry])
  for (const file of loaded) {
    for (const { target, typeOnly } of graph.get(file) ?? []) {
      if (!typeOnly && graph.has(target)) loaded.add(target)
    }
  }
  return loaded
}
