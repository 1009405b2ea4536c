// SPDX-License-Identifier: AGPL-3.0-or-later
// Which of our packages have a known weakness? Asks the registry, and says so when it cannot be asked.
import { runNpm } from './npm.mjs'
import { root, say } from './run.mjs'

const serious = ['high', 'critical']

/**
 * Prints one line for each package with a weakness. Sets exit code 1 only when one of them is of high or critical
 * severity; a registry that does not answer is no fault of ours (exit code 0, and a line that says « not checked »).
 */
export async function audit(node) {
  // .npmrc sets audit=false, so that an installation asks nobody.
  const args = ['audit', '--json', '--audit', '--package-lock-only', '--fetch-retries=0', '--fetch-timeout=60000']
  const { out, err } = await runNpm(root, args, node)
  const report = read(out)
  if (report?.auditReportVersion !== 2) {
    return say(`not checked: the registry could not be asked (${reasonOf(report, err)})`)
  }
  const found = Object.values(report.vulnerabilities)
  for (const each of found) console.log(describe(each))
  const bad = found.filter(({ severity }) => serious.includes(severity))
  if (bad.length > 0) say(`${bad.length} of our packages have a weakness of high severity`, 1)
  else say(`checked: no weakness of high severity${found.length > 0 ? `, ${found.length} lesser` : ''}`)
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
  return said.trim().split('\n')[0] || 'no reason given'
}

function describe({ name, severity, range, via, fixAvailable }) {
  const titles = via.map((one) => (typeof one === 'string' ? `through ${one}` : `${one.title} ${one.url}`))
  return `${severity} ${name} ${range}: ${titles.join('; ')}${fixAvailable ? '' : ' (no newer version helps)'}`
}
