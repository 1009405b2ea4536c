// SPDX-License-Identifier: AGPL-3.0-or-later
// A sheet to print for an event; its people stand in the order of the form into which it is typed afterwards.
import { listAcceptedPeople } from '../../../db/queries/hours-sheet.ts'
import { findOffer } from '../../../db/queries/offers.ts'
import type { Deps } from '../../deps.ts'
import { lastEventDay } from '../../model/offer/event-days.ts'
import { NotFound } from '../../web/errors.ts'
import { query, type Handler } from '../../web/handler.ts'
import { addressWith } from '../../web/paging.ts'
import { MOST_ON_SHEET } from '../forms.ts'
import { labelOf } from '../pages/sheet.ts'

/** For whoever was not on the list; a sheet without names is filled. */
const EMPTY = { withNames: 8, without: 18 }

export const show =
  (deps: Deps): Handler =>
  async (req, res) => {
    const id = query(req, 'offer')
    const offer = id === '' ? undefined : await findOffer(deps.db, id)
    if (id !== '' && (!offer || offer.revision === 0)) throw new NotFound()
    const people = offer ? await listAcceptedPeople(deps.db, offer.id, MOST_ON_SHEET) : []
    const day = offer && lastEventDay(offer.content)
    await res.page('hours/paper', {
      title: req.t('hours.paper.title'),
      association: req.site.name,
      offer: offer && req.t.text(offer.content.title),
      day: day ? req.t.date(day, 'day') : '',
      names: people.map(labelOf),
      empty: Array.from({ length: people.length > 0 ? EMPTY.withNames : EMPTY.without }, (_, at) => at),
      sheetHref: addressWith('/work/hours/sheet', { offer: id }),
    })
  }
