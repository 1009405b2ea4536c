// SPDX-License-Identifier: AGPL-3.0-or-later
// Registration numbers of associations. Only form and check digit are checked; no register is asked. They are never
// required, because unregistered groups exist and Alsace-Moselle has no RNA.
import type { MessageKey } from '../text/message-keys.ts'

export type Scheme = 'FR-RNA' | 'FR-SIREN' | 'FR-SIRET' | 'CA-QC-NEQ' | 'CA-BN-RR'
export type Identifier = { scheme: Scheme; value: string }
export type ReadIdentifier = { ok: true; value: string } | { ok: false; reason: MessageKey }

type Rule = { field: string; country: 'FR' | 'CA'; fits: (value: string) => boolean; wrong: MessageKey }

/** In the order in which they are asked and shown. */
export const SCHEMES: Readonly<Record<Scheme, Rule>> = {
  // W, département (2A and overseas 9M are not only digits), sub-prefecture, six digits.
  'FR-RNA': {
    field: 'rna',
    country: 'FR',
    fits: (value) => /^W\d[\dA-Z]\d{7}$/.test(value),
    wrong: 'association.error.rna',
  },
  'FR-SIREN': {
    field: 'siren',
    country: 'FR',
    fits: (value) => /^\d{9}$/.test(value) && hasLuhnDigit(value),
    wrong: 'association.error.siren',
  },
  'FR-SIRET': {
    field: 'siret',
    country: 'FR',
    fits: (value) => /^\d{14}$/.test(value) && hasLuhnDigit(value.slice(0, 9)) && hasLuhnDigit(value),
    wrong: 'association.error.siret',
  },
  'CA-QC-NEQ': {
    field: 'neq',
    country: 'CA',
    fits: (value) => /^\d{10}$/.test(value),
    wrong: 'association.error.neq',
  },
  // The nine digits of the business number end in a Luhn digit; RR stands for the charity account.
  'CA-BN-RR': {
    field: 'bn',
    country: 'CA',
    fits: (value) => /^\d{9}RR\d{4}$/.test(value) && hasLuhnDigit(value.slice(0, 9)),
    wrong: 'association.error.bn',
  },
}

export const schemes = Object.keys(SCHEMES) as Scheme[]

/** Accepts spaces, dots, hyphens and lower case; the value has none of them. */
export function readIdentifier(scheme: Scheme, typed: string): ReadIdentifier {
  const value = typed.replaceAll(/[\s.\-–_/]/g, '').toUpperCase()
  const { fits, wrong } = SCHEMES[scheme]
  return fits(value) ? { ok: true, value } : { ok: false, reason: wrong }
}

/** The first nine digits of a SIRET are the SIREN. */
export function siretFitsSiren(identifiers: readonly Identifier[]): boolean {
  const of = (scheme: Scheme) => identifiers.find((one) => one.scheme === scheme)?.value
  const [siren, siret] = [of('FR-SIREN'), of('FR-SIRET')]
  return !siren || !siret || siret.startsWith(siren)
}

/** As they are usually printed: 732 829 320 00074, 119219814 RR0001. */
export function printIdentifier({ scheme, value }: { scheme: string; value: string }): string {
  if (scheme === 'CA-BN-RR') return value.replace('RR', '\u00a0RR')
  if (scheme !== 'FR-SIREN' && scheme !== 'FR-SIRET') return value
  return value.replace(/^(\d{3})(\d{3})(\d{3})/, '$1\u00a0$2\u00a0$3').replace(/(\d{3})(\d{5})$/, '$1\u00a0$2')
}

/** Luhn's sum (ISO/IEC 7812-1): every second digit from the right counts double, its own digits added up. */
export function hasLuhnDigit(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, character, rank) => {
    const digit = Number(character)
    const counted = rank % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2
    return total + counted
  }, 0)
  return digits !== '' && sum % 10 === 0
}
