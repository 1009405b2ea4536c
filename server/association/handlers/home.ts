// SPDX-License-Identifier: AGPL-3.0-or-later
import { getAssociation } from '../../../db/queries/association.ts'
import { countTowns, everything, sumRemaining } from '../../../db/queries/listing-search.ts'
import {
  countVolunteers,
  countMembers,
  listPublicCentres,
  sumApprovedMinutes,
} from '../../../db/queries/public-figures.ts'
import { dateIn } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { cardView } from '../../search/request.ts'
import { readAsked } from '../../search/query.ts'
import { findNewest, search, understand } from '../../search/search.ts'
import type { Handler } from '../../web/handler.ts'
import { actorUri } from '../../web/addresses.ts'
import { associationHome, centreHome } from '../pages/home.ts'

/** How many offers the front page shows. */
const FEW = 6

export const front =
  (deps: Deps): Handler =>
  async (req, res) => {
    const now = deps.clock.iso()
    const { asked } = readAsked({}, deps.taxonomies)
    const found = await search(deps, understand(deps.places, asked, 'FR'), now, { whole: true, perPage: FEW })
    const row = await getAssociation(deps.db)
    const actor = deps.config.federation ? actorUri(deps) : null
    const view = { ...cardView(deps, req), host: new URL(deps.config.publicUrl).host, actor }
    if (req.site.kind !== 'association') {
      const towns = await countTowns(deps.db, everything(now))
      const members = await countMembers(deps.db)
      const places = await sumRemaining(deps.db, everything(now))
      const newest = await findNewest(deps.db, now, 3)
      return res.page(
        'association/centre-home',
        centreHome(view, req.site, row, { found, newest, towns, members, places }),
      )
    }
    const year = dateIn(row.time_zone, deps.clock.now()).slice(0, 4)
    const facts = {
      found,
      year,
      volunteers: await countVolunteers(deps.db),
      minutes: await sumApprovedMinutes(deps.db, `${year}-01-01`),
      centres: await listPublicCentres(deps.db),
    }
    await res.page('association/home', associationHome(view, req.site, row, facts))
  }
