// SPDX-License-Identifier: AGPL-3.0-or-later
// Who a person of a file is here. Pure.
import { nameKey } from '../../db/plain.ts'
import { isSimilar } from '../people/commands/add.ts'
import { emailKey } from '../web/fields.ts'
import type { ReadPerson } from './read-row.ts'

/** Everything that a person's `search_key` may be: their words with any of them in front. */
export function turnsOf(name: { given_name: string; family_name: string }): string[] {
  const words = nameKey(name.family_name, name.given_name).split(' ')
  return words.map((_word, at) => [...words.slice(at), ...words.slice(0, at)].join(' '))
}

export type Candidate = {
  id: string
  member_number: number
  given_name: string
  family_name: string
  search_key: string
  email_key: string
  restricted_at: string | null
}
/** `person`: whose it is; null when there is nobody, or when that is to be asked. */
export type Match = { verdict: 'new' | 'known' | 'doubt' | 'left'; person: string | null }

const wordsOf = (key: string) => key.split(' ').toSorted().join(' ')

/** Those of the same name, then those of the same mailbox with a similar one. */
export function candidatesFor(one: Omit<ReadPerson, 'phone' | 'name_key'>, among: readonly Candidate[]): Candidate[] {
  const words = wordsOf(nameKey(one.family_name, one.given_name))
  const email = emailKey(one.email)
  const same = among.filter(({ search_key }) => wordsOf(search_key) === words)
  const near = among.filter((other) => email !== '' && other.email_key === email && !same.includes(other))
  return [...same, ...near.filter((other) => isSimilar(other, one))]
}

/** Who it is, without asking: one person of that name, whose mailbox is not another one. */
export function matchOf(one: Omit<ReadPerson, 'phone' | 'name_key'>, among: readonly Candidate[]): Match {
  const found = candidatesFor(one, among)
  const email = emailKey(one.email)
  const words = wordsOf(nameKey(one.family_name, one.given_name))
  const same = found.filter(({ search_key }) => wordsOf(search_key) === words)
  const withMailbox = same.filter(({ email_key }) => email !== '' && email_key === email)
  const [only, ...others] = withMailbox.length === 1 ? withMailbox : same
  if (!only) return found.length > 0 ? { verdict: 'doubt', person: null } : { verdict: 'new', person: null }
  if (others.length > 0) return { verdict: 'doubt', person: null }
  if (email !== '' && only.email_key !== '' && only.email_key !== email) return { verdict: 'doubt', person: null }
  return { verdict: only.restricted_at ? 'left' : 'known', person: only.id }
}
