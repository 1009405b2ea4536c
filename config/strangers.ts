// SPDX-License-Identifier: AGPL-3.0-or-later
// Which variables look like settings of ours and are not? Answers with one warning for each.
import { distance } from 'fastest-levenshtein'

const ours = /^(MAINFORTE|FEDERATION|SMTP|MAIL|SECRET_KEY|TRUSTED|PUBLIC_URL|DATA_DIR)_/

/** A misspelt name would be ignored in silence, and the operator would believe it set. */
export function strangers(env: Readonly<Record<string, string | undefined>>, names: readonly string[]): string[] {
  return Object.keys(env)
    .filter((name) => env[name] && !names.includes(name))
    .flatMap((name) => {
      const near = names.find((one) => isNear(one, name.toUpperCase()))
      if (near) return [`${name} is not a setting of ours: did you mean ${near}?`]
      return ours.test(name) ? [`${name} is not a setting of ours: it is ignored`] : []
    })
    .toSorted()
}

/** True when few characters differ; a short name (HOST, PORT) has too many honest neighbours. */
function isNear(one: string, other: string): boolean {
  const limit = one.length < 8 ? 0 : one.length < 9 ? 1 : 2
  return isSwapped(one, other) || distance(one, other) <= limit
}

/** Two neighbours changed places, as fingers do: SMPT_URL. */
function isSwapped(one: string, other: string): boolean {
  const at = [...one].findIndex((letter, index) => letter !== other[index])
  if (at < 0 || one.length !== other.length) return false
  return one.slice(0, at) + one[at + 1] + one[at] + one.slice(at + 2) === other
}
