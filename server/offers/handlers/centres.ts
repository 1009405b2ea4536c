// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request } from 'express'
import { listSubmissions } from '../../../db/queries/submissions.ts'
import type { Deps } from '../../deps.ts'
import { NotFound } from '../../web/errors.ts'
import { query, type Handler } from '../../web/handler.ts'
import { withArticle } from '../../text/wording.ts'
import { proposeToCentre, withdrawFromCentre } from '../commands/submissions.ts'
import { pathOf } from '../responses.ts'
import { pressed, readOwn } from '../responses.ts'

export const askWithdrawal =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { offer } = await readOwn(deps, req)
    const row = (await listSubmissions(deps.db, offer.id)).find(({ centre_uri }) => centre_uri === query(req, 'centre'))
    if (!row) throw new NotFound()
    const centre = row.centre_name ?? row.centre_uri
    await res.page('offers/confirm', {
      title: req.t('offers.withdraw.title', { centre: withArticle(centre, req.t.locale) }),
      text: req.t('offers.withdraw.text', { centre }),
      button: req.t('offers.do.withdraw'),
      action: pathOf(offer, '/withdrawal'),
      back: pathOf(offer),
      name: 'centre',
      value: row.centre_uri,
    })
  }

const centreOf = (req: Request) => String((req.body as Record<string, unknown>).centre ?? '')
export const withdraw = pressed(
  (deps, req, id) => withdrawFromCentre(deps, req.viewer, id, centreOf(req)),
  'offers.withdraw.done',
)
export const propose = pressed(
  (deps, req, id) => proposeToCentre(deps, req.viewer, id, centreOf(req)),
  'offers.propose.done',
)
