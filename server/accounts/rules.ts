// SPDX-License-Identifier: AGPL-3.0-or-later

/** A login: an e-mail address or a member number ("1042", "n° 1042"). */
export function readLogin(typed: string): { kind: 'email'; email: string } | { kind: 'number'; number: number } {
  const number = /^(?:n\s*[°ºo]?\.?|no\.?|#)?\s*0*(\d{1,9})$/i.exec(typed.trim())?.[1]
  return number ? { kind: 'number', number: Number(number) } : { kind: 'email', email: typed.trim() }
}

/** The longest handle, and what a longer name is shortened to, because people type it on other sites. */
const HANDLE_LENGTH = 40
const SHORTENED_LENGTH = 24
/** Words that a name can do without. */
const SMALL = /^(?:l|les?|la|d|de|du|des|aux?|a|et|en|pour|par|of|the|and|for|in)$/

/** "Les Jardins du Canal" gives "les-jardins-du-canal"; a long name gives its first words, which is to be asked about. */
export function proposeHandle(name: string): { handle: string; isWhole: boolean } {
  const words = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
  const whole = words.join('-')
  const isWhole = whole.length <= HANDLE_LENGTH
  const handle = isWhole ? whole : firstWords(words.filter((word) => !SMALL.test(word)))
  return { handle: handle.length >= 2 ? handle : 'association', isWhole }
}

function firstWords(words: readonly string[]): string {
  let handle = ''
  for (const word of words) {
    const longer = handle === '' ? word.slice(0, SHORTENED_LENGTH) : `${handle}-${word}`
    if (longer.length > SHORTENED_LENGTH) break
    handle = longer
  }
  return handle
}

/** Part of the address `@handle@site`. */
export function isHandle(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])$/.test(text)
}

const ZONES: Record<string, string> = {
  'FR-R01': 'America/Guadeloupe',
  'FR-R02': 'America/Martinique',
  'FR-R03': 'America/Cayenne',
  'FR-R04': 'Indian/Reunion',
  'FR-R06': 'Indian/Mayotte',
  'FR-R975': 'America/Miquelon',
  'FR-R977': 'America/St_Barthelemy',
  'FR-R978': 'America/Marigot',
  'FR-R986': 'Pacific/Wallis',
  'FR-R987': 'Pacific/Tahiti',
  'FR-R988': 'Pacific/Noumea',
}

export function settingsOf(place: { country: 'FR' | 'CA'; region: string }): {
  time_zone: string
  currency: 'EUR' | 'CAD'
} {
  if (place.country === 'CA') return { time_zone: 'America/Toronto', currency: 'CAD' }
  return { time_zone: ZONES[place.region] ?? 'Europe/Paris', currency: 'EUR' }
}
