// SPDX-License-Identifier: AGPL-3.0-or-later
import { distance } from 'fastest-levenshtein'
import type { Say } from './node/texts.js'

const ours = /^(MAINFORTE|FEDERATION|SMTP|MAIL|SECRET_KEY|TRUSTED|PUBLIC_URL|DATA_DIR)_/

/** @returns one warning for each misspelt setting, which the operator would otherwise believe to be in force. */
export function unknownVariables(
  env: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
  say: Say,
): string[] {
  return Object.keys(env)
    .filter((name) => env[name] && !names.includes(name))
    .flatMap((name) => {
      const near = names.find((one) => isNear(one, name.toUpperCase()))
      if (near) return [say('cli.setting.meant', { name, near })]
      return ours.test(name) ? [say('cli.setting.ignored', { name })] : []
    })
    .toSorted()
}

/** Short names (HOST, PORT) must be equal, because too many other variables look like them. */
function isNear(one: string, other: string): boolean {
  const limit = one.length < 8 ? 0 : one.length < 9 ? 1 : 2
  return isSwapped(one, other) || distance(one, other) <= limit
}

/** True for two neighbouring characters in the wrong order, as in SMPT_URL. */
function isSwapped(one: string, other: string): boolean {
  const at = [...one].findIndex((character, index) => character !== other[index])
  if (at < 0 || one.length !== other.length) return false
  return one.slice(0, at) + one[at + 1] + one[at] + one.slice(at + 2) === other
}
