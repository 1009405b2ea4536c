// SPDX-License-Identifier: AGPL-3.0-or-later
import { getAssociation } from '../../../db/queries/association.ts'
import {
  countVolunteers,
  countMembers,
  listPublicCentres,
  sumApprovedMinutes,
} from '../../../db/queries/public-figures.ts'
import { dateIn } from '../../base/clock.ts'
import { cardView } from '../../search/request.ts'
import { readAsked } from '../../search/query.ts'
import { findNewest, search, understand } from '../../search/search.ts'
import type { Deps } from '../../deps.ts'
import type { MakeAnswer } from '../../web/public-answer.ts'
import { actorUri } from '../../web/addresses.ts'
import { associationHome, centreHome } from '../pages/home.ts'

/** How many offers the front page shows. */
const FEW = 6

export const front =
  (deps: Deps): MakeAnswer =>
  async (req, res) => {
    const now = deps.clock.iso()
    const { asked } = readAsked({}, deps.taxonomies)
    const found = await search(deps, understand(deps.places, asked, 'FR'), now, { whole: true, perPage: FEW })
    const row = await getAssociation(deps.db)
    const actor = deps.config.federation ? actorUri(deps) : null
    const view = { ...cardView(deps, req), host: new URL(deps.config.publicUrl).host, actor }
    if (req.site.kind !== 'association') {
      const { towns, places } = await deps.offerSearch.sums(now)
      const members = await countMembers(deps.db)
      const newest = await findNewest(deps, now, 3)
      const model = centreHome(view, req.site, row, { found, newest, towns, members, places })
      return { body: res.html('association/centre-home', model), type: 'text/html' }
    }
    const year = dateIn(row.time_zone, deps.clock.now()).slice(0, 4)
    const facts = {
      found,
      year,
      volunteers: await countVolunteers(deps.db),
      minutes: await sumApprovedMinutes(deps.db, { from: `${year}-01-01`, until: `${year}-12-31` }),
      centres: await listPublicCentres(deps.db),
    }
    return { body: res.html('association/home', associationHome(view, req.site, row, facts)), type: 'text/html' }
  }
