// SPDX-License-Identifier: AGPL-3.0-or-later
// Length, and not easy to guess; no rule about capitals or signs (ASVS 6.2).
import { plain } from '../../db/plain.ts'
import type { MessageKey } from '../text/message-keys.ts'
import { commonWords, keyboardPaths } from './common-passwords.ts'

/** In Unicode code points. */
export const PASSWORD_LENGTH = { least: 12, most: 128 }

const ROWS = ['1234567890', 'azertyuiop', 'qsdfghjklm', 'wxcvbn', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm']
const LEET: Record<string, string> = { '@': 'a', '4': 'a', '3': 'e', '1': 'i', '!': 'i', '0': 'o', $: 's', '5': 's' }

/** @param own words an attacker would try first: the person's names and e-mail address, the association's name. */
export function passwordFault(password: string, own: readonly string[]): MessageKey | undefined {
  const length = [...password.normalize('NFC')].length
  if (length < PASSWORD_LENGTH.least) return 'accounts.error.password_short'
  if (length > PASSWORD_LENGTH.most) return 'accounts.error.password_long'
  const folded = plain(password)
  if (isPattern(folded) || isMadeOf(folded, commonWords, 2)) return 'accounts.error.password_common'
  const names = own.flatMap((text) => plain(text).split(/[^\p{L}\p{N}]+/u)).filter((word) => word.length > 2)
  const isOwn = isMadeOf(folded, names, names.length) || isMadeOf(folded, [...names, ...commonWords], 2)
  if (isOwn) return 'accounts.error.password_own'
  return undefined
}

/** True for few different characters, a short repeated piece, or neighbours in the alphabet or on the keyboard. */
function isPattern(text: string): boolean {
  if (new Set(text).size <= 3 || keyboardPaths.has(text)) return true
  const again = /^(.{1,6}?)\1+/.exec(text)
  if (again && again[0].length >= text.length - 2) return true
  const steps = [...text].slice(1).filter((sign, at) => isStep(text[at] ?? '', sign)).length
  return steps >= 0.75 * (text.length - 1)
}

function isStep(from: string, to: string): boolean {
  const codes = /^[a-z0-9]{2}$/.test(from + to) ? Math.abs(from.charCodeAt(0) - to.charCodeAt(0)) : 9
  const isNeighbour = ROWS.some((row) => row.includes(from + to) || row.includes(to + from))
  return codes <= 1 || isNeighbour
}

/** True for at most `most` different words of the list, with any digits and signs around them. */
function isMadeOf(text: string, words: readonly string[], most: number): boolean {
  const plain = text.replaceAll(/[^\p{L}]/gu, '')
  const undone = [...text].map((sign) => LEET[sign] ?? sign).join('')
  return [plain, undone.replaceAll(/[^\p{L}]/gu, '')].some((candidate) => {
    const used = new Set<string>()
    let rest = candidate
    for (const word of words) {
      if (!rest.includes(word)) continue
      used.add(word)
      rest = rest.replaceAll(word, ' ')
    }
    return used.size > 0 && used.size <= most && rest.replaceAll(' ', '').length < 4
  })
}
