// SPDX-License-Identifier: AGPL-3.0-or-later
// What is typed to find somebody may be a name, an e-mail address or a telephone number: it never stands in an address
// (ASVS 14.2.1). The session keeps the words; the address has a key that says nothing to anybody else, so that each tab
// and each step back shows its own search.
import type { Request } from 'express'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { optionalText } from './fields.ts'
import { query } from './handler.ts'

type List = 'people' | 'trail' | 'peers' | 'partners'
type Kept = { key: string; list: List; words: string }
/** `key` and `words` are empty when nothing is looked for; `isLost`: the address names a search that is forgotten. */
export type Search = { key: string; words: string; isLost: boolean }

/** Of all lists together: enough for some tabs and steps back, and no heap of names in a session. */
const MOST_KEPT = 20

/** `search` is the key of the search that the page showed. */
export const searchForm = z.object({ q: optionalText(100), search: optionalText(40) })

const keptOf = (req: Request) => (req.session.get('searches') as Kept[] | undefined) ?? []

/** The search that the address names. */
export function readSearch(req: Request, list: List): Search {
  const key = query(req, 'search')
  const found = keptOf(req).find((one) => one.key === key && one.list === list)
  return { key: found?.key ?? '', words: found?.words ?? '', isLost: key !== '' && !found }
}

/**
 * Keeps what was typed, as long as the session lasts. When nothing was typed, the search that was shown is forgotten.
 * @returns the key for the address of the list; '' when nothing was typed.
 */
export function keepSearch(deps: Deps, req: Request, list: List, typed: z.output<typeof searchForm>): string {
  const kept = keptOf(req)
  const same = kept.find((one) => one.list === list && one.words === typed.q)
  const key = typed.q && (same?.key ?? deps.newId().slice(-12))
  const gone = key || typed.search
  const others = kept.filter((one) => one.key !== gone)
  req.session.set('searches', key ? [...others, { key, list, words: typed.q }].slice(-MOST_KEPT) : others)
  return key
}
