// SPDX-License-Identifier: AGPL-3.0-or-later

const HEADING = '## Unreleased'

/**
 * Moves the *Unreleased* entries under `## VERSION — DAY`; a version whose entries were moved before stays as it is.
 * @param day ISO day.
 * @throws a sentence for a person when nothing is *Unreleased*, or something is although VERSION is there already.
 */
export function cut(changelog: string, version: string, day: string): string {
  const at = changelog.indexOf(`${HEADING}\n`)
  if (at < 0) throw new Error(`CHANGELOG.md has no ${HEADING}`)
  const rest = changelog.slice(at + HEADING.length)
  const isCut = rest.includes(`\n## ${version} `)
  const isEmpty = /^\s*(## |$)/.test(rest)
  if (isCut !== isEmpty) {
    throw new Error(isCut ? `CHANGELOG.md has ${version} already, and something Unreleased` : 'nothing is Unreleased')
  }
  return isCut ? changelog : `${changelog.slice(0, at)}${HEADING}\n\n## ${version} — ${day}${rest}`
}
