// SPDX-License-Identifier: AGPL-3.0-or-later
// Are two versions of an offer the same, what differs, and must a moderator read it again? Pure;
// the association and the centre judge with the same rules.
import { createHash } from 'node:crypto'
import type { OfferContent } from './content.ts'
import { editDistance } from '../edit-distance.ts'
import { fieldOf, isUnsaidAddition, type FieldName } from './fields.ts'

/** Up to this many characters may change in all texts together and still be called a typing error. */
export const TYPO_CHARACTERS = 10

/** SHA-256 (hexadecimal) of the content, whatever the order of its keys. */
export function contentHash(content: OfferContent): string {
  const filled = Object.entries(content).filter(([name, value]) => !isUnsaidAddition(name, value))
  return createHash('sha256')
    .update(canonical(Object.fromEntries(filled)))
    .digest('hex')
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
  const names = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<FieldName>
  return [...names].filter((name) => canonical(a[name] ?? null) !== canonical(b[name] ?? null))
}

/**
 * True when a moderator must read `b` before it replaces `a`: `edit` of each field says so (fields.ts). Typing errors are
 * up to 10 characters in all, without a link or a number.
 */
export function isMaterial(a: OfferContent, b: OfferContent): boolean {
  let typed = 0
  for (const name of changedFields(a, b) as FieldName[]) {
    switch (fieldOf(name).edit) {
      case 'typing': {
        const count = changedCharacters(a[name], b[name])
        if (count === null || (typed += count) > TYPO_CHARACTERS) return true
        break
      }
      case 'vocabulary':
        if (hasNewWords(a[name], b[name])) return true
        break
      case 'days':
        if (!isWithin(a, b)) return true
        break
      case 'all':
        return true
      case 'nothing':
    }
  }
  return false
}

/** Correcting a code changes nothing that people read, unless somebody wrote words in its place. */
function hasNewWords(a: unknown, b: unknown): boolean {
  const known = [a].flat()
  return [b].flat().some((code) => !known.includes(code) && !/^[a-z][a-z0-9_]*$/.test(String(code)))
}

type Typed = string | { fr?: string | string[]; en?: string | string[] }

/** Characters typed or taken away in one field; null when a link or a number changed, or when there are too many. */
function changedCharacters(a: unknown, b: unknown): number | null {
  let sum = 0
  for (const language of ['fr', 'en'] as const) {
    const [before, after] = [textIn(a as Typed, language), textIn(b as Typed, language)]
    if (before === after) continue
    if (sensitive(before) !== sensitive(after)) return null
    const count = editDistance(before, after, TYPO_CHARACTERS)
    if (count === null) return null
    sum += count
  }
  return sum
}

/** A text that is in no language counts once. */
function textIn(value: Typed, language: 'fr' | 'en'): string {
  if (typeof value === 'string') return language === 'fr' ? value : ''
  const text = value[language] ?? ''
  return Array.isArray(text) ? text.join('\n') : text
}

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
