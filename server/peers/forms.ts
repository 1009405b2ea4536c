// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import { readAddress } from '../partners/address.ts'
import { optionalLines, text } from '../web/fields.ts'
import type { Search } from '../web/searches.ts'
import { STATES, type PeerState } from './rules.ts'

const host = text(300, 'peers.host.missing').transform((typed, context) => {
  const read = readHost(typed)
  if (!read) context.addIssue({ code: 'custom', message: 'peers.host.unclear' })
  return read ?? ''
})

export const hostForm = z.object({ host })

export const blockForm = z.object({ host, note: optionalLines(500) })

/** Accepts a bare name, a page of the site, an account there, or all of a domain (`*.a.example`). */
export function readHost(typed: string): string | undefined {
  const read = readAddress(typed.trim().replace(/^\*\./, ''))
  return read?.host.replace(/\.(?=:\d+$|$)/, '') || undefined
}

export type Filter = { search: Search; state: PeerState | '' }

export const readState = (given: unknown): Filter['state'] => STATES.find((one) => one === given) ?? ''
