// SPDX-License-Identifier: AGPL-3.0-or-later
import { dateFormat } from '../base/intl.ts'
import type { Locale } from '../text/i18n.ts'

export const KINDS = ['association', 'centre', 'both'] as const
export type Kind = (typeof KINDS)[number]

export function isCentre(kind: unknown): boolean {
  return kind === 'centre' || kind === 'both'
}

/** The colour themes of tokens.css. The first is the default and is stored as ''. */
export const THEMES = ['bleu', 'garance', 'sapin', 'prune', 'ardoise', 'brique'] as const

export const CURRENCIES = ['EUR', 'CAD'] as const
export const MISSION_LENGTH = 400
export const MOST_TERRITORIES = 400
/** Below it, a parent or guardian permits that somebody comes; 0: nobody is asked. */
export const GUARDIAN_AGE = { usual: 18, most: 25 } as const

/** Days that an offer may stay online without renewal; the default is 30. */
export const PUBLICATION_DAYS = { least: 7, most: 365 } as const

/** `key` names the text association.zone.<key>. */
export const TIME_ZONES = [
  { zone: 'Europe/Paris', key: 'paris' },
  { zone: 'America/Toronto', key: 'quebec' },
  { zone: 'America/Halifax', key: 'madeleine' },
  { zone: 'America/Guadeloupe', key: 'guadeloupe' },
  { zone: 'America/Martinique', key: 'martinique' },
  { zone: 'America/Cayenne', key: 'guyane' },
  { zone: 'Indian/Reunion', key: 'reunion' },
  { zone: 'Indian/Mayotte', key: 'mayotte' },
  { zone: 'America/Miquelon', key: 'miquelon' },
  { zone: 'America/St_Barthelemy', key: 'barthelemy' },
  { zone: 'America/Marigot', key: 'martin' },
  { zone: 'Pacific/Noumea', key: 'noumea' },
  { zone: 'Pacific/Tahiti', key: 'tahiti' },
  { zone: 'Pacific/Wallis', key: 'wallis' },
] as const

/** Also true for a time zone that the form does not propose. */
export function isTimeZone(zone: string): boolean {
  try {
    dateFormat('en', { timeZone: zone })
    return zone !== ''
  } catch {
    return false
  }
}

export function mainLanguageFits(locale: Locale, offered: readonly Locale[]): boolean {
  return offered.includes(locale)
}

/** 21000; J7Z 1A1 (Canada Post leaves out D F I O Q U). @returns undefined when it is not a postal code. */
export function readPostalCode(typed: string, country: 'FR' | 'CA'): string | undefined {
  const code = typed.replaceAll(/[\s.-]/g, '').toUpperCase()
  if (country === 'FR') return /^\d{5}$/.test(code) ? code : undefined
  return /^[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z]\d[ABCEGHJ-NPRSTV-Z]\d$/.test(code)
    ? `${code.slice(0, 3)} ${code.slice(3)}`
    : undefined
}

/** Adds https:// when there is no scheme. @returns undefined when the address is not valid. */
export function readWebsite(typed: string): string | undefined {
  const address = /^[a-z][a-z0-9+.-]*:/i.test(typed) ? typed : `https://${typed}`
  if (!URL.canParse(address)) return undefined
  const url = new URL(address)
  const fits = /^https?:$/.test(url.protocol) && url.hostname.includes('.') && !url.username && !url.password
  return fits ? url.href.replace(/^(https?:\/\/[^/]+)\/$/, '$1') : undefined
}

/** What would have no pages after a change of the kind. */
export type Commitments = { livingMembers: number; livingCentres: number; offersOnline: number }

export function kindObstacle(kind: Kind, at: Commitments): 'members' | 'centres' | 'offers' | undefined {
  if (kind === 'association' && at.livingMembers > 0) return 'members'
  if (kind === 'centre' && at.offersOnline > 0) return 'offers'
  if (kind === 'centre' && at.livingCentres > 0) return 'centres'
  return undefined
}
