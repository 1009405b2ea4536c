// SPDX-License-Identifier: AGPL-3.0-or-later
// Are two versions of an offer the same, what differs, and must a moderator read it again? (product/offers §7.3) Pure;
// the association and the centre judge with the same rules.
import { createHash } from 'node:crypto'
import type { OfferContent } from './content.ts'
import { editDistance } from '../edit-distance.ts'

type Field = keyof OfferContent
const TEXTS = ['title', 'summary', 'context', 'tasks', 'profile', 'support', 'practical'] as const
/** Vocabulary: correcting a code changes nothing that people read, unless somebody wrote words in its place. */
const CODES = ['causes', 'activities', 'beneficiaries', 'skills', 'benefits'] as const
/** Always a small change: how many are wanted, when in the week, and facts that only help to find the offer. */
const SMALL: readonly Field[] = ['capacity', 'slots', 'group_ok', 'accessible', 'language']
const LANGUAGES = ['fr', 'en'] as const

/** Up to this many characters may change in all texts together and still be called a typing error. */
export const TYPO_CHARACTERS = 10

/** SHA-256 (hexadecimal) of the content, whatever the order of its keys. */
export function contentHash(content: OfferContent): string {
  return createHash('sha256').update(canonical(content)).digest('hex')
}

/** JSON with sorted keys, and without keys that say nothing (RFC 8785 for the values we use). */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null)
  const pairs = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`)
  return `{${pairs.join(',')}}`
}

/** Names of the fields that differ, in the order in which an offer is read. */
export function changedFields(a: OfferContent, b: OfferContent): string[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<Field>
  return [...names].filter((name) => canonical(a[name] ?? null) !== canonical(b[name] ?? null))
}

/**
 * True when a moderator must read `b` before it replaces `a`. Small: up to 10 characters in all without a link or a
 * number, capacity, slots, days within those that were read, and codes of the vocabularies.
 */
export function isMaterial(a: OfferContent, b: OfferContent): boolean {
  const texts = [...TEXTS, 'contact_label'] as const
  let typed = 0
  for (const field of changedFields(a, b) as Field[]) {
    if (SMALL.includes(field)) continue
    if (includes(texts, field)) {
      const count = changedCharacters(a, b, field)
      if (count === null || (typed += count) > TYPO_CHARACTERS) return true
    } else if (includes(CODES, field)) {
      if (b[field].some((code) => !a[field].includes(code) && !isCode(code))) return true
    } else if (field === 'starts_on' || field === 'ends_on') {
      if (!isWithin(a, b)) return true
    } else return true
  }
  return false
}

const includes = <T extends string>(list: readonly T[], value: string): value is T => list.includes(value as T)
const isCode = (text: string) => /^[a-z][a-z0-9_]*$/.test(text)

/** Characters typed or taken away in one field; null when a link or a number changed, or when there are too many. */
function changedCharacters(
  a: OfferContent,
  b: OfferContent,
  field: (typeof TEXTS)[number] | 'contact_label',
): number | null {
  const pairs: [string, string][] =
    field === 'contact_label'
      ? [[a.contact_label, b.contact_label]]
      : LANGUAGES.map((language) => [plain(a[field][language]), plain(b[field][language])])
  let sum = 0
  for (const [before, after] of pairs) {
    if (before === after) continue
    if (sensitive(before) !== sensitive(after)) return null
    const count = editDistance(before, after, TYPO_CHARACTERS)
    if (count === null) return null
    sum += count
  }
  return sum
}

const plain = (text: string | string[] | undefined) => (Array.isArray(text) ? text.join('\n') : (text ?? ''))

/** The numbers and the links of a text, in order: none of them may change unseen. */
function sensitive(text: string): string {
  return (text.match(/[\p{L}\d.+-]*@[^\s]*|https?:\/\/\S+|www\.\S+|\S+\.[a-z]{2,}\/\S*|\d+/giu) ?? []).join(' ')
}

/** The new days lie inside those that were read; an offer without days is open on that side. */
function isWithin(a: OfferContent, b: OfferContent): boolean {
  const after = a.starts_on === null || (b.starts_on !== null && b.starts_on >= a.starts_on)
  const before = a.ends_on === null || (b.ends_on !== null && b.ends_on <= a.ends_on)
  return after && before
}
