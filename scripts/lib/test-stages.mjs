// The stages of `npm test` and `npm run proof`: what each runs, and how its results are counted.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run, SetupError } from './run.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const bin = (path) => join(root, 'node_modules', path)
const node = (...args) => ({ command: process.execPath, args })

/** A program that only passes or fails. It counts as a failed test when it fails, and not at all when it passes. */
const check = (name, { command, args }) => ({
  name,
  run: async () => {
    const { code } = await run(command, args, { cwd: root })
    return { passed: 0, failed: code === 0 ? 0 : 1, skipped: [] }
  },
})

const vitestCounts = (report) => {
  const tests = report.testResults.flatMap((file) => file.assertionResults)
  const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed')
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: skipped.map(({ fullName }) => fullName),
  }
}

const playwrightCounts = (report) => {
  const specs = []
  const collect = (suite) => {
    specs.push(...(suite.specs ?? []).map((spec) => ({ ...spec, title: `${suite.title} › ${spec.title}` })))
    for (const inner of suite.suites ?? []) collect(inner)
  }
  for (const suite of report.suites) collect(suite)
  const skipped = specs.filter((spec) => spec.tests.some(({ status }) => status === 'skipped'))
  const { expected, unexpected, flaky } = report.stats
  // A test that needed a second try is a defect, not a success.
  return { passed: expected, failed: unexpected + flaky + report.errors.length, skipped: skipped.map((s) => s.title) }
}

/** Runs a test program that leaves a JSON report. No tests, or a bad end without a failed test, counts as a failure. */
const counted = async ({ command, args }, env, reportFile, countsOf) => {
  const { code } = await run(command, args, { cwd: root, env })
  if (!existsSync(reportFile)) return { passed: 0, failed: 1, skipped: [] }
  const counts = countsOf(JSON.parse(readFileSync(reportFile, 'utf8')))
  const nothingRan = counts.passed + counts.failed + counts.skipped.length === 0
  return nothingRan || (code !== 0 && counts.failed === 0) ? { ...counts, failed: counts.failed + 1 } : counts
}

const inScratch = async (action) => {
  const scratch = mkdtempSync(join(tmpdir(), 'tern-report-'))
  try {
    return await action(join(scratch, 'report.json'))
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

const vitest = (name, folders, env, options = []) => ({
  name,
  skip: !folders.some((folder) => existsSync(join(root, folder))),
  run: () =>
    inScratch((report) => {
      const filters = folders.filter((folder) => existsSync(join(root, folder)))
      const args = ['run', ...filters, ...options, '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`]
      return counted(node(bin('vitest/vitest.mjs'), ...args), { ...process.env, ...env }, report, vitestCounts)
    }),
})

const playwright = (project, folder, onDesktop, env) => ({
  name: project,
  skip: !existsSync(join(root, folder)),
  run: () =>
    inScratch(async (report) => {
      const command = node(bin('@playwright/test/cli.js'), 'test', `--project=${project}`, '--reporter=list,json')
      const extra = { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: report }
      if (!onDesktop || process.platform !== 'linux') {
        return counted(command, { ...process.env, ...extra }, report, playwrightCounts)
      }
      const { openDesktop } = await import('../../test/helpers/desktop/desktop.mjs')
      const desktop = await openDesktop()
      try {
        return await counted(command, { ...desktop.env, ...extra }, report, playwrightCounts)
      } finally {
        await desktop.close()
      }
    }),
})

/** The job language has to be held by its own tests, and not only where others use it. */
const domainCoverage = [
  '--coverage.enabled',
  '--coverage.include=src/shared/domain/**',
  '--coverage.reporter=text-summary',
  '--coverage.thresholds.lines=95',
  '--coverage.thresholds.branches=95',
]

/** The stages of `npm test`, in order. A stage whose folder does not exist has `skip` set. */
export const testStages = () => [
  check('lint', node(bin('@biomejs/biome/bin/biome'), 'ci', '--colors=off', '--error-on-warnings', '.')),
  check('types', node('scripts/typecheck.mjs')),
  check('dead-code', node(bin('knip/bin/knip.js'))),
  vitest('domain', ['test/unit/shared/'], {}, domainCoverage),
  vitest('unit', ['test/unit/'], {}, ['--exclude=test/unit/shared/**']),
  ...['fuzz', 'contract', 'integration', 'simulation', 'arch'].map((name) => vitest(name, [`test/${name}/`], {})),
  playwright('ui', 'test/ui', false, {}),
  playwright('e2e', 'test/e2e', true, {}),
]

/** All that tests the engine, with real files, sockets and processes and without. */
const engineSuite = [
  'test/unit/engine/',
  'test/contract/storage/',
  'test/integration/engine/',
  'test/simulation/engine/',
]
const repeats = 24

/** The engine's suite again and again: a test that fails once in so many runs is a defect, in it or in the engine. */
const repeated = () => {
  const once = vitest('engine-repeats', engineSuite, {})
  const again = async () => {
    const sum = { passed: 0, failed: 0, skipped: [] }
    for (let turn = 1; turn <= repeats; turn += 1) {
      const { passed, failed, skipped } = await once.run()
      console.log(`run ${turn} of ${repeats}: ${passed} passed, ${failed} failed`)
      sum.passed += passed
      sum.failed += failed
      sum.skipped = skipped
    }
    return sum
  }
  return { ...once, run: again }
}

/** The stages of `npm run proof`: the long runs, which print figures. */
export const proofStages = () => [
  ...Object.entries({
    network: ['bad-network'],
    servers: ['kill-server'],
    simulation: ['engine-simulation-a', 'engine-simulation-b'],
    'job-simulation': ['job-simulation'],
    kills: ['engine-kills'],
    bottleneck: ['bottleneck'],
  }).map(([name, files]) => {
    const paths = files.map((file) => `test/proof/${file}.test.ts`)
    return vitest(name, paths, { TERN_PROOF: '1' })
  }),
  playwright('proof', 'test/proof', true, { TERN_PROOF: '1' }),
  repeated(),
]

/** The stages of `npm run fuzz`: each parser for `seconds`. */
export const fuzzStages = (seconds) => [vitest('fuzz', ['test/fuzz/'], { TERN_FUZZ_SECONDS: `${seconds}` })]

/** Those of `all` that `--only unit,arch` names; without it all that can run here. */
export const chosenStages = (all) => {
  const at = process.argv.indexOf('--only')
  if (at === -1) return all.filter((stage) => !stage.skip)
  const names = (process.argv[at + 1] ?? '').split(',')
  const unknown = names.filter((name) => !all.some((stage) => stage.name === name))
  if (unknown.length > 0) {
    throw new SetupError(`No such stage: ${unknown.join(', ')}. Stages: ${all.map(({ name }) => name).join(', ')}.`)
  }
  return all.filter(({ name }) => names.includes(name))
}

/** Runs `stages` one after another, prints a table of them and the line `N passed, N failed`. Answers the exit code. */
export const runStages = async (stages) => {
  const rows = []
  for (const stage of stages) {
    console.log(`\n=== ${stage.name}`)
    const startedMs = performance.now()
    const counts = await stage.run()
    rows.push({ ...counts, name: stage.name, seconds: (performance.now() - startedMs) / 1000 })
  }

  const sum = (key) => rows.reduce((total, row) => total + row[key], 0)
  console.log(`\n${'stage'.padEnd(14)}${'passed'.padStart(8)}${'failed'.padStart(8)}${'seconds'.padStart(9)}`)
  for (const row of rows) {
    const figures = [`${row.passed}`.padStart(8), `${row.failed}`.padStart(8), row.seconds.toFixed(1).padStart(9)]
    console.log(`${row.name.padEnd(14)}${figures.join('')}${row.failed > 0 ? '  FAILED' : ''}`)
  }
  const skipped = rows.flatMap((row) => row.skipped.map((title) => `${row.name}: ${title}`))
  if (skipped.length > 0) console.log(`\nSKIPPED, NOT TESTED HERE:\n${skipped.map((title) => `  ${title}`).join('\n')}`)
  const tail = skipped.length > 0 ? `, ${skipped.length} skipped` : ''
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed${tail}`)
  return sum('failed') === 0 ? 0 : 1
}
