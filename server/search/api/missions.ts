// SPDX-License-Identifier: AGPL-3.0-or-later
// What is online here, in the shape of the French national hub: page by page, each row written as it is read.
import { setImmediate } from 'node:timers/promises'
import type { Request } from 'express'
import { getAssociation, type AssociationRow } from '../../../db/queries/association.ts'
import { listListings, type ListingRow } from '../../../db/queries/listings.ts'
import { listListedIds } from '../../../db/queries/listed.ts'
import type { Deps } from '../../deps.ts'
import { metadataOf, MISSION_TYPE, missionText } from '../../public-offer/mission.ts'
import { query, type Handler } from '../../web/handler.ts'
import { wholeNumber } from '../../web/paging.ts'
import { streamTexts } from '../../web/stream.ts'
import { openToAll } from '../feeds/sending.ts'
import { applyAddress } from '../pages/offer-page.ts'
import { listedOffer } from '../shown-offer.ts'
import type { MissionJson } from './schemas.ts'

const PATH = '/api/v1/missions'
const USUAL = 200
const MOST = 1000
const READ_AT_ONCE = 25
/** Numbers are read so many at a time, listed or not. */
const LOOKED_AT_ONCE = 1000

export const missions =
  (deps: Deps): Handler =>
  async (req, res) => {
    openToAll(res)
    const [after, limit] = [asked(req, 'after', 0), asked(req, 'limit', USUAL)]
    if (after === undefined || limit === undefined || limit < 1) {
      const name = after === undefined ? 'after' : 'limit'
      const error = req.t('search.api.unclear', { name, value: query(req, name).slice(0, 60) })
      return void res.status(400).json({ error, field: name })
    }
    const { ids, isMore } = await idsBehind(deps, after, Math.min(limit, MOST))
    const next = isMore ? `${deps.config.publicUrl}${PATH}?after=${ids.at(-1)}&limit=${Math.min(limit, MOST)}` : null
    if (next) res.links({ next })
    await streamTexts(res.set('Content-Type', 'application/json; charset=utf-8'), texts(deps, ids, next))
  }

/** Undefined when it was given and is no whole number. */
const asked = (req: Request, name: string, usual: number): number | undefined =>
  req.query[name] === undefined ? usual : wholeNumber(query(req, name), 0, Number.MAX_SAFE_INTEGER)

/** The numbers of the listings of one page. */
async function idsBehind({ db, clock }: Deps, after: number, limit: number) {
  const now = clock.iso()
  const ids: number[] = []
  for (let last: number | undefined = after; last !== undefined && ids.length <= limit;) {
    const found = await listListedIds(db, last, { now, most: LOOKED_AT_ONCE })
    ids.push(...found.listed)
    last = found.last
    await setImmediate()
  }
  return { ids: ids.slice(0, limit), isMore: ids.length > limit }
}

async function* texts(deps: Deps, ids: readonly number[], next: string | null): AsyncGenerator<string> {
  const association = await getAssociation(deps.db)
  yield `{"next":${JSON.stringify(next)},"data":[`
  let separator = ''
  for (let from = 0; from < ids.length; from += READ_AT_ONCE) {
    const rows = await listListings(deps.db, ids.slice(from, from + READ_AT_ONCE))
    if (rows.length > 0)
      yield separator + rows.map((row) => JSON.stringify(missionJson(deps, association, row))).join(',')
    if (rows.length > 0) separator = ','
    await setImmediate()
  }
  yield ']}'
}

const IDENTIFIERS = { 'FR-RNA': 'organizationRNA', 'FR-SIREN': 'organizationSiren', 'FR-SIRET': 'organizationSiret' }

function missionJson(deps: Deps, association: AssociationRow, row: ListingRow): MissionJson {
  const { config, clock, places, taxonomies, i18n } = deps
  const offer = listedOffer(row, clock.iso())
  const legal = row.origin === 'home' ? association.legal_identifiers : []
  return {
    clientId: offer.uri,
    type: MISSION_TYPE,
    ...missionText({ t: i18n.for('fr'), taxonomies }, places, offer.content),
    applicationUrl: new URL(applyAddress(offer), `${config.publicUrl}/`).href,
    postedAt: offer.publishedAt,
    updatedAt: offer.updatedAt,
    organizationClientId: offer.association.uri,
    organizationName: offer.association.name,
    organizationDescription: offer.association.mission,
    organizationUrl: offer.association.url,
    ...Object.fromEntries(
      legal.flatMap(({ scheme, value }) => {
        const name = (IDENTIFIERS as Record<string, string>)[scheme]
        return name ? [[name, value]] : []
      }),
    ),
    metadata: metadataOf(offer.content),
  }
}
