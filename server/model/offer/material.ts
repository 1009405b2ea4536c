// SPDX-License-Identifier: AGPL-3.0-or-later
// Compares two versions of an offer. Pure: the association and the centre judge by the same rules.
import { createHash } from 'node:crypto'
import type { OfferContent } from './content.ts'
import { editDistance } from '../edit-distance.ts'
import { fieldOf, isUnsaidAddition, type FieldName } from './fields.ts'

/** Changed characters, in all texts together, that still count as a typing error. */
export const TYPO_CHARACTERS = 10

/** SHA-256 (hexadecimal), whatever the order of the keys. */
export function contentHash(content: OfferContent): string {
  const filled = Object.entries(content).filter(([name, value]) => !isUnsaidAddition(name, value))
  return createHash('sha256')
    .update(canonical(Object.fromEntries(filled)))
    .digest('hex')
}

/** JSON with sorted keys, and without undefined ones (RFC 8785 for the values we use). */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null)
  const pairs = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`)
  return `{${pairs.join(',')}}`
}

/** In the order in which an offer is read. */
export function changedFields(a: OfferContent, b: OfferContent): string[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<FieldName>
  return [...names].filter((name) => canonical(a[name] ?? null) !== canonical(b[name] ?? null))
}

/**
 * True when a moderator must read `b` before it replaces `a`: see `edit` of each field (fields.ts). Typing errors are
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
      case 'added':
        if (hasMore(a[name], b[name])) return true
        break
      case 'all':
        return true
      case 'nothing':
    }
  }
  return false
}

/** Another code changes no text that people read, unless somebody wrote words in its place. */
function hasNewWords(a: unknown, b: unknown): boolean {
  const known = [a].flat()
  return [b].flat().some((code) => !known.includes(code) && !/^[a-z][a-z0-9_]*$/.test(String(code)))
}

/** What is taken away, or put in another order, was read before. */
function hasMore(a: unknown, b: unknown): boolean {
  const known = new Set([a].flat().map(canonical))
  return [b].flat().some((one) => one !== null && !known.has(canonical(one)))
}

type Typed = string | { fr?: string | string[]; en?: string | string[] }

/** Characters changed in one field; null when a link or a number changed, or when there are too many. */
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

/** A text without a language counts once. */
function textIn(value: Typed, language: 'fr' | 'en'): string {
  if (typeof value === 'string') return language === 'fr' ? value : ''
  const text = value[language] ?? ''
  return Array.isArray(text) ? text.join('\n') : text
}

/** Numbers and links, in order: none of them may change without being read. */
function sensitive(text: string): string {
  return (
    text.match(/(?<![\p{L}\d.+-])[\p{L}\d.+-]*@[^\s]*|https?:\/\/\S+|www\.\S+|(?<!\S)\S+\.[a-z]{2,}\/\S*|\d+/giu) ?? []
  ).join(' ')
}

/** True when the new days are inside those that were read; a missing day is no limit. */
function isWithin(a: OfferContent, b: OfferContent): boolean {
  const after = a.starts_on === null || (b.starts_on !== null && b.starts_on >= a.starts_on)
  const before = a.ends_on === null || (b.ends_on !== null && b.ends_on <= a.ends_on)
  return after && before
}
