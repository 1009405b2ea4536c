// SPDX-License-Identifier: AGPL-3.0-or-later
// What concerns all offers of a partner or of a town, all hours of a year, or all rows of a file: the first few in the transaction of what caused it, the others a few at a time,
// so that everybody else is answered meanwhile. Each batch records an event that the next one follows from.
import { findAffiliationWith } from '../../db/queries/affiliations.ts'
import { consumer, type Consumer } from '../consumers.ts'
import type { Deps } from '../deps.ts'
import { continueImport } from '../imports/commands.ts'
import { settlePauseOf } from '../moderation/commands/pause.ts'
import { renameItems } from '../moderation/commands/rename.ts'
import { removeItemsOf, removeItemsThrough } from '../moderation/commands/withdraw.ts'
import { submitOffersTo } from '../offers/commands/submissions.ts'
import { listAgain } from '../towns/commands.ts'
import type { Tx } from '../web/transact.ts'
import { continueClosing } from '../years/commands/close.ts'

export function createBatches(deps: Deps): Consumer {
  const isActive = async (tx: Tx, uri: string, as: 'member' | 'source' | 'centre') =>
    (await findAffiliationWith(tx, uri, as))?.state === 'active'
  return consumer(deps, 'batches', {
    'offers.submitting': async (tx, { details: { centre, after } }) => {
      if (await isActive(tx, centre, 'centre')) await submitOffersTo(tx, deps, centre, after)
    },
    // Who came back meanwhile keeps what is left.
    'moderation.leaving': async (tx, { details: { association, after } }) => {
      if (!(await isActive(tx, association, 'member'))) await removeItemsOf(tx, deps, association, after)
    },
    'moderation.pausing': async (tx, { details: { association, after } }) => {
      if (await isActive(tx, association, 'member')) await settlePauseOf(tx, deps, association, after)
    },
    'moderation.leaving_source': async (tx, { details: { source } }) => {
      if (!(await isActive(tx, source, 'source'))) await removeItemsThrough(tx, deps, source)
    },
    'moderation.renaming': async (tx, { details: { association: uri, name, url, after } }) =>
      renameItems(tx, deps, { uri, name, url }, after),
    'import.begun': async (tx, { subjectId }) => continueImport(tx, deps, subjectId),
    'hours.year_closing': async (tx, { subjectId }) => continueClosing(tx, deps, subjectId),
    'town.listing': async (tx, { details: { town, after } }) => listAgain(tx, deps, town, after),
  })
}
