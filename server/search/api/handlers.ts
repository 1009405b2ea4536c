// SPDX-License-Identifier: AGPL-3.0-or-later
// Open data: read only, without key or account, and without personal data.
import { cut } from '../../base/cut.ts'
import { getAssociation } from '../../../db/queries/association.ts'
import { listMembersAfter, type PublicPartner } from '../../../db/queries/public-figures.ts'
import { actorUri } from '../../web/addresses.ts'
import type { Deps } from '../../deps.ts'
import { param } from '../../web/handler.ts'
import { wholeNumber } from '../../web/paging.ts'
import type { MakeAnswer, PublicAnswer } from '../../web/public-answer.ts'
import { createYielding } from '../../queue/event-loop.ts'
import { NOBODY } from '../../model/viewer.ts'
import { openToAll, refuseUnclear } from '../feeds/sending.ts'
import { approversOf } from '../approvers.ts'
import { linkPages, readQuery } from '../request.ts'
import { PER_PAGE, search } from '../search.ts'
import { getShownOffer, listedOffer, nameOf } from '../shown-offer.ts'
import { offerJson } from './offer-json.ts'
import { openApi } from './openapi.ts'
import type { AssociationJson } from './schemas.ts'

const MOST_PER_PAGE = 100
const MEMBERS_A_BATCH = 100

async function offersJson({ offerSearch, clock }: Deps, body: string): Promise<PublicAnswer> {
  return { body, type: 'application/json', changed: await offerSearch.lastChange(clock.iso()) }
}

export const offers =
  (deps: Deps): MakeAnswer =>
  async (req, res) => {
    openToAll(res)
    const { query, ignored } = readQuery(deps, req)
    const { per_page: asked = '' } = req.query
    const perPage = asked === '' ? PER_PAGE : wholeNumber(asked, 1, Infinity)
    const wrong = perPage === undefined ? [{ name: 'per_page', value: cut(String(asked), 60) }] : []
    if (refuseUnclear(req, res, query, [...ignored, ...wrong])) return undefined
    const length = Math.min(perPage ?? PER_PAGE, MOST_PER_PAGE)
    const now = deps.clock.iso()
    const found = await search(deps, query, now, { perPage: length })
    linkPages(deps, res, '/api/v1/offers', query, found, length === PER_PAGE ? '' : `per_page=${length}`)
    res.set('X-Total-Count', String(found.total))
    const approvers = await approversOf(deps.db, found.offers)
    const list = found.offers.map((row) =>
      offerJson(deps.config.publicUrl, listedOffer(row, now), approvers.get(row.offer_uri)),
    )
    return offersJson(deps, JSON.stringify(list))
  }

export const offer =
  (deps: Deps): MakeAnswer =>
  async (req, res) => {
    openToAll(res)
    const found = await getShownOffer(deps, NOBODY, param(req, 'offer'))
    const approvers = (await approversOf(deps.db, [nameOf(found)])).get(found.uri)
    return offersJson(deps, JSON.stringify(offerJson(deps.config.publicUrl, found, approvers)))
  }

export const associations =
  (deps: Deps): MakeAnswer =>
  async (req, res) => {
    openToAll(res)
    const row = await getAssociation(deps.db)
    const own = {
      partner_uri: actorUri(deps),
      partner_name: row.name,
      partner_url: `${deps.config.publicUrl}/`,
      partner_summary: req.t.text(row.mission).text,
    }
    const list = row.kind === 'centre' ? [] : await withCounts(deps, [own])
    if (row.kind !== 'association') for await (const some of membersInBatches(deps)) list.push(...some)
    return { body: `[${list.join(',')}]`, type: 'application/json' }
  }

/** All members, a hundred at a time; the event loop is given back in between. */
async function* membersInBatches(deps: Deps): AsyncGenerator<string[]> {
  const yieldLoop = createYielding()
  let last: PublicPartner | undefined
  do {
    const some = await listMembersAfter(deps.db, last, MEMBERS_A_BATCH)
    yield await withCounts(deps, some)
    last = some.length < MEMBERS_A_BATCH ? undefined : some.at(-1)
    await yieldLoop()
  } while (last)
}

/** Each as JSON, with how many offers it has online. */
async function withCounts(deps: Deps, associations: readonly PublicPartner[]): Promise<string[]> {
  const counts = await deps.offerSearch.countByAssociation(deps.clock.iso())
  return associations.map((one) =>
    JSON.stringify({
      id: one.partner_uri,
      name: one.partner_name,
      url: one.partner_url,
      summary: one.partner_summary,
      offers: counts.get(one.partner_uri) ?? 0,
    } satisfies AssociationJson),
  )
}

export const description =
  (deps: Deps): MakeAnswer =>
  async (req, res) => {
    openToAll(res)
    return { body: JSON.stringify(openApi(deps, req.site.name)), type: 'application/json' }
  }
