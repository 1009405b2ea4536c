// SPDX-License-Identifier: AGPL-3.0-or-later
// Searches may contain names, e-mail addresses or telephone numbers, so they must not be in a URL (ASVS 14.2.1). The
// session keeps the words; the URL has a key, so that each tab and each step back shows its own search.
import type { Request } from 'express'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { optionalText } from './fields.ts'
import { query } from './handler.ts'

type List = 'people' | 'trail' | 'peers' | 'partners' | 'offers' | 'moderation'
type Kept = { key: string; list: List; words: string }
/** Empty without a search. `isLost`: the URL names a search that the session no longer has. */
export type Search = { key: string; words: string; isLost: boolean }

/** For all lists together: enough for several tabs, without collecting many names in a session. */
const MOST_KEPT = 20

export const searchForm = z.object({ q: optionalText(100), search: optionalText(40) })

const keptOf = (req: Request) => (req.session.get('searches') as Kept[] | undefined) ?? []

export function readSearch(req: Request, list: List): Search {
  const key = query(req, 'search')
  const found = keptOf(req).find((one) => one.key === key && one.list === list)
  return { key: found?.key ?? '', words: found?.words ?? '', isLost: key !== '' && !found }
}

/** Without words, forgets the search that was shown. @returns the key for the URL of the list; '' without words. */
export function keepSearch(deps: Deps, req: Request, list: List, typed: z.output<typeof searchForm>): string {
  const kept = keptOf(req)
  const same = kept.find((one) => one.list === list && one.words === typed.q)
  const key = typed.q && (same?.key ?? deps.newId().slice(-12))
  const gone = key || typed.search
  const others = kept.filter((one) => one.key !== gone)
  req.session.set('searches', key ? [...others, { key, list, words: typed.q }].slice(-MOST_KEPT) : others)
  return key
}
