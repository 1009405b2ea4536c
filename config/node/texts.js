// SPDX-License-Identifier: AGPL-3.0-or-later
// Texts for the person at the machine, before anything is installed: plain JavaScript, and the same files as every page.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'views', 'locales')

/** POSIX: LC_ALL before LC_MESSAGES before LANG. @returns `fr` or `en`; undefined when they say neither. */
export function languageOf(env) {
  const asked = env.LC_ALL || env.LC_MESSAGES || env.LANG || ''
  return /^(fr|en)/i.exec(asked)?.[1]?.toLowerCase()
}

/**
 * @returns `say(key, values)`: the text of that key with `{name}` replaced, in the language of the machine, else French;
 * the key itself when there is no text.
 */
export function textsFor(env) {
  let texts
  return (key, values = {}) => {
    const file = join(folder, languageOf(env) ?? 'fr', 'cli.json')
    texts ??= JSON.parse(readFileSync(file, 'utf8'))
    return (texts[key] ?? key).replaceAll(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole)
  }
}

export const text = textsFor(process.env)
