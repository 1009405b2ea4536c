// SPDX-License-Identifier: AGPL-3.0-or-later
// Checks telephone numbers as people write them; they are stored as typed.
import { createRequire } from 'node:module'
import { once } from '../base/once.ts'

/**
 * Countries that a number without a country code may be of. The other overseas parts of France have numbers as long as
 * those of France, which start with the code of the part (0262…).
 */
const HOME = ['FR', 'CA', 'NC', 'PF', 'PM', 'WF']
/** Words for an extension in Québec and France; the library knows only « ext. ». */
const EXTENSION = /(?<![\s,])[\s,]*(?:ext(?:ension)?|poste|p)\b\.?\s*(?=\d)/iu

type Library = typeof import('awesome-phonenumber')

/** Loaded with the first number that is checked, because its tables take 11 MB. */
const load = once(() => createRequire(import.meta.url)('awesome-phonenumber') as Library)

/**
 * True for a number of France with its overseas parts, of Canada, or of any country when it begins with + or 00. Only
 * its length decides, because ranges are opened more often than software is updated.
 */
export function isTelephone(typed: string): boolean {
  if (!/^[+(\d]/.test(typed)) return false
  const number = typed.replaceAll(/\s/g, ' ').replace(EXTENSION, ' ext. ')
  return HOME.some((regionCode) => load().parsePhoneNumber(number, { regionCode }).possible)
}

/** Three to six digits, as for helplines and emergency services: 3939, 112. */
export const isShortNumber = (typed: string): boolean => /^\d{3,6}$/.test(typed.replaceAll(/[\s.]/g, ''))

/**
 * The number in groups of figures, so that a spreadsheet takes it for a text and keeps its 0 or +; as typed where it has
 * groups already, null for what is no number.
 */
export function telephoneInGroups(typed: string): string | null {
  const number = typed.trim()
  if (!/^[+(]?\d[\d\s()./\u2010-\u2015-]*(?:(?:,[\s,]*)?(?:ext(?:ension)?|poste|p|x|#)\.?\s*\d{1,7})?$/i.test(number))
    return null
  if (/\d[^\d]+\d/.test(number)) return number
  const figures = number.replaceAll(/\D/g, '')
  if (/^0[1-9]\d{8}$/.test(number)) return number.replaceAll(/\d\d(?=\d)/g, '$& ')
  if (/^[2-9]\d{9}$/.test(number)) return `${figures.slice(0, 3)} ${figures.slice(3, 6)}-${figures.slice(6)}`
  const abroad = number.startsWith('+') || number.startsWith('00')
  const parsed = abroad ? load().parsePhoneNumber(number.replace(/^00/, '+')) : undefined
  if (parsed?.valid) return parsed.number.international
  return abroad || number.startsWith('0') ? `${number.slice(0, 3)} ${number.slice(3)}` : number
}

/** The `tel:` address of the number (RFC 3966), without its extension. */
export function telephoneLink(typed: string): string {
  const [number = ''] = typed.split(EXTENSION)
  // The 0 of « +33 (0)6 » is not dialled.
  return `tel:${number.replace(/^(\+.*)\(0\)/, '$1').replaceAll(/[^+\d]/g, '')}`
}
