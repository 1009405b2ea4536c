// SPDX-License-Identifier: AGPL-3.0-or-later
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export type ListName =
  | 'cause'
  | 'activity'
  | 'commitment'
  | 'frequency'
  | 'time'
  | 'part_of_day'
  | 'weekday'
  | 'beneficiary'
  | 'skill'
  /** Codes of ISO 639. */
  | 'work_language'
  | 'requirement'
  | 'benefit'
  | 'work_mode'
  | 'accessible'
  | 'compensation'
  | 'close_reason'
  | 'cancel_reason'
  | 'decline_reason'
  | 'withdraw_reason'
  | 'place_reason'
  | 'refusal_reason'

export type TermLocale = 'fr' | 'fr-CA' | 'en'

/** `ae`: the code of the French national hub (API Engagement), which several terms may share; `pattern`: the pattern drawn beside a cause. */
export type Term = {
  readonly code: string
  readonly fr: string
  readonly 'fr-CA'?: string
  readonly en: string
  readonly ae?: string
  readonly pattern?: string
  /** The code is retired: old offers keep it, forms no longer propose it. */
  readonly replaced_by?: string
  /** Only the timetable sets the code: it has words, and no form proposes it. */
  readonly automatic?: true
}

export type Taxonomies = {
  readonly version: number
  /** Terms for a form or a filter, in the given order, without retired and automatic ones. */
  list(name: ListName): readonly Term[]
  /** True for retired codes too. */
  has(name: ListName, code: string): boolean
  /** fr-CA falls back to fr; an unknown code from another site is returned as it is. */
  label(name: ListName, code: string, locale: TermLocale): string
  /** `torchon`, `vichy`…, used as the class `f-torchon`. */
  pattern(causeCode: string): string
}

type Stored = { version: number; lists: Record<ListName, Term[]> }

export function loadTaxonomies(): Taxonomies {
  const stored = JSON.parse(readFileSync(join(import.meta.dirname, 'taxonomies.json'), 'utf8')) as Stored
  const proposed = new Map<string, readonly Term[]>()
  const known = new Map<string, Map<string, Term>>()
  for (const [name, terms] of Object.entries(stored.lists)) {
    proposed.set(
      name,
      terms.filter((term) => term.replaced_by === undefined && !term.automatic),
    )
    known.set(name, new Map(terms.map((term) => [term.code, term])))
  }
  const term = (name: ListName, code: string) => known.get(name)?.get(code)
  return {
    version: stored.version,
    list: (name) => proposed.get(name) ?? [],
    has: (name, code) => term(name, code) !== undefined,
    label(name, code, locale) {
      const found = term(name, code)
      if (!found) return code
      return (locale === 'fr-CA' ? found['fr-CA'] : undefined) ?? (locale === 'en' ? found.en : found.fr)
    },
    pattern: (causeCode) => term('cause', causeCode)?.pattern ?? 'velours',
  }
}
