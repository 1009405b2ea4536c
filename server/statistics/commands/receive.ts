// SPDX-License-Identifier: AGPL-3.0-or-later
import { findAffiliationWith, updateAffiliation } from '../../../db/queries/affiliations.ts'
import { noteOffers, replaceReport } from '../../../db/queries/counts.ts'
import { record } from '../../../db/queries/events.ts'
import * as counts from '../../../db/queries/shared-counts.ts'
import type { Deps } from '../../deps.ts'
import { offerUri } from '../../public-offer/public-offer.ts'
import type { Tx } from '../../web/transact.ts'
import { type Line } from '../../model/counts.ts'
import { isNewerDecision, lineRefusal, wasShownOn, type ExactSums } from '../rules.ts'

/** @param exactSums what a member decided about the pages of its centre. @param reporter verified address of the actor. @param document id of the report; the same id again replaces it. */
export type Report = { reporter: string; document: string; lines: Line[]; exactSums?: ExactSums | null }

/**
 * Lines about offers not shared with the reporter are left out; an impossible day or number refuses the whole report.
 * @returns why nothing was stored, or undefined.
 */
export async function receiveReport(tx: Tx, deps: Deps, { reporter, document, lines, exactSums }: Report) {
  const at = deps.clock.iso()
  const roles = (await counts.listActivePartners(tx, reporter)).map((row) => row.partner_is)
  if (roles.length === 0) return 'not_in_relation'
  for (const line of lines) {
    const refusal = lineRefusal(line, at)
    if (refusal) return refusal
  }
  const isDecided = exactSums && roles.includes('member')
  if (isDecided) await keepDecision(tx, reporter, exactSums, at)
  if (isDecided && lines.length === 0) return undefined
  const fitting = [
    ...(roles.includes('centre') ? await shownThere(tx, deps, reporter, lines) : []),
    ...(roles.includes('member') ? await theirOwn(tx, reporter, lines) : []),
  ]
  if (fitting.length === 0) return 'no_offer_of_this_relation'
  await noteOffers(tx, [...new Set(fitting.map(({ offer }) => offer))])
  await replaceReport(tx, { reporter, document, at, lines: fitting })
  await record(tx, { type: 'statistics.received', at, details: { partner: reporter, lines: fitting.length } })
  if (fitting.length < lines.length)
    deps.log.info('some totals were left out', { partner: reporter, lines: lines.length - fitting.length })
  return undefined
}

/** Documents may arrive in another order than they were written. */
async function keepDecision(tx: Tx, member: string, told: ExactSums, now: string): Promise<void> {
  const row = await findAffiliationWith(tx, member, 'member')
  if (!row || !isNewerDecision(told, row.exact_sums_at, now)) return
  await updateAffiliation(tx, row, { exact_sums: told.agreed ? 1 : 0, exact_sums_at: told.at })
}

async function shownThere(tx: Tx, deps: Deps, centre: string, lines: Line[]): Promise<Line[]> {
  const home = offerUri(deps, '')
  const ours = lines.filter(({ offer }) => offer.startsWith(home))
  const ids = [...new Set(ours.map(({ offer }) => offer.slice(home.length)))]
  const standing = new Map((await counts.listStandingAt(tx, centre, ids)).map((row) => [home + row.offer_id, row]))
  return ours.filter(({ offer, day }) => {
    const row = standing.get(offer)
    const shown = row && { now: row.is_shown === 1, ever: row.was_shown === 1, stoppedAt: row.changed_at }
    return shown !== undefined && wasShownOn(day, shown)
  })
}

async function theirOwn(tx: Tx, member: string, lines: Line[]): Promise<Line[]> {
  const theirs = new Set(
    await counts.listOffersOfMember(
      tx,
      member,
      lines.map(({ offer }) => offer),
    ),
  )
  return lines.filter(({ offer }) => theirs.has(offer))
}
