// SPDX-License-Identifier: AGPL-3.0-or-later
import { runNpm } from './npm.mjs'
import { root, say } from './run.mjs'
import { text } from './texts.js'

const serious = ['high', 'critical']

/**
 * Prints one line for each package with a weakness. The exit code is 1 only for a high or critical severity; when the
 * registry does not answer, a line says that nothing was checked and the exit code is 0.
 */
export async function audit(node) {
  // .npmrc sets audit=false, so that an installation makes no audit request.
  const args = ['audit', '--json', '--audit', '--package-lock-only', '--fetch-retries=0', '--fetch-timeout=60000']
  const { out, err } = await runNpm(root, args, node)
  const report = read(out)
  if (report?.auditReportVersion !== 2) {
    return say(text('cli.launch.audit.unasked', { why: reasonOf(report, err) }))
  }
  const found = Object.values(report.vulnerabilities)
  for (const each of found) console.log(describe(each))
  const bad = found.filter(({ severity }) => serious.includes(severity))
  if (bad.length > 0) say(text('cli.launch.audit.bad', { count: `${bad.length}` }), 1)
  else
    say(text(found.length > 0 ? 'cli.launch.audit.fine_lesser' : 'cli.launch.audit.fine', { count: `${found.length}` }))
}

function read(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function reasonOf(report, err) {
  const said = report?.error?.summary || report?.message || err
  return said.trim().split('\n')[0] || text('cli.launch.audit.no_reason')
}

function describe({ name, severity, range, via, fixAvailable }) {
  const titles = via.map((one) =>
    typeof one === 'string' ? text('cli.launch.audit.through', { name: one }) : `${one.title} ${one.url}`,
  )
  return `${severity} ${name} ${range}: ${titles.join('; ')}${fixAvailable ? '' : ` ${text('cli.launch.audit.no_version')}`}`
}
