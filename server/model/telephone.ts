// SPDX-License-Identifier: AGPL-3.0-or-later
// Is this a telephone number, as people write it? Numbers are kept as they were typed.
import { createRequire } from 'node:module'
import { once } from '../base/once.ts'

/**
 * A number without a country code may be of one of these. The other overseas parts of France write theirs as long as
 * France does, and start them with the code of the part (0262…).
 */
const HOME = ['FR', 'CA', 'NC', 'PF', 'PM', 'WF']
/** As Québec and France say it; the library knows « ext. » alone. */
const EXTENSION = /\s*,?\s*(?:ext(?:ension)?|poste|p)\b\.?\s*(?=\d)/iu

type Library = typeof import('awesome-phonenumber')

/** Loaded with the first number that is checked: its tables take 11 MB. */
const load = once(() => createRequire(import.meta.url)('awesome-phonenumber') as Library)

/**
 * True for a number that can be dialled: of France with its overseas parts, of Canada, or of any country when it begins
 * with + or 00. How long it is decides, because ranges are opened more often than software is updated.
 */
export function isTelephone(typed: string): boolean {
  if (!/^[+(\d]/.test(typed)) return false
  const number = typed.replaceAll(/\s/g, ' ').replace(EXTENSION, ' ext. ')
  return HOME.some((regionCode) => load().parsePhoneNumber(number, { regionCode }).possible)
}

/** Three to six digits, as helplines and emergency services have them: 3939, 112. */
export const isShortNumber = (typed: string): boolean => /^\d{3,6}$/.test(typed.replaceAll(/[\s.]/g, ''))

/** Where a link leads that dials the number, without its extension: RFC 3966. */
export function telephoneLink(typed: string): string {
  const [number = ''] = typed.split(EXTENSION)
  // Nobody dials the 0 of « +33 (0)6 ».
  return `tel:${number.replace(/^(\+.*)\(0\)/, '$1').replaceAll(/[^+\d]/g, '')}`
}
